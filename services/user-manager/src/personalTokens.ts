import { randomBytes } from 'node:crypto';
import type { Result, Token, TokenCreated, TokenInput } from '@ubot/contracts';
import {
  announce,
  deletePersonalToken,
  insertPersonalToken,
  lockUser,
  personalTokens,
  withTransaction,
  writeAudit,
  type Database,
  type TokenRow,
} from '@ubot/db';
import { newId } from '@ubot/service-kit';
import { NOT_FOUND } from './failures.ts';
import { tokenHash } from './signIn/sessionTokens.ts';

const MOST = 50;
const TOKEN_BYTES = 32;
/** So that a leaked token is recognised for what it is, by people and by scanners of repositories. */
const PREFIX = 'ubot_';

const shown = ({ id, name, scope, createdAtMs, expiresAtMs, lastUsedAtMs }: TokenRow): Token => ({
  id,
  name,
  scope,
  createdAtMs,
  expiresAtMs,
  lastUsedAtMs,
});

export type PersonalTokens = ReturnType<typeof createPersonalTokens>;

/** Tokens for bots and scripts: shown once, stored hashed, read or write, with an end if wanted. */
export function createPersonalTokens({ db, nowMs }: { db: Database; nowMs: () => number }) {
  return {
    async list(userId: string): Promise<Token[]> {
      return (await personalTokens(db, userId)).map(shown);
    },

    async create(userId: string, { name, scope, expiresAtMs }: TokenInput): Promise<Result<TokenCreated>> {
      const atMs = nowMs();
      if (expiresAtMs !== undefined && expiresAtMs <= atMs) {
        return { ok: false, failure: { code: 'VALIDATION_FAILED', detail: 'The token would have ended already.' } };
      }
      const token = PREFIX + randomBytes(TOKEN_BYTES).toString('base64url');
      const row: TokenRow = {
        tokenHash: tokenHash(token),
        id: newId(),
        userId,
        name,
        scope,
        createdAtMs: atMs,
        expiresAtMs: expiresAtMs ?? null,
        lastUsedAtMs: null,
      };
      return withTransaction(db, async (tx) => {
        if (!(await lockUser(tx, userId))) return NOT_FOUND;
        if ((await personalTokens(tx, userId)).length >= MOST) {
          return { ok: false, failure: { code: 'LIMIT_REACHED', detail: `An account has at most ${MOST} tokens.` } };
        }
        await insertPersonalToken(tx, row);
        await writeAudit(tx, { atMs, userId, action: 'token.create', subjectId: row.id, detail: { scope } });
        return { ok: true, value: { ...shown(row), token } };
      });
    },

    async delete(owned: { userId: string; id: string }): Promise<Result<null>> {
      return withTransaction(db, async (tx) => {
        if (!(await deletePersonalToken(tx, owned))) return NOT_FOUND;
        await writeAudit(tx, { atMs: nowMs(), userId: owned.userId, action: 'token.delete', subjectId: owned.id });
        await announce(tx, 'identity', owned.userId);
        return { ok: true, value: null };
      });
    },
  };
}
