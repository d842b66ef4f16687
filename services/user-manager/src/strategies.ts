import {
  LIMITS,
  type Result,
  type Strategy,
  type StrategyAt,
  type StrategyFeed,
  type StrategyInput,
  type StrategyPage,
  type StrategyVersionPage,
} from '@ubot/contracts';
import {
  announce,
  coinsOfWatchlists,
  listStrategies,
  listStrategyVersions,
  lockStrategy,
  lockUser,
  ownChannelIds,
  ownerOfStrategy,
  readStrategyChanges,
  strategyAt,
  strategyById,
  strategiesByIds,
  strategyNames,
  updateStrategy,
  withTransaction,
  writeAudit,
  type Database,
  type OwnedId,
} from '@ubot/db';
import { conditionRefusal } from './definition.ts';
import { NOT_FOUND } from './failures.ts';
import type { QuotaBook } from './quotas.ts';
import { changeIn, createIn, deleteIn, saveChange } from './strategyWrites.ts';

export interface Strategies {
  list(userId: string, page: { after: string | undefined; limit: number }): Promise<StrategyPage>;
  get(owned: OwnedId): Promise<Result<Strategy>>;
  /** Those of the ids that are the user's, in one statement and no order. */
  byIds(userId: string, ids: readonly string[]): Promise<Strategy[]>;
  versions(owned: OwnedId, page: { before: number | undefined; limit: number }): Promise<Result<StrategyVersionPage>>;
  /** What it was at an instant: its version, and whether it was switched on. */
  at(owned: OwnedId, atMs: number): Promise<Result<StrategyAt>>;
  create(userId: string, input: StrategyInput): Promise<Result<Strategy>>;
  /** A changed definition makes a new version; switching on or off alone does not. */
  change(owned: OwnedId, input: StrategyInput): Promise<Result<Strategy>>;
  /** Once more is the same. Switching on checks the condition again. */
  switchTo(owned: OwnedId, enabled: boolean): Promise<Result<Strategy>>;
  /** A copy under another name, switched off, without the channels that have gone since. */
  duplicate(owned: OwnedId, name: string | undefined): Promise<Result<Strategy>>;
  delete(owned: OwnedId): Promise<Result<null>>;
  /** After a "once" strategy has fired. A version other than the one that fired stays as it is. */
  switchOff(id: string, firedVersionId: string | undefined): Promise<Result<null>>;
  feed(page: { after: string; limit: number }): Promise<StrategyFeed>;
}

export function createStrategies(given: { db: Database; quotas: QuotaBook; nowMs: () => number }): Strategies {
  const { db, quotas, nowMs } = given;
  const context = () => ({ quotas, atMs: nowMs() });

  return {
    async list(userId, { after, limit }) {
      // One more than asked for tells whether there are more.
      const found = await listStrategies(db, { userId, after: after ?? null, limit: limit + 1 });
      const strategies = found.slice(0, limit);
      return { strategies, nextAfter: found.length > limit ? (strategies.at(-1)?.id ?? null) : null };
    },

    byIds: (userId, ids) => strategiesByIds(db, userId, ids),

    async get(owned) {
      const strategy = await strategyById(db, owned);
      return strategy === null ? NOT_FOUND : { ok: true, value: strategy };
    },

    async versions(owned, { before, limit }) {
      if ((await strategyById(db, owned)) === null) return NOT_FOUND;
      const found = await listStrategyVersions(db, { ...owned, before: before ?? null, limit: limit + 1 });
      const versions = found.slice(0, limit);
      const nextBefore = found.length > limit ? (versions.at(-1)?.version ?? null) : null;
      return { ok: true, value: { versions, nextBefore } };
    },

    async at(owned, atMs) {
      const found = await strategyAt(db, { ...owned, atMs });
      if (found === null) return NOT_FOUND;
      const coinIds = (await watchedCoins(db, [found.strategy]))(found.strategy);
      return { ok: true, value: { ...found, ...(coinIds !== null && { coinIds }) } };
    },

    async create(userId, input) {
      const refusal = await conditionRefusal(db, input);
      if (refusal !== null) return refusal;
      return withTransaction(db, async (tx) => {
        if (!(await lockUser(tx, userId))) return NOT_FOUND;
        return createIn(tx, context(), { userId, input });
      });
    },

    async change(owned, input) {
      const refusal = await conditionRefusal(db, input);
      if (refusal !== null) return refusal;
      return withTransaction(db, async (tx) => {
        await lockUser(tx, owned.userId);
        const current = await lockStrategy(tx, owned);
        return current === null ? NOT_FOUND : changeIn(tx, context(), { current, input });
      });
    },

    async switchTo(owned, enabled) {
      const known = await strategyById(db, owned);
      if (known === null) return NOT_FOUND;
      const refusal = enabled ? await conditionRefusal(db, known) : null;
      if (refusal !== null) return refusal;
      return withTransaction(db, async (tx) => {
        const current = await lockStrategy(tx, owned);
        if (current === null) return NOT_FOUND;
        return { ok: true, value: await saveChange(tx, { current, definition: current, enabled, atMs: nowMs() }) };
      });
    },

    async duplicate(owned, name) {
      return withTransaction(db, async (tx) => {
        if (!(await lockUser(tx, owned.userId))) return NOT_FOUND;
        const original = await strategyById(tx, owned);
        if (original === null) return NOT_FOUND;
        const { universe, timeframe, indicators, condition, trigger, message, channelIds, tags, urgent } = original;
        const own = await ownChannelIds(tx, owned.userId, channelIds);
        const input = {
          universe,
          timeframe,
          indicators,
          condition,
          trigger,
          message,
          tags,
          urgent,
          name: name ?? nameOfCopy(original.name, await strategyNames(tx, owned.userId)),
          enabled: false,
          channelIds: channelIds.filter((id) => own.has(id)),
        };
        return createIn(tx, context(), { userId: owned.userId, input });
      });
    },

    async delete(owned) {
      return withTransaction(db, async (tx) => {
        if ((await lockStrategy(tx, owned)) === null) return NOT_FOUND;
        await deleteIn(tx, context(), owned);
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
      const found = await readStrategyChanges(db, { after, limit: limit + 1 });
      const page = found.slice(0, limit);
      const owners = page.flatMap(({ strategy }) => (strategy === null ? [] : [strategy.userId]));
      const limitsOf = await quotas.limitsOf(db, [...new Set(owners)]);
      const watched = await watchedCoins(
        db,
        page.flatMap(({ strategy }) => (strategy === null ? [] : [strategy])),
      );
      const changes = page.map((change) => {
        if (change.strategy === null) return change;
        const coinIds = watched(change.strategy);
        const { alertsPerDay } = limitsOf(change.strategy.userId);
        return { ...change, alertsPerDay, ...(coinIds !== null && { coinIds }) };
      });
      return { changes, nextChange: page.at(-1)?.change ?? after, more: found.length > limit };
    },
  };
}

/** The coins of the watchlist that a strategy watches, none when it is gone; null: it watches none. */
async function watchedCoins(
  db: Database,
  strategies: readonly Strategy[],
): Promise<(strategy: Strategy) => number[] | null> {
  const ids = strategies.flatMap(({ universe }) => (universe.kind === 'watchlist' ? [universe.id] : []));
  const coins = await coinsOfWatchlists(db, [...new Set(ids)]);
  return ({ universe }) => (universe.kind === 'watchlist' ? [...(coins.get(universe.id) ?? [])] : null);
}

/** "Dip (copy)", or the first "Dip (copy 2)" that is free; the original's name is shortened where that is too long. */
function nameOfCopy(original: string, taken: ReadonlySet<string>): string {
  for (let number = 1; ; number += 1) {
    const suffix = number === 1 ? ' (copy)' : ` (copy ${number})`;
    const name = [...original].slice(0, LIMITS.nameChars - suffix.length).join('') + suffix;
    if (!taken.has(name)) return name;
  }
}
