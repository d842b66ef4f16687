import {
  DEFAULT_SETTINGS,
  DEFAULT_TRIGGER,
  type Result,
  type Strategy,
  type StrategyInput,
  type Universe,
} from '@ubot/contracts';
import {
  coinsNamed,
  ownChannelIds,
  userById,
  watchlistById,
  type Database,
  type StrategyDefinition,
  type Transaction,
} from '@ubot/db';
import type { ServiceFailure } from '@ubot/service-kit';
import { checkCondition, checkTemplate, coinsNamedIn, createCoinResolver, LIVE_SOURCE } from '@ubot/strategy';

/**
 * The whole definition that an input stands for: what it leaves out has its default. A changed strategy keeps its
 * channels when the input names none; a new one gets the account's default channels.
 */
export async function definitionFor(
  tx: Transaction,
  { userId, input, current }: { userId: string; input: StrategyInput; current: Strategy | null },
): Promise<StrategyDefinition> {
  return {
    name: input.name,
    universe: input.universe,
    timeframe: input.timeframe,
    indicators: input.indicators ?? [],
    condition: input.condition,
    trigger: { ...DEFAULT_TRIGGER, ...input.trigger },
    message: input.message ?? null,
    channelIds: input.channelIds ?? current?.channelIds ?? (await defaultChannelIds(tx, userId)),
    tags: input.tags ?? [],
    urgent: input.urgent ?? false,
  };
}

/** A default channel that has been deleted since is no longer one. */
async function defaultChannelIds(tx: Transaction, userId: string): Promise<string[]> {
  const user = await userById(tx, userId);
  const ids = user?.settings.defaultChannelIds ?? DEFAULT_SETTINGS.defaultChannelIds;
  const own = await ownChannelIds(tx, userId, ids);
  return ids.filter((id) => own.has(id));
}

/**
 * Every mistake in the condition, in the second condition for re-arming and in the message's placeholders, each with the
 * field it stands in.
 */
export async function conditionRefusal(db: Database, input: StrategyInput): Promise<Result<never> | null> {
  const { timeframe, indicators = [], condition, trigger, message } = input;
  const texts = [
    { field: 'condition', text: condition },
    ...(typeof trigger?.rearm === 'string' ? [{ field: 'trigger.rearm', text: trigger.rearm }] : []),
  ];
  const names = coinsNamedIn([...texts.map(({ text }) => text), ...indicators.map(({ expression }) => expression)]);
  const coins = createCoinResolver(await coinsNamed(db, names), true);
  const checks = texts.map(({ field, text }) => ({
    field,
    ...checkCondition({ text, timeframe, indicators, coins, source: LIVE_SOURCE }),
  }));
  const errors = checks.flatMap(({ field, ok, diagnostics }) =>
    ok ? [] : diagnostics.map((diagnostic) => ({ field, ...diagnostic })),
  );
  const [read] = checks;
  if (typeof message === 'string') {
    const inMessage = checkTemplate(message, read?.ok === true ? read.plan : null);
    errors.push(...inMessage.map((diagnostic) => ({ field: 'message', ...diagnostic })));
  }
  if (errors.length === 0) return null;
  const failure: ServiceFailure = {
    code: 'STRATEGY_INVALID',
    detail: errors.map(({ field, message }) => `${field}: ${message}`).join(' '),
    errors,
  };
  return { ok: false, failure };
}

/** A universe that is a watchlist must be one of the user's. */
export async function unknownWatchlistRefusal(
  tx: Transaction,
  userId: string,
  universe: Universe,
): Promise<Result<never> | null> {
  if (universe.kind !== 'watchlist' || (await watchlistById(tx, { userId, id: universe.id })) !== null) return null;
  const detail = `Not a watchlist of yours: ${universe.id}.`;
  return { ok: false, failure: { code: 'STRATEGY_WATCHLIST_UNKNOWN', detail } };
}

export async function unknownChannelRefusal(
  tx: Transaction,
  userId: string,
  channelIds: readonly string[],
): Promise<Result<never> | null> {
  const own = await ownChannelIds(tx, userId, channelIds);
  const unknown = channelIds.filter((id) => !own.has(id));
  if (unknown.length === 0) return null;
  const detail = `Not channels of yours: ${unknown.join(', ')}.`;
  return { ok: false, failure: { code: 'STRATEGY_CHANNEL_UNKNOWN', detail } };
}
