import type { QuotaAnswer, QuotaOverrides, Quotas, Result, Universe } from '@ubot/contracts';
import { LIMITS } from '@ubot/contracts';
import {
  announce,
  quotaOverridesOf,
  saveQuotaOverrides,
  strategiesUsed,
  userById,
  withTransaction,
  writeAudit,
  type Database,
  type Executor,
  type Transaction,
} from '@ubot/db';
import { NOT_FOUND } from './failures.ts';

export interface QuotaBook {
  answer(userId: string): Promise<Result<QuotaAnswer>>;
  /** By an operator; what is left out is the configured default again. */
  save(options: { operatorId: string; userId: string; quotas: QuotaOverrides }): Promise<Result<QuotaAnswer>>;
  limitsOf(db: Executor, userIds: readonly string[]): Promise<(userId: string) => Quotas>;
}

/** How much each user may have: the configured defaults, and what operators have set beside them. */
export function createQuotas(options: { db: Database; defaults: Quotas; nowMs: () => number }): QuotaBook {
  const { db, defaults, nowMs } = options;

  const limitsOf: QuotaBook['limitsOf'] = async (executor, userIds) => {
    const overrides = await quotaOverridesOf(executor, userIds);
    return (userId) => {
      const own = overrides.get(userId);
      return { ...defaults, ...own, caps: { ...defaults.caps, ...own?.caps } };
    };
  };

  const answer: QuotaBook['answer'] = async (userId) => {
    if ((await userById(db, userId)) === null) return NOT_FOUND;
    const limits = (await limitsOf(db, [userId]))(userId);
    return { ok: true, value: { limits, used: await strategiesUsed(db, userId) } };
  };

  return {
    answer,
    limitsOf,
    async save({ operatorId, userId, quotas }) {
      const isSaved = await withTransaction(db, async (tx) => {
        const { found, change } = await saveQuotaOverrides(tx, { userId, quotas });
        if (!found) return false;
        const entry = { action: 'user.quotas_change', subjectId: userId, detail: { quotas } } as const;
        await writeAudit(tx, { atMs: nowMs(), userId: operatorId, ...entry });
        if (change !== null) await announce(tx, 'strategy', change);
        return true;
      });
      return isSaved ? answer(userId) : NOT_FOUND;
    },
  };
}

/** One that is followed over the whole market, or nearly. */
function isAllCoin(universe: Universe): boolean {
  return universe.kind === 'all' || (universe.kind === 'top' && universe.count > LIMITS.universeCoins);
}

/**
 * Why one more strategy, or a wider one, is too many. The user must be locked by this transaction.
 *
 * Edges:  what a user has already may stay and be changed when the quota has become smaller since.
 */
export async function quotaRefusal(
  tx: Transaction,
  given: { quotas: QuotaBook; userId: string; before: Universe | null; after: Universe },
): Promise<Result<never> | null> {
  const { userId, before, after } = given;
  const isOneMore = before === null;
  const isWider = isAllCoin(after) && (before === null || !isAllCoin(before));
  if (!isOneMore && !isWider) return null;
  const { strategies, allCoinStrategies } = (await given.quotas.limitsOf(tx, [userId]))(userId);
  const used = await strategiesUsed(tx, userId);
  if (isOneMore && used.strategies >= strategies) {
    const detail = `You have ${used.strategies} strategies, and your account allows ${strategies}.`;
    return { ok: false, failure: { code: 'QUOTA_STRATEGIES', detail } };
  }
  if (isWider && used.allCoinStrategies >= allCoinStrategies) {
    const detail = `You have ${used.allCoinStrategies} strategies over all coins, and your account allows ${allCoinStrategies}.`;
    return { ok: false, failure: { code: 'QUOTA_ALL_COIN_STRATEGIES', detail } };
  }
  return null;
}
