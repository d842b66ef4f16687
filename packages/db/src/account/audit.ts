import type { Executor } from '../database.ts';
import { auditLog } from './tables.ts';

export const AUDIT_ACTIONS = [
  'user.create',
  'user.password_change',
  'user.password_rehash',
  'user.preset_token_change',
  'user.email_verified',
  'user.second_factor',
  'user.change',
  'auth.sign_in',
  'auth.sign_out',
  'auth.link',
  'auth.unlink',
  'token.create',
  'token.delete',
  'invitation.create',
  'invitation.delete',
  'settings.change',
  'channel.create',
  'channel.change',
  'channel.delete',
  'channel.verification',
  'channel.verify',
  'channel.test',
  'user.quotas_change',
  'user.delete',
  'watchlist.create',
  'watchlist.change',
  'watchlist.delete',
  'strategy.create',
  'strategy.change',
  'strategy.delete',
  'strategy.switch_off',
  'silence.create',
  'silence.end',
  'inhibition.create',
  'inhibition.change',
  'inhibition.delete',
  'alert.acknowledge',
  'alert.snooze',
] as const;
export type AuditAction = (typeof AUDIT_ACTIONS)[number];

export interface AuditEntry {
  atMs: number;
  userId: string | null;
  action: AuditAction;
  subjectId?: string;
  /** Never a secret, never a password. */
  detail?: Readonly<Record<string, unknown>>;
}

/** Records a change. Give it the transaction of the change, so that neither is there without the other. */
export async function writeAudit(tx: Executor, entry: AuditEntry): Promise<void> {
  await tx.orm.insert(auditLog).values({
    atMs: entry.atMs,
    userId: entry.userId,
    action: entry.action,
    subjectId: entry.subjectId ?? null,
    detail: entry.detail ?? {},
  });
}
