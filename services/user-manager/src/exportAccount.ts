import type { AccountExport, Result, Token } from '@ubot/contracts';
import {
  auditOfUser,
  listChannels,
  listInhibitions,
  listSilences,
  listStrategies,
  listStrategyVersions,
  listWatchlists,
  personalTokens,
  readAlertPage,
  sessionsOfUser,
  silenceState,
  type Database,
} from '@ubot/db';
import type { QuotaBook } from './quotas.ts';
import type { Account } from './settings.ts';

const ALERTS = 1_000;
const SILENCES = 1_000;
const VERSIONS = 100;
const AUDIT = 10_000;

/** Everything that is a user's, as one value. Errors: NOT_FOUND. */
export async function exportAccount(
  given: { db: Database; account: Account; quotas: QuotaBook; nowMs: () => number },
  userId: string,
): Promise<Result<AccountExport>> {
  const { db, account, quotas, nowMs } = given;
  const [user, settings, quota] = [
    await account.me(userId),
    await account.settings(userId),
    await quotas.answer(userId),
  ];
  if (!user.ok) return user;
  if (!settings.ok) return settings;
  if (!quota.ok) return quota;
  const strategies: AccountExport['strategies'] = [];
  for (const strategy of await listStrategies(db, { userId, after: null, limit: quota.value.used.strategies })) {
    const versions = await listStrategyVersions(db, { userId, id: strategy.id, before: null, limit: VERSIONS });
    strategies.push({ ...strategy, versions });
  }
  const alerts = await readAlertPage(db, { userId, limit: ALERTS });
  const now = nowMs();
  const silences = await listSilences(db, { userId, state: null, before: null, limit: SILENCES, nowMs: now });
  const sessions = await sessionsOfUser(db, { userId, nowMs: nowMs() });
  return {
    ok: true,
    value: {
      exportedAtMs: nowMs(),
      user: user.value,
      settings: settings.value,
      quotas: quota.value,
      channels: await listChannels(db, userId),
      watchlists: await listWatchlists(db, userId),
      strategies,
      silences: silences.map((silence) => ({ ...silence, state: silenceState(silence, now) })),
      inhibitions: await listInhibitions(db, userId),
      tokens: (await personalTokens(db, userId)).map(tokenOf),
      sessions: sessions.map(({ tokenHash: _hash, ...session }) => ({ ...session, current: false })),
      audit: await auditOfUser(db, { userId, limit: AUDIT }),
      alerts,
      alertsBefore: alerts.length === ALERTS ? (alerts.at(-1)?.sequence ?? null) : null,
    },
  };
}

/** Field by field: what is stored beside them is not for the file. */
function tokenOf({ id, name, scope, createdAtMs, expiresAtMs, lastUsedAtMs }: Token): Token {
  return { id, name, scope, createdAtMs, expiresAtMs, lastUsedAtMs };
}
