import { isDeepStrictEqual } from 'node:util';
import type { Result, Strategy, StrategyInput } from '@ubot/contracts';
import {
  announce,
  deleteStrategy,
  insertStrategy,
  updateStrategy,
  writeAudit,
  type StrategyDefinition,
  type Transaction,
} from '@ubot/db';
import { newId } from '@ubot/service-kit';
import { definitionFor, unknownChannelRefusal, unknownWatchlistRefusal } from './definition.ts';
import { quotaRefusal, type QuotaBook } from './quotas.ts';

/** What every write below is given: the user is locked by this transaction. */
export interface WriteContext {
  readonly quotas: QuotaBook;
  readonly atMs: number;
}

/**
 * Errors: QUOTA_STRATEGIES, QUOTA_ALL_COIN_STRATEGIES, STRATEGY_WATCHLIST_UNKNOWN, STRATEGY_CHANNEL_UNKNOWN. Conditions are
 *         checked before.
 */
export async function createIn(
  tx: Transaction,
  { quotas, atMs }: WriteContext,
  { userId, input }: { userId: string; input: StrategyInput },
): Promise<Result<Strategy>> {
  const definition = await definitionFor(tx, { userId, input, current: null });
  const tooMany = await quotaRefusal(tx, { quotas, userId, before: null, after: definition.universe });
  if (tooMany !== null) return tooMany;
  const unknown =
    (await unknownWatchlistRefusal(tx, userId, definition.universe)) ??
    (await unknownChannelRefusal(tx, userId, definition.channelIds));
  if (unknown !== null) return unknown;
  const head = { id: newId(), userId, enabled: input.enabled ?? true, version: 1, versionId: newId() };
  const strategy: Strategy = { ...head, ...definition, createdAtMs: atMs, updatedAtMs: atMs };
  const { change } = await insertStrategy(tx, strategy);
  const detail = { version: 1, enabled: strategy.enabled };
  await writeAudit(tx, { atMs, userId, action: 'strategy.create', subjectId: strategy.id, detail });
  await announce(tx, 'strategy', change);
  return { ok: true, value: strategy };
}

/** `current` is locked by this transaction. Errors: as `createIn`. */
export async function changeIn(
  tx: Transaction,
  { quotas, atMs }: WriteContext,
  { current, input }: { current: Strategy; input: StrategyInput },
): Promise<Result<Strategy>> {
  const { userId } = current;
  const definition = await definitionFor(tx, { userId, input, current });
  const tooMany = await quotaRefusal(tx, { quotas, userId, before: current.universe, after: definition.universe });
  if (tooMany !== null) return tooMany;
  // A channel that has gone since may stay named, so that the strategy can still be switched off.
  const added = definition.channelIds.filter((id) => !current.channelIds.includes(id));
  const unknown =
    (await unknownWatchlistRefusal(tx, userId, definition.universe)) ??
    (await unknownChannelRefusal(tx, userId, added));
  if (unknown !== null) return unknown;
  return { ok: true, value: await saveChange(tx, { current, definition, enabled: input.enabled, atMs }) };
}

/** `owned` is locked by this transaction. */
export async function deleteIn(
  tx: Transaction,
  { atMs }: Pick<WriteContext, 'atMs'>,
  { userId, id }: { userId: string; id: string },
): Promise<void> {
  const { change } = await deleteStrategy(tx, { userId, id, deletedAtMs: atMs });
  await writeAudit(tx, { atMs, userId, action: 'strategy.delete', subjectId: id });
  await announce(tx, 'strategy', change);
}

/** A changed definition makes a new version; switching on or off alone does not. Nothing new writes nothing. */
export async function saveChange(
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
