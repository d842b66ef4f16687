import { firingSource } from '@ubot/alerting';
import { LIMITS, type Inhibition, type InhibitionInput, type Result } from '@ubot/contracts';
import {
  countInhibitions,
  deleteInhibition,
  inhibitionById,
  listInhibitions,
  lockUser,
  readFiringSources,
  saveInhibition,
  withTransaction,
  writeAudit,
  type Database,
  type Executor,
  type InhibitionRow,
  type ListedInhibition,
  type Transaction,
} from '@ubot/db';
import { newId } from '@ubot/service-kit';
import { NOT_FOUND, unknownRefusal } from './silences.ts';

interface Owned {
  readonly userId: string;
  readonly id: string;
}

export interface Inhibitions {
  /** Oldest first. */
  list(userId: string): Promise<Inhibition[]>;
  create(userId: string, input: InhibitionInput): Promise<Result<Inhibition>>;
  /** Gives it another shape; what is not named is as in a new one. */
  replace(owned: Owned, input: InhibitionInput): Promise<Result<Inhibition>>;
  remove(owned: Owned): Promise<Result<null>>;
}

/**
 * Rules by which one strategy, while it fires, mutes others.
 * Errors: NOT_FOUND (the rule, or a strategy that is not the user's), VALIDATION_FAILED for a source that is its own
 * target, COIN_UNKNOWN, LIMIT_REACHED.
 */
export function createInhibitions({ db, nowMs }: { db: Database; nowMs: () => number }): Inhibitions {
  return {
    list: async (userId) => shown(db, await listInhibitions(db, userId), nowMs()),

    create: (userId, input) =>
      withTransaction(db, async (tx) => {
        if (!(await lockUser(tx, userId))) return NOT_FOUND;
        if ((await countInhibitions(tx, userId)) >= LIMITS.inhibitionsPerUser) return FULL;
        return save(tx, { owned: { userId, id: newId() }, before: null, input, nowMs: nowMs() });
      }),

    replace: (owned, input) =>
      withTransaction(db, async (tx) => {
        if (!(await lockUser(tx, owned.userId))) return NOT_FOUND;
        const before = await inhibitionById(tx, owned);
        return before === null ? NOT_FOUND : save(tx, { owned, before, input, nowMs: nowMs() });
      }),

    remove: (owned) =>
      withTransaction(db, async (tx) => {
        if (!(await deleteInhibition(tx, owned))) return NOT_FOUND;
        const { userId, id } = owned;
        await writeAudit(tx, { atMs: nowMs(), userId, action: 'inhibition.delete', subjectId: id });
        return { ok: true, value: null };
      }),
  };
}

const FULL: Result<never> = {
  ok: false,
  failure: {
    code: 'LIMIT_REACHED',
    detail: `You have ${LIMITS.inhibitionsPerUser} rules that mute, which is as many as there may be.`,
  },
};

const MUTES_ITSELF: Result<never> = {
  ok: false,
  failure: { code: 'VALIDATION_FAILED', detail: 'A strategy does not mute itself: leave it out of targetStrategyIds.' },
};

async function save(
  tx: Transaction,
  options: { owned: Owned; before: ListedInhibition | null; input: InhibitionInput; nowMs: number },
): Promise<Result<Inhibition>> {
  const { owned, before, input, nowMs } = options;
  const { sourceCoinId = null, targetTags = null, targetStrategyIds = null } = input;
  if (targetStrategyIds?.includes(input.sourceStrategyId) === true) return MUTES_ITSELF;
  const strategyIds = [input.sourceStrategyId, ...(targetStrategyIds ?? [])];
  const refusal = await unknownRefusal(tx, { userId: owned.userId, strategyIds, coinId: sourceCoinId });
  if (refusal !== null) return refusal;
  const rule: InhibitionRow = {
    ...owned,
    name: input.name,
    enabled: input.enabled ?? true,
    sourceStrategyId: input.sourceStrategyId,
    sourceCoinId,
    sameCoin: input.sameCoin ?? false,
    targetTags,
    targetStrategyIds,
    createdAtMs: before?.createdAtMs ?? nowMs,
    updatedAtMs: nowMs,
  };
  await saveInhibition(tx, rule);
  const action = before === null ? 'inhibition.create' : 'inhibition.change';
  const { sourceStrategyId, enabled } = rule;
  const detail = { sourceStrategyId, sourceCoinId, targetTags, targetStrategyIds, enabled };
  await writeAudit(tx, { atMs: nowMs, userId: owned.userId, action, subjectId: owned.id, detail });
  const [made] = await shown(tx, [{ ...rule, mutedAlerts: before?.mutedAlerts ?? 0 }], nowMs);
  return made === undefined ? NOT_FOUND : { ok: true, value: made };
}

/** With whether they mute at this moment. */
async function shown(db: Executor, rules: readonly ListedInhibition[], nowMs: number): Promise<Inhibition[]> {
  if (rules.length === 0) return [];
  const strategyIds = rules.map(({ sourceStrategyId }) => sourceStrategyId);
  const coinIds = rules.flatMap(({ sourceCoinId }) => (sourceCoinId === null ? [] : [sourceCoinId]));
  const firing = await readFiringSources(db, { strategyIds, coinIds, nowMs });
  return rules.map((rule) => ({ ...rule, active: rule.enabled && firingSource(rule, firing, nowMs) !== null }));
}
