import {
  announce,
  insertUser,
  lockFirstStart,
  operatorAccount,
  setPresetToken,
  withTransaction,
  writeAudit,
  type Database,
  type Transaction,
} from '@ubot/db';
import { newId } from '@ubot/service-kit';
import { newOneTimePassword, type Passwords } from './passwords.ts';
import { tokenHash } from './signIn/sessionTokens.ts';

export interface OneTimePassword {
  email: string;
  password: string;
}

export interface OperatorOptions {
  db: Database;
  passwords: Passwords;
  email: string;
  /** The preset bearer token; undefined ends an earlier one. */
  presetToken: string | undefined;
  nowMs: () => number;
  /**
   * Told the one-time password before the account is committed: a password that could not be passed on must not exist,
   * whereas one that was shown for an account which then failed is replaced at the next start.
   */
  onOneTimePassword: (shown: OneTimePassword) => Promise<void> | void;
}

/** Makes the operator's account at the first start, and gives it the preset token (or none) at every start. */
export async function setUpOperator(options: OperatorOptions): Promise<{ userId: string }> {
  const { db, passwords, presetToken, nowMs } = options;
  const password = newOneTimePassword();
  const passwordHash = (await operatorAccount(db)) === null ? await passwords.hash(password) : null;
  return withTransaction(db, async (tx) => {
    await lockFirstStart(tx);
    const existing = await operatorAccount(tx);
    const userId = existing?.id ?? (await createOperator(tx, { ...options, password, passwordHash }));
    const presetHash = presetToken === undefined ? null : tokenHash(presetToken);
    if (await setPresetToken(tx, { userId, tokenHash: presetHash, nowMs: nowMs() })) {
      const detail = { set: presetHash !== null };
      await writeAudit(tx, {
        atMs: nowMs(),
        userId: null,
        action: 'user.preset_token_change',
        subjectId: userId,
        detail,
      });
      await announce(tx, 'identity', userId);
    }
    return { userId };
  });
}

async function createOperator(
  tx: Transaction,
  options: OperatorOptions & { password: string; passwordHash: string | null },
): Promise<string> {
  const { email, passwords, password, nowMs } = options;
  const id = newId();
  const user = { id, email: email.trim().toLowerCase(), role: 'operator' as const, createdAtMs: nowMs() };
  const passwordHash = options.passwordHash ?? (await passwords.hash(password));
  await insertUser(tx, { ...user, passwordHash, passwordOnce: true, settings: {} });
  await options.onOneTimePassword({ email: user.email, password });
  return id;
}
