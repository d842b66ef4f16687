import type { EngineStrategy } from '@ubot/engine';
import { median, type Bench, type BenchReport, type Figure } from './lib/bench.ts';
import { compileClosure, type Judge, type NumberColumns } from './lib/closures.ts';
import { createCrowd, everyCoinStrategies, oneCoinStrategies } from './lib/crowd.ts';
import { createLabEngine, createLabMarket, MONDAY_MS, type LabEngine, type LabMarket } from './lib/lab.ts';

const COINS = 10_000;
const SCALE = Number(process.env['UBOT_BENCH_SCALE'] ?? '1');
const ONE_COIN = 1_000_000 * SCALE;
const EVERY_COIN = 100_000 * SCALE;
const WARM_UP = 130;
const MINUTES = 30;
/** Coins that each closure for every coin is timed over. */
const CLOSURE_COINS = 100;

interface Kind {
  readonly label: string;
  readonly count: number;
  readonly batches: (market: LabMarket) => Iterable<EngineStrategy[]>;
  /** Evaluations of closures for one evaluation of all strategies. */
  readonly evaluations: number;
}

const TIMEFRAME = '1m';
const crowdOf = (market: LabMarket) => createCrowd(TIMEFRAME, market.prices, 5);

const KINDS: readonly Kind[] = [
  {
    label: 'one coin each',
    count: ONE_COIN,
    evaluations: ONE_COIN,
    batches: (market) =>
      oneCoinStrategies({
        crowd: crowdOf(market),
        count: ONE_COIN,
        firstHandle: 0,
        timeframe: TIMEFRAME,
        on: 'candle_close',
        coinIds: market.coinIds,
      }),
  },
  {
    label: 'every coin',
    count: EVERY_COIN,
    evaluations: EVERY_COIN * COINS,
    batches: (market) =>
      everyCoinStrategies({
        crowd: crowdOf(market),
        count: EVERY_COIN,
        firstHandle: 0,
        timeframe: TIMEFRAME,
        on: 'candle_close',
      }),
  },
];

/** A market that has run for a while, with the strategies put in and the same numbers kept without any of them. */
async function prepare({
  label,
  batches,
}: Kind): Promise<{ lab: LabEngine; market: LabMarket; sample: EngineStrategy[] }> {
  const market = createLabMarket(COINS, MONDAY_MS);
  const lab = createLabEngine({ name: label });
  let sample: EngineStrategy[] = [];
  for (const batch of batches(market)) {
    lab.put(batch);
    if (sample.length === 0) sample = batch;
  }
  for (let minute = 0; minute < WARM_UP; minute++) await lab.take(market.next());
  return { lab, market, sample };
}

/** What the numbers alone cost: the sample holds every number, and is few enough not to count. */
async function timeNumbers(sample: readonly EngineStrategy[]): Promise<number> {
  const market = createLabMarket(COINS, MONDAY_MS);
  const lab = createLabEngine({ name: 'numbers' });
  // A thousand conditions name all numbers there are.
  lab.put(sample.slice(0, 1_000).map((strategy) => ({ ...strategy, coins: [1] })));
  for (let minute = 0; minute < WARM_UP; minute++) await lab.take(market.next());
  const times: number[] = [];
  for (let minute = 0; minute < MINUTES; minute++) times.push((await lab.take(market.next())).judgeMs);
  return median(times);
}

/** Nanoseconds that one closure takes, over the engine's own numbers. */
function timeClosures(lab: LabEngine, market: LabMarket, kind: Kind): number {
  const columns = new Map<string, NumberColumns>();
  const columnsOf = (key: string): NumberColumns => {
    const known = columns.get(key);
    if (known !== undefined) return known;
    const query = (coinId: number) => ({ timeframe: TIMEFRAME, on: 'candle_close', coinId, key }) as const;
    const now = Float64Array.from(market.coinIds, (coinId) => lab.engine.valueOf(query(coinId)));
    const before = Float64Array.from(market.coinIds, (coinId) => lab.engine.previousOf(query(coinId)));
    columns.set(key, { now, before });
    return { now, before };
  };
  const closures: { coin: number; judge: Judge }[] = [];
  for (const batch of kind.batches(createLabMarket(COINS, MONDAY_MS))) {
    for (const { coins, condition } of batch) {
      closures.push({ coin: (coins?.[0] ?? 1) - 1, judge: compileClosure(condition.root, columnsOf) });
    }
  }
  const one = kind.evaluations === kind.count;
  const coins = one ? 1 : CLOSURE_COINS;
  const times: number[] = [];
  let trues = 0;
  for (let round = 0; round < 5; round++) {
    const startedMs = performance.now();
    for (const { coin, judge } of closures) {
      for (let i = 0; i < coins; i++) if (judge(one ? coin : i) === 1) trues++;
    }
    times.push(performance.now() - startedMs);
  }
  if (trues < 0) throw new Error('never');
  return (median(times) * 1e6) / (closures.length * coins);
}

async function timeKind(kind: Kind, log: (line: string) => void): Promise<Figure[]> {
  const { lab, market, sample } = await prepare(kind);
  const times: number[] = [];
  let changes = 0;
  for (let minute = 0; minute < MINUTES; minute++) {
    const taken = await lab.take(market.next());
    times.push(taken.judgeMs);
    changes += taken.changes;
  }
  const numbersMs = await timeNumbers(sample);
  const judgeMs = Math.max(median(times) - numbersMs, 0.01);
  const closureNs = timeClosures(lab, market, kind);
  const closuresMs = (closureNs * kind.evaluations) / 1e6;
  const census = lab.engine.census();
  log(`${kind.label}: ${median(times).toFixed(1)} ms a minute, of it ${numbersMs.toFixed(1)} ms for the numbers; ${Math.round(changes / MINUTES)} changes; a closure ${closureNs.toFixed(0)} ns`); // prettier-ignore
  const figures: Figure[] = [];
  const one = kind.count === ONE_COIN;
  const goal = one ? 6 : 1_000;
  const ratio = closuresMs / judgeMs;
  figures.push({
    label: `${kind.label}, against closures`,
    value: ratio,
    unit: '×',
    goal: `≥ ${goal}`,
    ok: ratio >= goal,
  });
  figures.push({ label: `${kind.label}, a minute`, value: judgeMs, unit: 'ms', goal: 'none', ok: true });
  if (one) {
    const compounds = census.map((each) => each.compounds).find(({ count }) => count > 0)!;
    const bytes = compounds.bytes / compounds.count;
    figures.push({ label: `${kind.label}, memory`, value: bytes, unit: 'B each', goal: '≤ 20', ok: bytes <= 20 });
  }
  const insertMs = timeInsert(lab, sample, kind.count);
  figures.push({
    label: `${kind.label}, one more put in`,
    value: insertMs,
    unit: 'ms',
    goal: '≤ 50',
    ok: insertMs <= 50,
  });
  return figures;
}

/** One more strategy, its new indicator warmed up, while the others are there: the worst of several. */
function timeInsert(lab: LabEngine, sample: readonly EngineStrategy[], from: number): number {
  const times = sample.slice(0, 20).map((strategy, i) => {
    const startedMs = performance.now();
    lab.put([{ ...strategy, handle: from + i }]);
    return performance.now() - startedMs;
  });
  return Math.max(...times);
}

export const bench: Bench = {
  name: 'compounds',
  about: 'conditions of several parts, the close of a minute of 10,000 coins, against one compiled closure each',
  async run({ log }): Promise<BenchReport> {
    const figures: Figure[] = [];
    for (const kind of KINDS) figures.push(...(await timeKind(kind, log)));
    return { name: 'compounds', figures };
  },
};
