import { LIMITS, type QuotaAnswer, type QuotaOverrides } from '@ubot/contracts';
import type { Executor, Transaction } from '../database.ts';
import { lockChanges } from './strategies.ts';

/** What operators have set for users; a user without a row in the answer has the defaults. */
export async function quotaOverridesOf(
  db: Executor,
  userIds: readonly string[],
): Promise<ReadonlyMap<string, QuotaOverrides>> {
  if (userIds.length === 0) return new Map();
  const rows = await db.query<{ id: string; quotas: QuotaOverrides }>(
    'select id, quotas from account.users where id = any($1::uuid[])',
    [userIds],
  );
  return new Map(rows.map(({ id, quotas }) => [id, quotas]));
}

/** How many strategies a user has, switched on or off. */
export async function strategiesUsed(db: Executor, userId: string): Promise<QuotaAnswer['used']> {
  const [row] = await db.query<{ strategies: number; all_coins: number }>(
    `select count(*)::int as strategies,
       count(*) filter (where u ->> 'kind' = 'all' or (u ->> 'count')::int > $2)::int as all_coins
     from account.strategies s
     join account.strategy_versions v on v.id = s.version_id
     cross join lateral (select v.definition -> 'universe' as u) as universe
     where s.user_id = $1 and s.deleted_at is null`,
    [userId, LIMITS.universeCoins],
  );
  return { strategies: row?.strategies ?? 0, allCoinStrategies: row?.all_coins ?? 0 };
}

/**
 * Replaces what an operator has set for a user, and shows the user's strategies in the feed once more, so that the
 * scanner learns of it.
 *
 * Shape:  → the last position in the feed; null when there is no such user or nothing that is on.
 */
export async function saveQuotaOverrides(
  tx: Transaction,
  { userId, quotas }: { userId: string; quotas: QuotaOverrides },
): Promise<{ found: boolean; change: string | null }> {
  const users = await tx.query('update account.users set quotas = $2 where id = $1 returning id', [
    userId,
    JSON.stringify(quotas),
  ]);
  if (users.length === 0) return { found: false, change: null };
  await tx.query(
    `select 1 from account.strategies where user_id = $1 and enabled and deleted_at is null order by id for update`,
    [userId],
  );
  await lockChanges(tx);
  const shown = await tx.query<{ change: string }>(
    `update account.strategies set change = nextval('account.strategy_change')
     where user_id = $1 and enabled and deleted_at is null returning change::text`,
    [userId],
  );
  return { found: true, change: shown.at(-1)?.change ?? null };
}
