import type { CandlesAnswer, Photo, SourceState } from '@ubot/contracts';
import { createDatabase, latestSnapshot, readSnapshotsAfter, type Database } from '@ubot/db';
import { createInternalTokens, createLogger, readConfig } from '@ubot/service-kit';
import { cmcCoin, createCmcServer, createTestDatabase, waitFor, type CmcServer } from '@ubot/testing';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { buildMotherApp, type MotherApp } from './app.ts';
import { MOTHER_APP_CONFIG } from './config.ts';

const SECRET = 'a secret of at least thirty-two bytes';
const DEADLINE_MS = 25_000;
// A plan that pays for a poll every second, which is what lets these tests end soon.
const RICH = { creditsMonthly: 1_000_000_000, rateLimitMinute: 1_000_000 };

let database: Awaited<ReturnType<typeof createTestDatabase>>;
let db: Database;
let cmc: CmcServer | null = null;
const running: MotherApp[] = [];

beforeEach(async () => {
  database = await createTestDatabase();
  db = createDatabase({ connectionString: database.url, applicationName: 'test', poolSize: 2 });
});
afterEach(async () => {
  await Promise.all(running.splice(0).map((app) => app.close()));
  await cmc?.close();
  cmc = null;
  await db.close();
  await database.close();
});

interface Running {
  app: MotherApp;
  get(path: string, headers?: Record<string, string>): Promise<Response>;
  json<T>(path: string): Promise<T>;
  ready(): Promise<unknown>;
}

const demoEnv = { UBOT_SOURCE: 'demo', DEMO_COINS: '20', UBOT_POLL_INTERVAL: '1' };
const cmcEnv = (server: CmcServer) => ({
  UBOT_SOURCE: 'coinmarketcap',
  CMC_API_KEY: server.apiKey,
  CMC_BASE_URL: server.url,
  CMC_COINS: '5000',
  UBOT_POLL_INTERVAL: '1',
});

function build(env: Record<string, string>, nowMs: () => number = Date.now): MotherApp {
  const config = readConfig(MOTHER_APP_CONFIG, {
    DATABASE_URL: database.url,
    UBOT_INTERNAL_SECRET: SECRET,
    MOTHER_APP_PORT: '0',
    ...env,
  });
  return buildMotherApp(config, {
    logger: createLogger({ service: 'mother-app', level: 'silent' }),
    nowMs,
    random: () => 0.5,
    historyLimitMs: env['UBOT_SOURCE'] === 'demo' ? 60_000 : 500,
  });
}

async function start(env: Record<string, string>): Promise<Running> {
  const app = build(env);
  running.push(app);
  const { url } = await app.listen();
  const tokens = createInternalTokens({ secret: SECRET, nowMs: Date.now });
  const get = async (path: string, headers: Record<string, string> = {}) =>
    fetch(url + path, {
      headers: { authorization: `Bearer ${await tokens.issue({ kind: 'service', service: 'gateway' })}`, ...headers },
    });
  return {
    app,
    get,
    async json<T>(path: string) {
      return (await (await get(path)).json()) as T;
    },
    ready: () =>
      waitFor(async () => (await fetch(`${url}/health`)).status === 200, { deadlineMs: DEADLINE_MS, what: 'health' }),
  };
}

async function stop(app: MotherApp): Promise<void> {
  running.splice(running.indexOf(app), 1);
  await app.close();
}

const snapshotCount = async (): Promise<number> =>
  Number((await db.query<{ n: string }>('select count(*) as n from market.snapshots'))[0]!.n);
const waitForSnapshots = (count: number) =>
  waitFor(async () => (await snapshotCount()) >= count, { deadlineMs: DEADLINE_MS, what: `${count} snapshots` });

describe('the demo market', () => {
  test('has candles of all nine timeframes as soon as it is ready, of coins and of the market', async () => {
    const mother = await start(demoEnv);
    await mother.ready();
    const photo = await mother.json<Photo>('/photo');
    expect([photo.label, photo.demo, photo.coins.length]).toEqual(['demo market', true, 20]);
    const { id } = photo.coins[0]!;
    for (const timeframe of ['1m', '5m', '15m', '30m', '1h', '4h', '12h', '1d', '1w']) {
      const { candles } = await mother.json<CandlesAnswer>(`/coins/${id}/candles?timeframe=${timeframe}&limit=150`);
      expect(candles.length).toBe(150);
      const times = candles.map((candle) => candle.openAtMs);
      expect(times).toEqual(times.toSorted((a, b) => a - b));
      // The last one is open, and begins where the one before it ends.
      expect(candles.map((candle) => candle.closed)).toEqual([...Array<boolean>(149).fill(true), false]);
      expect(times[149]! - times[148]!).toBe(times[1]! - times[0]!);
      const market = await mother.json<{ candles: unknown[] }>(
        `/global/candles?metric=btc_dominance&timeframe=${timeframe}&limit=150`,
      );
      expect(market.candles).toHaveLength(150);
    }
    const sources = await mother.json<SourceState[]>('/sources');
    expect(sources).toHaveLength(1);
    expect(sources[0]).toMatchObject({
      name: 'demo',
      label: 'demo market',
      demo: true,
      active: true,
      lastFailure: null,
    });
  });

  test('goes on after a restart: the same open candle, no second history, snapshots that follow', async () => {
    const first = await start(demoEnv);
    await first.ready();
    await waitForSnapshots(2);
    await stop(first.app);
    const before = (await latestSnapshot(db))!;
    const candleCount = async () =>
      Number((await db.query<{ n: string }>('select count(*) n from market.candles'))[0]!.n);
    const countBefore = await candleCount();

    const second = await start(demoEnv);
    await second.ready();
    await waitForSnapshots((await snapshotCount()) + 1);
    const [next] = await readSnapshotsAfter(db, { afterId: before.snapshotId, limit: 1 });
    // The market walks on from where it stood: no coin jumps by a tenth in a few seconds.
    const jump = next!.snapshot.priceUsd.map((price, i) => Math.abs(price / before.snapshot.priceUsd[i]! - 1));
    expect(Math.max(...jump)).toBeLessThan(0.1);
    // Only candles that closed meanwhile have come: at most one a coin and timeframe, not a history.
    expect((await candleCount()) - countBefore).toBeLessThanOrEqual(9 * 20 * 2);
  });

  test('fills its history whole when the first start was broken off in the middle of it', async () => {
    const first = await start({ ...demoEnv, DEMO_COINS: '60' });
    await waitFor(async () => (await db.query('select 1 from market.candles limit 1')).length > 0, {
      deadlineMs: DEADLINE_MS,
    });
    await stop(first.app);
    const second = await start({ ...demoEnv, DEMO_COINS: '60' });
    await second.ready();
    const { candles } = await second.json<CandlesAnswer>('/coins/1/candles?timeframe=1h&limit=500');
    expect(candles).toHaveLength(500);
    const steps = new Set(candles.slice(1).map((candle, i) => candle.openAtMs - candles[i]!.openAtMs));
    expect([...steps]).toEqual([3_600_000]);
  });
});

describe('the photo', () => {
  test('is served compressed, is not sent again to who has it, and needs a token', async () => {
    const mother = await start({ ...demoEnv, UBOT_POLL_INTERVAL: '3600' });
    await mother.ready();
    const answer = await mother.get('/photo', { 'accept-encoding': 'gzip' });
    expect(answer.headers.get('content-encoding')).toBe('gzip');
    const etag = answer.headers.get('etag')!;
    expect(((await answer.json()) as Photo).coins).toHaveLength(20);
    const again = await mother.get('/photo', { 'accept-encoding': 'gzip', 'if-none-match': etag });
    expect([again.status, await again.text(), again.headers.get('etag')]).toEqual([304, '', etag]);
    const plain = await mother.get('/photo', { 'accept-encoding': 'identity', 'if-none-match': etag });
    expect(plain.status).toBe(200);
    const stranger = await mother.get('/photo', { authorization: 'Bearer none' });
    expect([stranger.status, ((await stranger.json()) as { code: string }).code]).toEqual([401, 'UNAUTHENTICATED']);
  });
});

describe('routes', () => {
  test('refuse what they cannot answer, by code', async () => {
    const mother = await start({ ...demoEnv, UBOT_POLL_INTERVAL: '3600' });
    await mother.ready();
    const refused: [string, number, string][] = [
      ['/coins/1/candles?timeframe=2m', 400, 'VALIDATION_FAILED'],
      ['/coins/1/candles?timeframe=1m&limit=5001', 400, 'VALIDATION_FAILED'],
      ['/coins/1/candles?timeframe=1m&limit=0', 400, 'VALIDATION_FAILED'],
      ['/coins/1/candles', 400, 'VALIDATION_FAILED'],
      ['/coins/0', 400, 'VALIDATION_FAILED'],
      ['/coins/bitcoin', 400, 'VALIDATION_FAILED'],
      ['/coins/2147483647', 404, 'NOT_FOUND'],
      ['/coins/2147483647/candles?timeframe=1m', 404, 'NOT_FOUND'],
      ['/coins?limit=201', 400, 'VALIDATION_FAILED'],
      ['/global/candles?timeframe=1m&metric=gold', 400, 'VALIDATION_FAILED'],
      ['/nothing', 404, 'ROUTE_NOT_FOUND'],
    ];
    for (const [path, status, code] of refused) {
      const answer = await mother.get(path);
      expect([path, answer.status, ((await answer.json()) as { code: string }).code]).toEqual([path, status, code]);
    }
    expect(await mother.json('/coins?search=bitcoin&limit=1')).toEqual([await mother.json('/coins/1')]);
    const before = await mother.json<CandlesAnswer>('/coins/1/candles?timeframe=1m&limit=3');
    const older = await mother.json<CandlesAnswer>(
      `/coins/1/candles?timeframe=1m&limit=2&before=${before.candles[2]!.openAtMs}`,
    );
    expect(older.candles).toEqual(before.candles.slice(0, 2));
    const tooFar = await mother.json<CandlesAnswer>('/coins/1/candles?timeframe=1m&limit=1&before=8640000000000000');
    expect(tooFar.candles).toEqual(before.candles.slice(1, 2));
  });
});

describe('CoinMarketCap', () => {
  test('goes wrong in every way, and the next poll is made and stored all the same', async () => {
    cmc = await createCmcServer({ coinCount: 30, plan: RICH });
    const mother = await start(cmcEnv(cmc));
    await mother.ready();
    const faults = [
      { kind: 'cut-off' },
      { kind: 'malformed' },
      { kind: 'html', httpStatus: 502 },
      { kind: 'reset' },
      { kind: 'error', errorCode: 500 },
      { kind: 'error', errorCode: 1008, headers: { 'retry-after': '1' } },
      { kind: 'error', errorCode: 1011, headers: { 'retry-after': '1' } },
    ] as const;
    for (const fault of faults) {
      const count = await snapshotCount();
      cmc.fail({ ...fault, path: 'listings' });
      await waitForSnapshots(count + 2);
    }
    const [source] = await mother.json<SourceState[]>('/sources');
    expect(source!.lastFailure).not.toBeNull();
    expect(source!.market!.demo).toBe(false);
  }, 90_000);

  test.each([1001, 1002, 1003, 1004, 1005, 1006, 1007])(
    'refuses with %i, and is asked again later',
    async (errorCode) => {
      cmc = await createCmcServer({ coinCount: 3, plan: RICH });
      const mother = await start(cmcEnv(cmc));
      await mother.ready();
      const count = await snapshotCount();
      cmc.fail({ kind: 'error', errorCode, httpStatus: 200, path: 'listings' });
      await waitFor(async () => (await mother.json<SourceState[]>('/sources'))[0]!.lastFailure !== null, {
        deadlineMs: DEADLINE_MS,
      });
      await waitForSnapshots(count + 2);
      const [source] = await mother.json<SourceState[]>('/sources');
      expect(source!.lastFailure!.code).toMatch(/^SOURCE_(KEY|PLAN)_REFUSED$/);
      expect(JSON.stringify(source)).not.toContain(cmc.apiKey);
    },
  );

  test('lists a coin without a price, with a negative one, and symbols twice: the rest goes on and all are told apart', async () => {
    const coins = [
      cmcCoin({ id: 1, symbol: 'X', priceUsd: 10 }),
      cmcCoin({ id: 2, symbol: 'X', priceUsd: 20 }),
      cmcCoin({ id: 3, priceUsd: null }),
      cmcCoin({ id: 4, priceUsd: -1 }),
      cmcCoin({ id: 2, symbol: 'X', priceUsd: 20 }),
      'not a coin',
      cmcCoin({ id: 5, symbol: 'N\0L', name: '💥\ud800', priceUsd: 1e-22 }),
    ];
    cmc = await createCmcServer({ frames: [{ coins }], plan: RICH });
    const mother = await start(cmcEnv(cmc));
    await mother.ready();
    const photo = await mother.json<Photo>('/photo');
    expect(photo.coins.map((coin) => [coin.id, coin.priceUsd])).toEqual([
      [1, 10],
      [2, 20],
      [5, 1e-22],
    ]);
    const [row] = await db.query<{ coin_count: number; left_out_count: number }>(
      'select coin_count, left_out_count from market.snapshots limit 1',
    );
    expect(row!.coin_count).toBe(3);
    expect(row!.left_out_count).toBeGreaterThanOrEqual(3);
    const count = await snapshotCount();
    await waitForSnapshots(count + 2);
  });

  test('lists 5,000 coins on one page', async () => {
    cmc = await createCmcServer({ coinCount: 5_000, plan: RICH });
    const mother = await start(cmcEnv(cmc));
    await mother.ready();
    expect((await mother.json<Photo>('/photo')).coins).toHaveLength(5_000);
    await waitForSnapshots((await snapshotCount()) + 1);
  });

  test('a schedule that the plan does not pay for stops the start with one sentence', async () => {
    cmc = await createCmcServer({ coinCount: 10 });
    const app = build(cmcEnv(cmc));
    await expect(app.listen()).rejects.toMatchObject({ code: 'SOURCE_SCHEDULE_UNPAYABLE' });
  });
});

describe('one market in one database', () => {
  test('real prices take the place of simulated ones, whose data goes', async () => {
    const demo = await start(demoEnv);
    await demo.ready();
    await stop(demo.app);
    cmc = await createCmcServer({ coinCount: 3, plan: RICH });
    const real = await start(cmcEnv(cmc));
    await real.ready();
    expect(await db.query(`select distinct source from market.snapshots`)).toEqual([{ source: 'coinmarketcap' }]);
    expect((await real.json<Photo>('/photo')).coins).toHaveLength(3);
    await stop(real.app);
    await expect(build(demoEnv).listen()).rejects.toMatchObject({
      code: 'CONFIG_INVALID',
      message: expect.stringMatching(
        /^UBOT_SOURCE asks for the demo market, but this database holds prices of CoinMarketCap/,
      ),
    });
  });
});

describe('two mother-apps', () => {
  test('poll as one: the second shows what the first stores, and takes over when it stops', async () => {
    const first = await start(demoEnv);
    await first.ready();
    const second = await start(demoEnv);
    await second.ready();
    const count = await snapshotCount();
    await waitForSnapshots(count + 2);
    await waitFor(
      async () => (await second.json<Photo>('/photo')).snapshotId === (await latestSnapshot(db))!.snapshotId,
      { deadlineMs: DEADLINE_MS },
    );
    const polled = await latestSnapshot(db);
    await stop(first.app);
    await waitFor(async () => BigInt((await latestSnapshot(db))!.snapshotId) > BigInt(polled!.snapshotId) + 2n, {
      deadlineMs: DEADLINE_MS,
    });
    const times = (await readSnapshotsAfter(db, { afterId: '0', limit: 100 })).map((row) => row.snapshot.takenAtMs);
    expect(times).toEqual(times.toSorted((a, b) => a - b));
    expect(new Set(times).size).toBe(times.length);
  });
});

describe('PostgreSQL away', () => {
  test('all connections cut, again and again: every snapshot that was stored stays, and polling goes on', async () => {
    const mother = await start(demoEnv);
    await mother.ready();
    for (let round = 0; round < 3; round += 1) {
      const last = (await latestSnapshot(db))!;
      await db.query(
        `select pg_terminate_backend(pid) from pg_stat_activity
         where datname = current_database() and pid <> pg_backend_pid()`,
      );
      await waitFor(async () => BigInt((await latestSnapshot(db))!.snapshotId) > BigInt(last.snapshotId), {
        deadlineMs: DEADLINE_MS,
      });
      const kept = await readSnapshotsAfter(db, { afterId: String(BigInt(last.snapshotId) - 1n), limit: 1 });
      expect(kept[0]).toEqual(last);
    }
    await mother.ready();
  });
});
