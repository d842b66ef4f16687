import { isDeepStrictEqual } from 'node:util';
import { LIMITS, type Result, type Strategy, type StrategyFeed, type StrategyInput } from '@ubot/contracts';
import {
  announce,
  countStrategies,
  deleteStrategy,
  insertStrategy,
  listStrategies,
  lockStrategy,
  lockUser,
  ownerOfStrategy,
  readStrategyChanges,
  strategyById,
  updateStrategy,
  withTransaction,
  writeAudit,
  type Database,
  type OwnedId,
  type StrategyDefinition,
  type Transaction,
} from '@ubot/db';
import { newId } from '@ubot/service-kit';
import { conditionRefusal, definitionFor, unknownChannelRefusal } from './definition.ts';
import { NOT_FOUND } from './failures.ts';

export interface Strategies {
  list(userId: string): Promise<Strategy[]>;
  get(owned: OwnedId): Promise<Result<Strategy>>;
  create(userId: string, input: StrategyInput): Promise<Result<Strategy>>;
  /** A changed definition makes a new version; switching on or off alone does not. */
  change(owned: OwnedId, input: StrategyInput): Promise<Result<Strategy>>;
  delete(owned: OwnedId): Promise<Result<null>>;
  /** After a "once" strategy has fired. A version other than the one that fired stays as it is. */
  switchOff(id: string, firedVersionId: string | undefined): Promise<Result<null>>;
  feed(page: { after: string; limit: number }): Promise<StrategyFeed>;
}

export function createStrategies({ db, nowMs }: { db: Database; nowMs: () => number }): Strategies {
  return {
    list: (userId) => listStrategies(db, userId),

    async get(owned) {
      const strategy = await strategyById(db, owned);
      return strategy === null ? NOT_FOUND : { ok: true, value: strategy };
    },

    async create(userId, input) {
      const refusal = await conditionRefusal(db, input);
      if (refusal !== null) return refusal;
      return withTransaction(db, async (tx) => {
        if (!(await lockUser(tx, userId))) return NOT_FOUND;
        if ((await countStrategies(tx, userId)) >= LIMITS.strategiesPerUser) {
          const detail = `You have ${LIMITS.strategiesPerUser} strategies, which is as many as an account may have.`;
          return { ok: false, failure: { code: 'LIMIT_REACHED', detail } };
        }
        const definition = await definitionFor(tx, { userId, input, current: null });
        const unknown = await unknownChannelRefusal(tx, userId, definition.channelIds);
        if (unknown !== null) return unknown;
        const atMs = nowMs();
        const head = { id: newId(), userId, enabled: input.enabled ?? true, version: 1, versionId: newId() };
        const strategy: Strategy = { ...head, ...definition, createdAtMs: atMs, updatedAtMs: atMs };
        const { change } = await insertStrategy(tx, strategy);
        await writeAudit(tx, { atMs, userId, action: 'strategy.create', subjectId: strategy.id });
        await announce(tx, 'strategy', change);
        return { ok: true, value: strategy };
      });
    },

    async change(owned, input) {
      const refusal = await conditionRefusal(db, input);
      if (refusal !== null) return refusal;
      return withTransaction(db, async (tx) => {
        const current = await lockStrategy(tx, owned);
        if (current === null) return NOT_FOUND;
        const definition = await definitionFor(tx, { userId: owned.userId, input, current });
        // A channel that has gone since may stay named, so that the strategy can still be switched off.
        const added = definition.channelIds.filter((id) => !current.channelIds.includes(id));
        const unknown = await unknownChannelRefusal(tx, owned.userId, added);
        if (unknown !== null) return unknown;
        return {
          ok: true,
          value: await saveChange(tx, { current, definition, enabled: input.enabled, atMs: nowMs() }),
        };
      });
    },

    async delete(owned) {
      return withTransaction(db, async (tx) => {
        if ((await lockStrategy(tx, owned)) === null) return NOT_FOUND;
        const atMs = nowMs();
        const { change } = await deleteStrategy(tx, { ...owned, deletedAtMs: atMs });
        await writeAudit(tx, { atMs, userId: owned.userId, action: 'strategy.delete', subjectId: owned.id });
        await announce(tx, 'strategy', change);
        return { ok: true, value: null };
      });
    },

    async switchOff(id, firedVersionId) {
      return withTransaction(db, async (tx) => {
        const userId = await ownerOfStrategy(tx, id);
        const current = userId === null ? null : await lockStrategy(tx, { userId, id });
        if (current === null) return NOT_FOUND;
        const isOther = firedVersionId !== undefined && firedVersionId !== current.versionId;
        if (isOther || !current.enabled) return { ok: true, value: null };
        const atMs = nowMs();
        const { change } = await updateStrategy(tx, { ...current, enabled: false, updatedAtMs: atMs }, false);
        await writeAudit(tx, { atMs, userId: null, action: 'strategy.switch_off', subjectId: id });
        await announce(tx, 'strategy', change);
        return { ok: true, value: null };
      });
    },

    async feed({ after, limit }) {
      // One more than asked for tells whether there are more.
      const changes = await readStrategyChanges(db, { after, limit: limit + 1 });
      const page = changes.slice(0, limit);
      return { changes: page, nextChange: page.at(-1)?.change ?? after, more: changes.length > limit };
    },
  };
}

async function saveChange(
  tx: Transaction,
  change: { current: Strategy; definition: StrategyDefinition; enabled: boolean | undefined; atMs: number },
): Promise<Strategy> {
  const { current, definition, atMs } = change;
  const enabled = change.enabled ?? current.enabled;
  const next: Strategy = { ...current, ...definition, enabled, updatedAtMs: atMs };
  const isNewVersion = !isDeepStrictEqual({ ...current, enabled, updatedAtMs: atMs }, next);
  if (!isNewVersion && enabled === current.enabled) return current;
  if (isNewVersion) {
    next.version = current.version + 1;
    next.versionId = newId();
  }
  const { change: position } = await updateStrategy(tx, next, isNewVersion);
  await writeAudit(tx, {
    atMs,
    userId: current.userId,
    action: 'strategy.change',
    subjectId: current.id,
    detail: { version: next.version, enabled },
  });
  await announce(tx, 'strategy', position);
  return next;
}
