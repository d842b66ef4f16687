import {
  DEFAULT_TRIGGER,
  StrategyPreviewInputSchema,
  StrategyPreviewSchema,
  UbotError,
  WatchlistSchema,
  type Strategy,
  type StrategyPreviewInput,
} from '@ubot/contracts';
import { coinsNamed, type Database } from '@ubot/db';
import { errorOf, requireUser, unwrap, type CallIdentity, type HttpApp, type ServiceClient } from '@ubot/service-kit';
import { checkCondition, coinsNamedIn, createCoinResolver, LIVE_SOURCE } from '@ubot/strategy';
import type { Aside } from './aside.ts';
import { universeOf } from './liveStrategy.ts';
import { readPosition } from './position.ts';
import type { Shard } from './shard.ts';
import { createTurns } from './turns.ts';

export interface PreviewRouteOptions {
  readonly db: Database;
  readonly aside: Aside;
  readonly shard: Shard;
  /** Of user-manager, who has the watchlists. */
  readonly client: ServiceClient;
}

// Together with the time of one preview less than a caller waits for an answer.
const WAIT_LIMIT_MS = 4_000;
const MOST_WAITING = 100;
/** Of a strategy that is not stored: it has none, and nobody sees this one. */
const NO_ID = '00000000-0000-0000-0000-000000000000';

/**
 * What a strategy that need not be saved says of the market now. One preview at a time, and of one user the newest.
 *
 * Errors: STRATEGY_INVALID with the mistakes of the condition; STRATEGY_WATCHLIST_UNKNOWN; NO_SNAPSHOT_YET; those of `Turns` and `Aside`.
 */
export function addPreviewRoute(app: HttpApp, { db, aside, shard, client }: PreviewRouteOptions): void {
  const turns = createTurns({ mostWaiting: MOST_WAITING, waitLimitMs: WAIT_LIMIT_MS });
  app.post(
    '/previews',
    { schema: { body: StrategyPreviewInputSchema, response: { 200: StrategyPreviewSchema } } },
    async (request) => {
      const { userId } = requireUser(request);
      const { condition, indicators = [], timeframe, trigger, universe } = request.body;
      const texts = [condition, ...indicators.map(({ expression }) => expression)];
      const named = await coinsNamed(db, coinsNamedIn(texts));
      const coins = createCoinResolver(named, true);
      const on = trigger?.on ?? DEFAULT_TRIGGER.on;
      const checked = checkCondition({ text: condition, timeframe, indicators, on, coins, source: LIVE_SOURCE });
      const diagnostics = checked.diagnostics.map((diagnostic) => ({ field: 'condition' as const, ...diagnostic }));
      if (!checked.ok) {
        const detail = diagnostics.map(({ message }) => message).join(' ');
        throw errorOf({ code: 'STRATEGY_INVALID', detail, errors: diagnostics });
      }
      const strategy = asStrategy(request.body, userId);
      const coinIds = universe.kind === 'watchlist' ? await coinsOn(client, universe.id, requireUser(request)) : [];
      const live = {
        handle: 0,
        strategy,
        universe: universeOf(strategy, coinIds),
        condition: checked.plan,
        rearm: null,
        alertsPerDay: null,
      };
      const found = await turns.run(userId, async () =>
        aside.preview({ live, named: named.map(({ id }) => id), position: await readPosition(db, shard) }),
      );
      if (found === null) throw new UbotError('NO_SNAPSHOT_YET');
      return { ...found, warnings: diagnostics };
    },
  );
}

/** Errors: STRATEGY_WATCHLIST_UNKNOWN. */
async function coinsOn(client: ServiceClient, id: string, identity: CallIdentity): Promise<number[]> {
  const found = await client.request({ method: 'GET', path: `/watchlists/${id}`, identity, answer: WatchlistSchema });
  if (!found.ok && found.failure.code === 'NOT_FOUND') throw new UbotError('STRATEGY_WATCHLIST_UNKNOWN');
  return unwrap(found).coinIds;
}

function asStrategy(input: StrategyPreviewInput, userId: string): Strategy {
  return {
    id: NO_ID,
    userId,
    version: 1,
    versionId: NO_ID,
    name: input.name ?? '',
    enabled: false,
    universe: input.universe,
    timeframe: input.timeframe,
    indicators: input.indicators ?? [],
    condition: input.condition,
    trigger: { ...DEFAULT_TRIGGER, ...input.trigger },
    message: null,
    channelIds: [],
    tags: [],
    urgent: false,
    createdAtMs: 0,
    updatedAtMs: 0,
  };
}
