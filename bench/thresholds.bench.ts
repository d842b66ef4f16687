import type { EngineStrategy } from '@ubot/engine';
import { median, type Bench, type Figure } from './lib/bench.ts';
import { compileClosure } from './lib/closures.ts';
import { compare, createLabEngine, createLabMarket, createRandom, MONDAY_MS, numberOf, strategyOf } from './lib/lab.ts';

const COINS = 10_000;
const SIZES = [100_000, 1_000_000, 10_000_000];
/** Closures of this many are timed; more of them cost at least in proportion. */
const CLOSURES = 1_000_000;
const BATCH = 100_000;
const SNAPSHOTS = 100;

/** Levels lie within 20 % of the price: a market that moves 0.1 % a minute crosses a few of each coin's thousand. */
function levelsAround(prices: Float64Array): () => { coin: number; level: number; op: '<' | '>' } {
  const random = createRandom(11);
  return () => {
    const coin = Math.floor(random() * prices.length);
    return { coin, level: prices[coin]! * (0.8 + 0.4 * random()), op: random() < 0.5 ? '<' : '>' };
  };
}

async function timeEngine(count: number, log: (line: string) => void) {
  const market = createLabMarket(COINS, MONDAY_MS);
  const lab = createLabEngine({ name: `thresholds-${count}` });
  await lab.take(market.next());
  const price = numberOf('price', '1m');
  const next = levelsAround(market.prices);
  let putMs = 0;
  for (let handle = 0; handle < count; handle += BATCH) {
    const batch = Array.from({ length: Math.min(BATCH, count) }, (_, i): EngineStrategy => {
      const { coin, level, op } = next();
      const coins = [market.coinIds[coin]!];
      return strategyOf(handle + i, compare(price, op, level), { timeframe: '1m', on: 'snapshot', coins });
    });
    const startedMs = performance.now();
    lab.put(batch);
    putMs += performance.now() - startedMs;
  }
  // The first evaluation tells every condition that is true already.
  await lab.take(market.next());
  const times: number[] = [];
  const crossed: number[] = [];
  for (let i = 0; i < SNAPSHOTS; i++) {
    const { judgeMs, changes } = await lab.take(market.next());
    times.push(judgeMs);
    crossed.push(changes);
  }
  const census = lab.engine.census().find(({ thresholds }) => thresholds.count > 0);
  const bytes = census!.thresholds.bytes / census!.thresholds.count;
  log(`${count} thresholds: ${median(times).toFixed(2)} ms a snapshot, ${median(crossed)} crossed, put ${(putMs / count * 1e3).toFixed(2)} µs, ${bytes.toFixed(1)} B`); // prettier-ignore
  return {
    judgeMs: median(times),
    crossed: median(crossed),
    bytes,
    putUs: (putMs / count) * 1e3,
    insertUs: timeInserts(lab, market, price, count),
  };
}

/** One at a time into what is there already, as users add them. */
function timeInserts(
  lab: ReturnType<typeof createLabEngine>,
  market: ReturnType<typeof createLabMarket>,
  price: ReturnType<typeof numberOf>,
  from: number,
): number {
  const next = levelsAround(market.prices);
  const strategies = Array.from({ length: 2_000 }, (_, i) => {
    const { coin, level, op } = next();
    return strategyOf(from + i, compare(price, op, level), {
      timeframe: '1m',
      on: 'snapshot',
      coins: [market.coinIds[coin]!],
    });
  });
  const times = strategies.map((strategy) => {
    const startedMs = performance.now();
    lab.engine.put([strategy]);
    return (performance.now() - startedMs) * 1e3;
  });
  return median(times);
}

function timeClosures(): number {
  const market = createLabMarket(COINS, MONDAY_MS);
  const next = levelsAround(market.prices);
  const price = numberOf('price', '1m');
  const columns = { now: new Float64Array(COINS), before: new Float64Array(COINS) };
  const closures = Array.from({ length: CLOSURES }, () => {
    const { coin, level, op } = next();
    return { coin, judge: compileClosure(compare(price, op, level), () => columns) };
  });
  const was = new Uint8Array(CLOSURES);
  const times: number[] = [];
  for (let i = 0; i < 7; i++) {
    const { priceUsd } = market.next();
    const startedMs = performance.now();
    let changed = 0;
    columns.now.set(priceUsd);
    for (let at = 0; at < CLOSURES; at++) {
      const { coin, judge } = closures[at]!;
      const isTrue = judge(coin);
      if (isTrue !== was[at]) changed++;
      was[at] = isTrue;
    }
    times.push(performance.now() - startedMs);
    if (changed < 0) throw new Error('never');
  }
  return median(times);
}

export const bench: Bench = {
  name: 'thresholds',
  about: 'plain thresholds of single coins, a snapshot of 10,000 coins, against one compiled closure each',
  async run({ log }) {
    const closuresMs = timeClosures();
    log(`${CLOSURES} closures: ${closuresMs.toFixed(1)} ms`);
    const figures: Figure[] = [];
    for (const count of SIZES) {
      const { judgeMs, crossed, bytes, insertUs } = await timeEngine(count, log);
      const ratio = (closuresMs * (count / CLOSURES)) / judgeMs;
      const label = count.toLocaleString('en-US');
      const largest = count === SIZES.at(-1);
      figures.push(
        {
          label: `${label} stored, against closures`,
          value: ratio,
          unit: '×',
          goal: largest ? '≥ 100' : 'none',
          ok: !largest || ratio >= 100,
        },
        {
          label: `${label} stored, a snapshot`,
          value: judgeMs,
          unit: `ms (${crossed} crossed)`,
          goal: 'none',
          ok: true,
        },
        {
          label: `${label} stored, memory`,
          value: bytes,
          unit: 'B each',
          goal: largest ? '≤ 16' : 'none',
          ok: !largest || bytes <= 16,
        },
        { label: `${label} stored, one more`, value: insertUs, unit: 'µs', goal: '≤ 5', ok: insertUs <= 5 },
      );
    }
    return { name: 'thresholds', figures };
  },
};
