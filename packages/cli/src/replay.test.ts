import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { cmcCoin, createTestDatabase, hasSharedData, NO_SHARED_DATA, sharedData } from '@ubot/testing';
import { createDatabase, latestSnapshot, readCandles } from '@ubot/db';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { runCommandLine } from './commands.ts';

const START_MS = Date.UTC(2026, 0, 5, 10, 0);
const MINUTE_MS = 60_000;
let root: string;
let folder: string;
let count = 0;
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'ubot-replay-'));
});
afterAll(() => rm(root, { recursive: true }));
beforeEach(async () => {
  count += 1;
  folder = join(root, String(count));
  await mkdir(folder);
});

/** A recorded listing: bitcoin at this price, ether at 2,000, three seconds into its minute. */
function listing(minute: number, price: number | null): string {
  const atMs = START_MS + minute * MINUTE_MS + 3_000;
  const updatedAtMs = atMs - 20_000;
  const coins = [
    cmcCoin({ id: 1, symbol: 'BTC', name: 'Bitcoin', slug: 'bitcoin', priceUsd: price, updatedAtMs }),
    cmcCoin({ id: 1027, symbol: 'ETH', name: 'Ethereum', slug: 'ethereum', rank: 2, priceUsd: 2_000, updatedAtMs }),
  ];
  const status = { timestamp: new Date(atMs).toISOString(), error_code: 0, error_message: null, credit_count: 1 };
  return JSON.stringify({ status, data: coins });
}

async function write(name: string, text: string | Buffer): Promise<string> {
  const path = join(folder, name);
  await writeFile(path, text);
  return path;
}

async function run(...args: string[]) {
  const out: string[] = [];
  const notes: string[] = [];
  const code = await runCommandLine(['replay', folder, ...args], {
    out: (text) => out.push(text),
    note: (line) => notes.push(line),
  });
  const lines = out.map((text) => JSON.parse(text) as Record<string, unknown>);
  return { code, notes, alerts: lines.slice(0, -1), summary: lines.at(-1) ?? {} };
}

const strategy = (fields: object): string =>
  JSON.stringify({
    name: 'Above 100',
    universe: { kind: 'coins', ids: [1] },
    timeframe: '1m',
    condition: 'close crosses above 100',
    ...fields,
  });

describe('ubot replay', () => {
  it('plays listings in name order, through candles, to an alert that explains itself', async () => {
    for (const [minute, price] of [99, 98, 101, 102, 97, 103, 104].entries()) {
      await write(`${minute}.json`, listing(minute, price));
    }
    const file = join(root, 'above.json');
    await writeFile(file, strategy({}));
    const { code, notes, alerts, summary } = await run('--strategy', file);
    expect({ code, notes }).toEqual({ code: 0, notes: [] });
    expect(alerts).toEqual([
      {
        event: 'alert',
        strategy: 'Above 100',
        coin: { id: 1, symbol: 'BTC', name: 'Bitcoin', slug: 'bitcoin' },
        timeframe: '1m',
        triggeredAtMs: START_MS + 3 * MINUTE_MS,
        snapshotTakenAtMs: START_MS + 3 * MINUTE_MS,
        priceUsd: 101,
        condition: 'close crosses above 100',
        explanation: 'close = 101 crosses above 100',
        values: [
          { text: 'close', value: 101 },
          { text: 'close, one candle before', value: 98 },
        ],
        candle: {
          timeframe: '1m',
          openAtMs: START_MS + 2 * MINUTE_MS,
          open: 101,
          high: 101,
          low: 101,
          close: 101,
          samples: 1,
        },
        mayRepaint: false,
        text: 'Bitcoin (BTC) 101 USD, 1m candle closed 2026-01-05 10:03 UTC. Above 100: close = 101 crosses above 100. Ref replay',
      },
      expect.objectContaining({ triggeredAtMs: START_MS + 6 * MINUTE_MS, priceUsd: 103 }),
    ]);
    expect(summary).toEqual({
      event: 'summary',
      folder,
      polls: 7,
      snapshots: 7,
      tickers: 14,
      leftOut: 0,
      globalSnapshots: 0,
      alerts: 2,
      fromMs: START_MS,
      toMs: START_MS + 6 * MINUTE_MS,
      failures: [],
      candlesClosed: { '1m': 12, '5m': 2, '15m': 0, '30m': 0, '1h': 0, '4h': 0, '12h': 0, '1d': 0, '1w': 0 },
      globalCandlesClosed: { '1m': 0, '5m': 0, '15m': 0, '30m': 0, '1h': 0, '4h': 0, '12h': 0, '1d': 0, '1w': 0 },
      intervalMs: MINUTE_MS,
      coins: 2,
      ignoredFiles: [],
      strategies: 1,
      decisions: { not_warm: 1, not_true: 3, sent: 2 },
    });
    expect(await run('--strategy', file)).toEqual({ code, notes, alerts, summary });
  });

  it('goes on after errors, broken files and bad coins, and tells of each', async () => {
    await write('0.json', listing(0, 100));
    await write('1.json', JSON.stringify({ status: { error_code: 1008, error_message: 'Too fast.' } }));
    await write('2.json', listing(2, 100).slice(0, 300));
    await write('3.json.gz', gzipSync(listing(3, null)));
    await write('4.json', JSON.stringify({ status: { error_code: '1001', error_message: 'Bad key.' } }));
    await write('5.json', listing(5, 100));
    await write('key-info.json', '{"status":{"error_code":0},"data":{"plan":{}}}');
    const { code, summary } = await run();
    expect(code).toBe(0);
    expect(summary).toMatchObject({
      polls: 6,
      snapshots: 3,
      tickers: 5,
      leftOut: 1,
      ignoredFiles: ['key-info.json'],
      failures: [
        { files: ['1.json'], code: 'SOURCE_RATE_LIMITED', detail: 'CoinMarketCap error 1008 (HTTP 200): Too fast.' },
        { files: ['2.json'], code: 'SOURCE_ANSWER_INVALID' },
        { files: ['4.json'], code: 'SOURCE_KEY_REFUSED', detail: 'CoinMarketCap error 1001 (HTTP 200): Bad key.' },
      ],
    });
  });

  it('takes its times from replay.json', async () => {
    for (const minute of [0, 1, 2]) await write(`${minute}.json`, listing(minute, 100));
    await write('replay.json', JSON.stringify({ startAtMs: START_MS + 30_000, intervalMs: 10_000 }));
    expect((await run()).summary).toMatchObject({
      fromMs: START_MS + 30_000,
      toMs: START_MS + 50_000,
      intervalMs: 10_000,
    });
    await write('replay.json', '{"interval":5}');
    expect(await run()).toMatchObject({
      code: 1,
      notes: [expect.stringMatching(/^VALIDATION_FAILED: replay\.json may/)],
    });
  });

  it('stores what it plays when a database is given', async () => {
    for (const minute of [0, 1, 2]) await write(`${minute}.json`, listing(minute, 100 + minute));
    const database = await createTestDatabase();
    try {
      expect((await run('--database', database.url)).summary).toMatchObject({ snapshots: 3 });
      const db = createDatabase({ connectionString: database.url, applicationName: 'test', poolSize: 1 });
      const candles = await readCandles(db, { coinId: 1, timeframe: '1m', limit: 10, beforeMs: START_MS * 2 });
      expect(candles.map((candle) => candle.close)).toEqual([100, 101]);
      expect((await latestSnapshot(db))?.snapshot.takenAtMs).toBe(START_MS + 2 * MINUTE_MS);
      await db.close();
    } finally {
      await database.close();
    }
  });

  it.each<[string, string, RegExp]>([
    ['a strategy that is not JSON', '{', /^STRATEGY_INVALID: .*cannot be read as JSON/],
    ['a strategy without a condition', strategy({ condition: undefined }), /^STRATEGY_INVALID: /],
    [
      'a condition with a mistake',
      strategy({ condition: 'rsii(14) < 30' }),
      /^(CONDITION_UNKNOWN_NAME|INDICATOR_UNKNOWN): /,
    ],
  ])('refuses %s', async (_, text, message) => {
    await write('0.json', listing(0, 100));
    const file = join(root, `bad-${count}.json`);
    await writeFile(file, text);
    expect(await run('--strategy', file)).toMatchObject({ code: 1, notes: [expect.stringMatching(message)] });
  });

  it('refuses a folder without a recording', async () => {
    expect(await run()).toMatchObject({ code: 1, notes: [expect.stringMatching(/holds no recorded listing/)] });
    expect(await run('another')).toMatchObject({ code: 1, notes: [expect.stringMatching(/One FOLDER/)] });
  });
});

describe.skipIf(!hasSharedData)(`recorded pages${NO_SHARED_DATA}`, () => {
  it('are one poll of 5,000 coins, global metrics beside it', async () => {
    for (const name of ['1_1000', '1001_2000', '2001_3000', '3001_4000', '4001_5000']) {
      await write(`${name}.json`, sharedData(`cmc/listings-latest/2023-08-16/${name}.json.gz`));
    }
    await write('global.json', sharedData('cmc/global-metrics/2023-08-09.json'));
    const { summary } = await run();
    expect(summary).toMatchObject({ polls: 1, snapshots: 1, globalSnapshots: 1, leftOut: 0, failures: [] });
    expect(summary['coins']).toBe(summary['tickers']);
    expect(summary['coins']).toBeGreaterThan(4_990);
  });
});
