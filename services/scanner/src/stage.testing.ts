import {
  DEFAULT_TRIGGER,
  UbotError,
  type Strategy,
  type StrategyAt,
  type StrategyFeed,
  type StrategyInput,
  type Trigger,
  type Watchlist,
} from '@ubot/contracts';
import { announce, createDatabase, storeSnapshot, upsertCoins, withTransaction, type Database } from '@ubot/db';
import { createCandleFolder, createGlobalCandleFolder, TIMEFRAMES, type SnapshotColumns } from '@ubot/market';
import {
  createHttpApp,
  createInternalTokens,
  createLogger,
  createServiceClient,
  newId,
  type CallIdentity,
} from '@ubot/service-kit';
import { buildScanner, type ScannerDeps, type ScannerService } from './app.ts';
import type { ScannerConfig } from './config.ts';

export const SECRET = 'a secret that only this test knows, 32+';
export const FEED_TOKEN = 'the-token-of-a-feed-of-prices';
export const START_MS = Date.UTC(2026, 0, 5, 12);
export const MINUTE = 60_000;
export const USER_ID = '01890000-0000-7000-8000-000000000001';
export const CHANNEL_ID = '01890000-0000-7000-8000-0000000000c1';

const logger = createLogger({ service: 'test', level: 'silent' });

type Given = Pick<StrategyInput, 'condition'> &
  Partial<Omit<StrategyInput, 'trigger'>> & { trigger?: Partial<Trigger> };

export function strategyOf(given: Given, version = 1, id = newId()): Strategy {
  const { trigger, ...rest } = given;
  return {
    id,
    userId: USER_ID,
    version,
    versionId: newId(),
    name: 'Test',
    enabled: true,
    universe: { kind: 'all' },
    timeframe: '1m',
    indicators: [],
    tags: [],
    urgent: false,
    message: null,
    channelIds: [CHANNEL_ID],
    createdAtMs: START_MS,
    updatedAtMs: START_MS,
    ...rest,
    trigger: { ...DEFAULT_TRIGGER, ...trigger },
  };
}

/** Speaks user-manager's protocol as far as the scanner uses it. */
async function startUserManager(nowMs: () => number, db: Database) {
  const changes: StrategyFeed['changes'] = [];
  const switchedOff: { id: string; versionId: string }[] = [];
  const saved: { strategyId: string; strategy: Strategy | null; atMs: number }[] = [];
  const app = createHttpApp({
    service: 'user-manager',
    logger,
    bodyLimitBytes: 65_536,
    tokens: createInternalTokens({ secret: SECRET, nowMs }),
    isReady: () => true,
  });
  app.get('/strategy-feed', (request) => {
    const { after, limit } = request.query as { after: string; limit: string };
    const later = changes.filter(({ change }) => BigInt(change) > BigInt(after));
    const page = later.slice(0, Number(limit));
    const nextChange = page.at(-1)?.change ?? after;
    return { changes: page, nextChange, more: page.length < later.length };
  });
  app.get('/strategies/:id', (request) => {
    const { id } = request.params as { id: string };
    const known = changes.findLast((each) => each.strategyId === id && each.strategy !== null)?.strategy;
    if (known === null || known === undefined) throw new UbotError('NOT_FOUND');
    return known;
  });
  const watchlists = new Map<string, number[]>();
  const coinsOf = (strategy: Strategy | null) =>
    strategy?.universe.kind === 'watchlist' ? { coinIds: watchlists.get(strategy.universe.id) ?? [] } : {};
  app.get('/watchlists/:id', (request): Watchlist => {
    const { id } = request.params as { id: string };
    const coinIds = watchlists.get(id);
    if (coinIds === undefined) throw new UbotError('NOT_FOUND');
    return { id, userId: USER_ID, name: 'List', coinIds, createdAtMs: START_MS, updatedAtMs: START_MS };
  });
  app.get('/strategies/:id/at', (request): StrategyAt => {
    const { id } = request.params as { id: string };
    const atMs = Number((request.query as { atMs: string }).atMs);
    const all = saved.filter((each) => each.strategyId === id);
    const versions = all.flatMap(({ strategy, atMs: savedAtMs }) =>
      strategy === null ? [] : [{ strategy, savedAtMs }],
    );
    const then = versions.findLast(({ savedAtMs }) => savedAtMs <= atMs) ?? versions[0];
    const isTheirs = request.identity?.kind === 'user' && request.identity.userId === then?.strategy.userId;
    if (then === undefined || !isTheirs) throw new UbotError('NOT_FOUND');
    return {
      strategy: then.strategy,
      versionSavedAtMs: then.savedAtMs,
      currentVersion: versions.at(-1)!.strategy.version,
      enabledThen: all.findLast((each) => each.atMs <= atMs)?.strategy?.enabled ?? false,
      ...coinsOf(then.strategy),
    };
  });
  app.post('/strategies/:id/switch-off', (request, reply) => {
    const { id } = request.params as { id: string };
    switchedOff.push({ id, ...(request.body as { versionId: string }) });
    return reply.status(204).send();
  });
  const url = await app.listen({ host: '127.0.0.1', port: 0 });
  return {
    url,
    switchedOff,
    close: () => app.close(),
    async put(strategyId: string, strategy: Strategy | null, alertsPerDay?: number): Promise<void> {
      saved.push({ strategyId, strategy, atMs: nowMs() });
      const change = String(changes.length + 1);
      const quota = alertsPerDay === undefined ? {} : { alertsPerDay };
      changes.push({ change, strategyId, strategy, ...quota, ...coinsOf(strategy) });
      await announce(db, 'strategy', change);
    },
    /** Without telling anybody: what watches the list is to be `put` once more. */
    setWatchlist: (id: string, coinIds: number[]) => void watchlists.set(id, coinIds),
  };
}

export interface Tick {
  prices: Readonly<Record<number, number>>;
  global?: SnapshotColumns['global'];
  /** By default the order of the coins. */
  ranks?: readonly number[];
  providerTimeMs?: number;
}

export function snapshotAt(
  takenAtMs: number,
  { prices, ranks, global = null, providerTimeMs = NaN }: Tick,
): SnapshotColumns {
  const ids = Object.keys(prices).map(Number);
  const unknown = () => new Float64Array(ids.length).fill(NaN);
  return {
    takenAtMs,
    source: 'demo',
    pollIntervalMs: MINUTE,
    coinIds: Int32Array.from(ids),
    priceUsd: Float64Array.from(ids, (id) => prices[id]!),
    volume24hUsd: unknown(),
    marketCapUsd: unknown(),
    rank: Int32Array.from(ids, (_, i) => ranks?.[i] ?? i + 1),
    percentChange1h: unknown(),
    percentChange24h: unknown(),
    percentChange7d: unknown(),
    providerTimeMs: unknown().fill(providerTimeMs),
    global,
  };
}

/** What @ubot/testing gives; handed in, because only test files may import it. */
export interface StageKit {
  readonly database: { readonly url: string; close(): Promise<void> };
  readonly clock: { nowMs(): number; set(atMs: number): void; advance(ms: number): void };
  readonly waitFor: (condition: () => Promise<boolean>, options: { what: string }) => Promise<unknown>;
}

/** A database, a user-manager, a mother-app's worth of snapshots, and as many scanners as a test starts. */
export async function createStage({ database, clock, waitFor }: StageKit) {
  const db = createDatabase({ connectionString: database.url, applicationName: 'stage', poolSize: 4 });
  const userManager = await startUserManager(clock.nowMs, db);
  const tokens = createInternalTokens({ secret: SECRET, nowMs: clock.nowMs });
  const folder = createCandleFolder({ timeframes: TIMEFRAMES });
  const globalFolder = createGlobalCandleFolder({ timeframes: TIMEFRAMES });
  const scanners = new Set<ScannerService>();
  await upsertCoins(
    db,
    [1, 2, 3].map((id) => ({ id, symbol: `C${id}`, name: `Coin ${id}`, slug: `coin-${id}`, rank: id })),
    { nowMs: START_MS },
  );

  /** Stores a snapshot as mother-app does; it is `minute` minutes after the start. Returns its id. */
  const storeAt = async (minute: number, tick: Tick): Promise<string> => {
    const snapshot = snapshotAt(START_MS + minute * MINUTE, tick);
    const closedCandles = folder.addSnapshot(snapshot);
    const closedGlobalCandles = globalFolder.addSnapshot(snapshot);
    const stored = await withTransaction(db, (tx) =>
      storeSnapshot(tx, { snapshot, closedCandles, closedGlobalCandles, leftOutCount: 0, creditCount: 0 }),
    );
    return stored.snapshotId;
  };

  const cursor = async (name = '0/1'): Promise<string> => {
    const [row] = await db.query<{ id: string }>(
      'select snapshot_id as id from alert.scanner_cursor where scanner = $1',
      [name],
    );
    return row?.id ?? '0';
  };

  return {
    db,
    url: database.url,
    clock,
    userManager,
    storeAt,
    async startScanner(more: Partial<ScannerDeps> & { config?: Partial<ScannerConfig>; wait?: boolean } = {}) {
      const { config, wait = true, ...deps } = more;
      const scanner = buildScanner(
        {
          UBOT_LOG_LEVEL: 'silent',
          DATABASE_URL: database.url,
          UBOT_INTERNAL_SECRET: SECRET,
          SCANNER_PORT: 0,
          SCANNER_HOST: '127.0.0.1',
          SCANNER_WORKERS: 2,
          SCANNER_SHARD: '0/1',
          USER_MANAGER_URL: userManager.url,
          UBOT_FEED_TOKEN: FEED_TOKEN,
          ...config,
        },
        { logger, nowMs: clock.nowMs, ...deps },
      );
      scanners.add(scanner);
      const { url } = await scanner.listen();
      const isReady = async () => (await fetch(`${url}/health`)).status === 200;
      if (wait) await waitFor(isReady, { what: 'the scanner to be ready' });
      const client = createServiceClient({ baseUrl: url, tokens, as: 'gateway' });
      return {
        url,
        async close() {
          scanners.delete(scanner);
          await scanner.close();
        },
        async call(path: string, given: { body?: unknown; as?: CallIdentity } = {}) {
          const method = given.body === undefined ? ('GET' as const) : ('POST' as const);
          const answer = await client.requestRaw({
            method,
            path,
            ...(given.body !== undefined && { body: given.body }),
            ...(given.as !== undefined && { identity: given.as }),
          });
          if (!answer.ok) throw new Error(answer.failure.detail);
          return { status: answer.value.status, body: JSON.parse(answer.value.body.toString('utf8')) as unknown };
        },
      };
    },
    /** Waits until a scanner has committed a snapshot. */
    evaluated: (snapshotId: string, name?: string) =>
      waitFor(async () => BigInt(await cursor(name)) >= BigInt(snapshotId), { what: `snapshot ${snapshotId}` }),
    alerts: () =>
      db.query<{ id: string; coin_id: number; at: Date; version: string; body: Record<string, unknown> }>(
        `select id, coin_id, triggered_at as at, strategy_version_id as version, body
         from alert.alerts order by triggered_at, coin_id`,
      ),
    async close() {
      await Promise.all([...scanners].map((scanner) => scanner.close()));
      await userManager.close();
      await db.close();
      await database.close();
    },
  };
}

export type Stage = Awaited<ReturnType<typeof createStage>>;
