import { fileURLToPath } from 'node:url';
import type { SliceResult, SliceTask } from '@ubot/engine';
import { Piscina } from 'piscina';
import { median, type Bench, type BenchReport } from './lib/bench.ts';
import { createCrowd, everyCoinStrategies, oneCoinStrategies } from './lib/crowd.ts';
import { compare, createLabEngine, createLabMarket, createRandom, MONDAY_MS, numberOf, strategyOf, type LabEngine, type LabMarket, type Runner } from './lib/lab.ts'; // prettier-ignore

const SCALE = Number(process.env['UBOT_BENCH_SCALE'] ?? '1');
const COINS = 10_000;
const THRESHOLDS = 10_000_000 * SCALE;
const ONE_COIN = 1_000_000 * SCALE;
const EVERY_COIN = 100_000 * SCALE;
const BATCH = 100_000;
const HOUR_MS = 3_600_000;
/** Ends with the close of all nine timeframes, a Monday at 00:00. */
const WARM_UP = 150;
/** Before the minutes, steps of four hours, so that the long candles have closed before. */
const LONG_STEPS = 24;
const FOUR_HOURS_MS = 4 * HOUR_MS;
const MINUTES = 15;

/** The answer of the provider that a snapshot is made from. */
function answerOf(market: LabMarket): string {
  const stamp = '2026-01-05T00:00:00.000Z';
  return JSON.stringify({
    status: { timestamp: stamp, error_code: 0, error_message: null, elapsed: 20, credit_count: 50 },
    data: Array.from(market.coinIds, (id, i) => ({
      id,
      name: `Coin ${id}`,
      symbol: `C${id}`,
      slug: `coin-${id}`,
      num_market_pairs: 120,
      date_added: stamp,
      tags: ['mineable', 'pow', 'sha-256', 'store-of-value'],
      max_supply: 21_000_000,
      circulating_supply: 19_000_000.5,
      total_supply: 19_000_000.5,
      infinite_supply: false,
      platform: null,
      cmc_rank: i + 1,
      last_updated: stamp,
      quote: {
        USD: {
          price: market.prices[i],
          volume_24h: market.prices[i]! * 123_456.789,
          volume_change_24h: 1.2345,
          percent_change_1h: 0.12345678,
          percent_change_24h: -1.2345678,
          percent_change_7d: 3.4567891,
          percent_change_30d: 8.7654321,
          percent_change_60d: 9.7654321,
          percent_change_90d: 10.7654321,
          market_cap: market.prices[i]! * 19_000_000.5,
          market_cap_dominance: 0.1234,
          fully_diluted_market_cap: market.prices[i]! * 21_000_000,
          tvl: null,
          last_updated: stamp,
        },
      },
    })),
  });
}

function timeParse(text: string): number {
  const times: number[] = [];
  for (let i = 0; i < 7; i++) {
    const startedMs = performance.now();
    JSON.parse(text);
    times.push(performance.now() - startedMs);
  }
  return median(times);
}

function fill(lab: LabEngine, market: LabMarket): void {
  const random = createRandom(11);
  const price = numberOf('price', '1m');
  for (let from = 0; from < THRESHOLDS; from += BATCH) {
    lab.put(
      Array.from({ length: Math.min(BATCH, THRESHOLDS - from) }, (_, i) => {
        const coin = Math.floor(random() * COINS);
        const root = compare(price, random() < 0.5 ? '<' : '>', market.prices[coin]! * (0.8 + 0.4 * random()));
        return strategyOf(from + i, root, { timeframe: '1m', on: 'snapshot', coins: [market.coinIds[coin]!] });
      }),
    );
  }
  // Compounds on the timeframes that people use, so that the long ones close in the worst minute.
  const timeframes = ['1m', '5m', '1h', '4h', '1d'] as const;
  timeframes.forEach((timeframe, i) => {
    const crowd = createCrowd(timeframe, market.prices, 5 + i);
    const common = { crowd, timeframe, on: 'candle_close' } as const;
    const first = THRESHOLDS + i * (ONE_COIN + EVERY_COIN);
    const [ones, everys] = [ONE_COIN / timeframes.length, EVERY_COIN / timeframes.length];
    const one = { ...common, count: ones, firstHandle: first, coinIds: market.coinIds };
    for (const batch of oneCoinStrategies(one)) lab.put(batch);
    const every = { ...common, count: everys, firstHandle: first + ONE_COIN };
    for (const batch of everyCoinStrategies(every)) lab.put(batch);
  });
}

/** Minutes up to the close of all nine timeframes: the ordinary ones, and that one. */
async function timeMinutes(lab: LabEngine, market: LabMarket) {
  for (let step = 0; step < LONG_STEPS; step++) await lab.take(market.next(FOUR_HOURS_MS));
  for (let minute = 0; minute < WARM_UP - MINUTES - 1; minute++) await lab.take(market.next());
  const times: number[] = [];
  const closing: number[] = [];
  for (let minute = 0; minute <= MINUTES; minute++) {
    const { judgeMs, foldMs, closed } = await lab.take(market.next());
    times.push(judgeMs + foldMs);
    closing.push(closed.length);
  }
  const worst = times[closing.indexOf(9)];
  if (worst === undefined) throw new Error(`no minute closed all nine timeframes: ${closing.join(' ')}`);
  return { medianMs: median(times), worstMs: worst };
}

function poolOf(threads: number): { run: Runner; close: () => Promise<void> } {
  const filename = fileURLToPath(new URL('lib/poolWorker.mjs', import.meta.url));
  const pool = new Piscina<SliceTask, SliceResult[]>({
    filename,
    name: 'run',
    minThreads: threads,
    maxThreads: threads,
    execArgv: [],
  });
  return { run: (tasks) => Promise.all(tasks.map((task) => pool.run(task))), close: () => pool.destroy() };
}

/** Two workers against one over the same minutes: each takes every second one in turn. */
async function timeWorkers(): Promise<number> {
  const pools = [poolOf(1), poolOf(2)];
  let turn = 0;
  const market = createLabMarket(COINS, MONDAY_MS);
  const lab = createLabEngine({ name: 'workers', run: (tasks) => pools[turn]!.run(tasks) });
  const crowd = createCrowd('1m', market.prices, 5);
  const common = { crowd, timeframe: '1m', on: 'candle_close' } as const;
  const one = { ...common, count: ONE_COIN, firstHandle: 0, coinIds: market.coinIds };
  for (const batch of oneCoinStrategies(one)) lab.put(batch);
  for (const batch of everyCoinStrategies({ ...common, count: EVERY_COIN / 2, firstHandle: ONE_COIN })) lab.put(batch);
  const times: [number[], number[]] = [[], []];
  for (let minute = 0; minute < 120; minute++) {
    turn = minute % 2;
    const { judgeMs } = await lab.take(market.next());
    if (minute >= 60) times[turn as 0 | 1].push(judgeMs);
  }
  await Promise.all(pools.map((pool) => pool.close()));
  return median(times[0]) / median(times[1]);
}

export const bench: Bench = {
  name: 'minute',
  about:
    'the whole minute: 10,000 coins, 10^7 thresholds, 10^6 one-coin and 10^5 all-coin conditions, from parsed snapshot to every change told, one thread',
  async run({ log }): Promise<BenchReport> {
    const market = createLabMarket(
      COINS,
      MONDAY_MS + 7 * 24 * HOUR_MS - LONG_STEPS * FOUR_HOURS_MS - WARM_UP * 60_000 + 60_000,
    );
    const text = answerOf(market);
    const parseMs = timeParse(text);
    log(`JSON.parse of ${(text.length / 1e6).toFixed(1)} MB: ${parseMs.toFixed(1)} ms`);
    const lab = createLabEngine({ name: 'minute' });
    const startedMs = performance.now();
    fill(lab, market);
    log(`put in after ${((performance.now() - startedMs) / 1e3).toFixed(1)} s`);
    const { medianMs, worstMs } = await timeMinutes(lab, market);
    log(`median ${medianMs.toFixed(1)} ms, all nine closing ${worstMs.toFixed(1)} ms`);
    const workers = await timeWorkers();
    const ratio = medianMs / parseMs;
    const worst = worstMs / parseMs;
    return {
      name: 'minute',
      figures: [
        {
          label: 'the median minute, against JSON.parse of its snapshot',
          value: ratio,
          unit: '×',
          goal: '≤ 4',
          ok: ratio <= 4,
        },
        { label: 'the minute in which nine candles close', value: worst, unit: '×', goal: '≤ 8', ok: worst <= 8 },
        { label: 'JSON.parse of the snapshot', value: parseMs, unit: 'ms', goal: 'none', ok: true },
        { label: 'two workers against one', value: workers, unit: '×', goal: '≥ 1.7', ok: workers >= 1.7 },
      ],
    };
  },
};
