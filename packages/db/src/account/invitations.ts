import type { Role } from '@ubot/contracts';
import type { Executor } from '../database.ts';

export interface InvitationRow {
  id: string;
  email: string;
  role: Role;
  createdAtMs: number;
  expiresAtMs: number;
  usedAtMs: number | null;
}

const COLUMNS = `id, email, role, floor(extract(epoch from created_at) * 1000)::float8 as "createdAtMs",
  floor(extract(epoch from expires_at) * 1000)::float8 as "expiresAtMs",
  floor(extract(epoch from used_at) * 1000)::float8 as "usedAtMs"`;

/** One open invitation per address: a new one takes the place of the last. */
export async function insertInvitation(
  tx: Executor,
  invitation: Omit<InvitationRow, 'usedAtMs'> & { tokenHash: Buffer; invitedBy: string },
): Promise<void> {
  const { id, email, role, tokenHash, invitedBy, createdAtMs, expiresAtMs } = invitation;
  await tx.query('delete from account.invitations where email = $1 and used_at is null', [email]);
  await tx.query(
    `insert into account.invitations (id, email, role, token_hash, invited_by, created_at, expires_at)
     values ($1, $2, $3, $4, $5, $6, $7)`,
    [id, email, role, tokenHash, invitedBy, new Date(createdAtMs), new Date(expiresAtMs)],
  );
}

export async function listInvitations(db: Executor): Promise<InvitationRow[]> {
  return db.query<InvitationRow & Record<string, unknown>>(
    `select ${COLUMNS} from account.invitations order by created_at desc limit 500`,
  );
}

/** The open invitation of a token, or of an address. */
export async function openInvitation(
  db: Executor,
  by: { tokenHash?: Buffer; email?: string; nowMs: number },
): Promise<InvitationRow | null> {
  const [found] = await db.query<InvitationRow & Record<string, unknown>>(
    `select ${COLUMNS} from account.invitations
     where used_at is null and expires_at > $3 and (token_hash = $1 or email = $2)`,
    [by.tokenHash ?? null, by.email ?? null, new Date(by.nowMs)],
  );
  return found ?? null;
}

/** Shape: → whether it was still open. */
export async function useInvitation(tx: Executor, use: { id: string; nowMs: number }): Promise<boolean> {
  const rows = await tx.query(
    'update account.invitations set used_at = $2 where id = $1 and used_at is null returning id',
    [use.id, new Date(use.nowMs)],
  );
  return rows.length === 1;
}

export async function deleteInvitation(tx: Executor, id: string): Promise<boolean> {
  return (await tx.query('delete from account.invitations where id = $1 returning id', [id])).length === 1;
}
