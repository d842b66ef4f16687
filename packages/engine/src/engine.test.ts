import { GAP_LIMIT_CANDLES } from '@ubot/indicators';
import { timeframeOpenMs, TIMEFRAME_MS, type Candle } from '@ubot/market';
import type { BoolNode, Verdict } from '@ubot/strategy';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createEngine, type Engine } from './engine.ts';
import {
  anyCondition,
  anyNumber,
  closeCandles,
  columnsOf,
  num,
  planOf,
  runInThisThread,
  snapshotOf,
  yes,
} from './plans.testing.ts';
import { referenceNumber, referenceVerdict } from './reference.testing.ts';
import type { EngineStrategy } from './program.ts';
import type { SliceTask } from './task.ts';

const HOUR = TIMEFRAME_MS['1h'];
const START = Date.UTC(2024, 0, 1);

function candle(at: number, close: number, more: Partial<Candle> = {}): Candle {
  const figures = { volume24hUsd: NaN, marketCapUsd: NaN, samples: 1 };
  return { openAtMs: START + at * HOUR, open: close, high: close, low: close, close, ...figures, ...more };
}

/** Random walks with gaps: some shorter than the limit, some longer. */
const anyCandles: fc.Arbitrary<Candle[]> = fc
  .array(
    fc.record({
      step: fc.oneof(
        { weight: 20, arbitrary: fc.constant(1) },
        { weight: 2, arbitrary: fc.integer({ min: 2, max: GAP_LIMIT_CANDLES + 1 }) },
        { weight: 1, arbitrary: fc.integer({ min: GAP_LIMIT_CANDLES + 2, max: 20 }) },
      ),
      close: fc.oneof(
        { weight: 15, arbitrary: fc.integer({ min: 80, max: 120 }) },
        { weight: 1, arbitrary: fc.constant(NaN) },
      ),
      spread: fc.integer({ min: 0, max: 5 }),
      volume: fc.option(fc.integer({ min: 1, max: 200 }), { nil: NaN }),
    }),
    { minLength: 1, maxLength: 40 },
  )
  .map((parts) => {
    let at = 0;
    return parts.map(({ step, close, spread, volume }) => {
      at += step;
      const range = { open: close - 1, high: close + spread, low: close - spread };
      return candle(at, close, { ...range, volume24hUsd: volume, marketCapUsd: volume * 2 });
    });
  });

const strategiesOf = (roots: readonly BoolNode[], on: EngineStrategy['on'] = 'candle_close'): EngineStrategy[] =>
  roots.map((root, i) => ({ id: `s${i}`, condition: planOf(root, '1h'), rearm: null, on }));

/** The verdicts of strategy s0, s1, … for one coin after every candle of that coin. */
function liveVerdicts(engine: Engine, coins: ReadonlyMap<number, readonly Candle[]>, count: number) {
  const run = runInThisThread();
  const verdicts = new Map<number, (Verdict | null)[][]>([...coins.keys()].map((id) => [id, []]));
  for (const closed of columnsOf('1h', coins)) {
    closeCandles(engine, closed, run);
    for (const coinId of closed.coinIds) {
      verdicts.get(coinId)!.push(Array.from({ length: count }, (_, i) => engine.verdictOf(`s${i}`, coinId)));
    }
  }
  return verdicts;
}

describe('the engine', () => {
  it('says what the plain reading of the language says, candle by candle, gaps included', () => {
    fc.assert(
      fc.property(
        fc.array(anyCondition, { minLength: 1, maxLength: 4 }),
        fc.array(anyCandles, { minLength: 1, maxLength: 3 }),
        (roots, series) => {
          const engine = createEngine({ name: 'test', slotsPerSlice: 64 });
          engine.setStrategies(strategiesOf(roots));
          const coins = new Map(series.map((candles, i) => [i + 1, candles]));
          const live = liveVerdicts(engine, coins, roots.length);
          for (const [coinId, candles] of coins) {
            const expected = candles.map((_, at) =>
              roots.map((root) => referenceVerdict(root, candles.slice(0, at + 1), '1h')),
            );
            expect(live.get(coinId)).toEqual(expected);
          }
        },
      ),
      { numRuns: 150 },
    );
  });

  it('has the value of every number, now and one candle ago', () => {
    fc.assert(
      fc.property(anyNumber, anyCandles, (number, candles) => {
        const engine = createEngine({ name: 'test', slotsPerSlice: 64 });
        engine.setStrategies(strategiesOf([yes.compare('>', number, num.constant(1))]));
        const run = runInThisThread();
        for (const closed of columnsOf('1h', new Map([[7, candles]]))) closeCandles(engine, closed, run);
        const query = { strategyId: 's0', coinId: 7, key: number.key };
        expect(engine.valueOf(query)).toBe(referenceNumber(number, candles, '1h'));
      }),
      { numRuns: 150 },
    );
  });

  it('evaluates the open candle at a snapshot, with the last closed candle as one candle ago', () => {
    fc.assert(
      fc.property(
        anyCondition,
        anyCandles,
        fc.integer({ min: 80, max: 120 }),
        fc.integer({ min: 1, max: 15 }),
        (root, candles, price, later) => {
          const engine = createEngine({ name: 'test', slotsPerSlice: 64 });
          engine.setStrategies(strategiesOf([root], 'snapshot'));
          const run = runInThisThread();
          for (const closed of columnsOf('1h', new Map([[7, candles]]))) closeCandles(engine, closed, run);
          const openAtMs = candles.at(-1)!.openAtMs + later * HOUR;
          const open: Candle = { ...candle(0, price), openAtMs };
          const [openColumns] = columnsOf('1h', new Map([[7, [open]]]));
          // Twice: looking at the open candle changes nothing.
          for (const atMs of [openAtMs + 1, openAtMs + 2]) {
            const snapshot = snapshotOf(atMs, new Map([[7, price]]));
            run(engine.accept({ snapshot, closed: [], openOf: () => openColumns!, isStale: () => false }));
            expect(engine.verdictOf('s0', 7)).toBe(referenceVerdict(root, [...candles, open], '1h'));
          }
        },
      ),
      { numRuns: 150 },
    );
  });

  it('goes on after a restart from stored candles as if it had never stopped', () => {
    fc.assert(
      fc.property(
        fc.array(anyCondition, { minLength: 1, maxLength: 3 }),
        anyCandles,
        fc.nat(40),
        (roots, candles, cut) => {
          const coins = new Map([[1, candles]]);
          const straight = createEngine({ name: 'straight', slotsPerSlice: 64 });
          straight.setStrategies(strategiesOf(roots));
          const expected = liveVerdicts(straight, coins, roots.length).get(1)!;

          const restarted = createEngine({ name: 'restarted', slotsPerSlice: 64 });
          const run = runInThisThread();
          restarted.setStrategies(strategiesOf(roots));
          for (const columns of columnsOf('1h', new Map([[1, candles.slice(0, cut)]])))
            restarted.addHistory(columns, { market: null, snapshot: null });
          run(restarted.warm());
          // What was evaluated last is known again before anything new arrives.
          const last = roots.map((_, i) => restarted.verdictOf(`s${i}`, 1));
          expect(last).toEqual(cut === 0 ? roots.map(() => null) : expected[Math.min(cut, candles.length) - 1]);
          const rest = liveVerdicts(restarted, new Map([[1, candles.slice(cut)]]), roots.length).get(1)!;
          expect(rest).toEqual(expected.slice(cut));
        },
      ),
      { numRuns: 100 },
    );
  });

  it('warms a strategy that comes later from its ring, and lets the others keep their state', () => {
    fc.assert(
      fc.property(anyCondition, anyCondition, anyCandles, fc.nat(40), (first, second, candles, cut) => {
        const engine = createEngine({ name: 'test', slotsPerSlice: 64 });
        const run = runInThisThread();
        // A ring that holds every column from the start, so that no history has to be loaded.
        const all = (['open', 'high', 'low', 'volume_24h', 'market_cap'] as const).map((name) =>
          yes.compare('>', num.series(name), num.constant(0)),
        );
        engine.setStrategies(strategiesOf([first, ...all]));
        const columns = columnsOf('1h', new Map([[1, candles]]));
        for (const closed of columns.slice(0, cut)) closeCandles(engine, closed, run);
        expect(engine.setStrategies(strategiesOf([first, second, ...all]))).toEqual([]);
        run(engine.warm());
        for (const closed of columns.slice(cut)) closeCandles(engine, closed, run);
        const now = [engine.verdictOf('s0', 1), engine.verdictOf('s1', 1)];
        expect(now).toEqual([referenceVerdict(first, candles, '1h'), referenceVerdict(second, candles, '1h')]);
      }),
      { numRuns: 100 },
    );
  });

  it('gives the same verdicts whatever the order of the slices and whichever runner does them', () => {
    const closeOf = (coin: number, at: number) => 100 + 10 * Math.sin(coin * 12.9 + at * 0.7);
    const coins = new Map(
      Array.from({ length: 200 }, (_, coin) => [
        coin + 1,
        Array.from({ length: 30 }, (_, at) => candle(at, closeOf(coin, at))),
      ]),
    );
    const roots = [
      yes.crosses('above', num.series('close'), num.indicator('sma', [5])),
      yes.compare('<', num.indicator('rsi', [7]), num.constant(40)),
    ];
    const verdictsWith = (run: (tasks: SliceTask[]) => void, slotsPerSlice: number) => {
      const engine = createEngine({ name: 'test', slotsPerSlice });
      engine.setStrategies(strategiesOf(roots));
      for (const closed of columnsOf('1h', coins)) closeCandles(engine, closed, run);
      return [...coins.keys()].map((id) => [engine.verdictOf('s0', id), engine.verdictOf('s1', id)]);
    };
    const whole = verdictsWith(runInThisThread(), 256);
    const [first, second] = [runInThisThread(), runInThisThread()];
    const mixed = verdictsWith((tasks) => {
      const backwards = tasks.toReversed();
      backwards.forEach((task, i) => (i % 2 === 0 ? first : second)([task]));
    }, 64);
    expect(mixed).toEqual(whole);
    expect(whole.flat()).toContain('true');
  });
});

describe('a gap', () => {
  const crossing = yes.crosses('above', num.series('close'), num.constant(100));
  const verdictAfter = (missing: number): Verdict | null => {
    const engine = createEngine({ name: 'test' });
    engine.setStrategies(strategiesOf([crossing]));
    const candles = [candle(0, 90), candle(1 + missing, 110)];
    return liveVerdicts(engine, new Map([[1, candles]]), 1)
      .get(1)!
      .at(-1)![0]!;
  };

  it(`of ${GAP_LIMIT_CANDLES} missing candles is bridged`, () => expect(verdictAfter(GAP_LIMIT_CANDLES)).toBe('true'));
  it(`of ${GAP_LIMIT_CANDLES + 1} starts the coin afresh`, () =>
    expect(verdictAfter(GAP_LIMIT_CANDLES + 1)).toBe('unknown'));
});

describe('figures that candles do not hold', () => {
  it('are those of the last snapshot before the one that closed the candle', () => {
    const engine = createEngine({ name: 'test' });
    const rank = num.series('rank');
    engine.setStrategies(strategiesOf([yes.compare('==', rank, num.constant(1))]));
    const run = runInThisThread();
    const accept = (atMs: number, prices: [number, number][], closed = columnsOf('1h', new Map())) => {
      run(
        engine.accept({
          snapshot: snapshotOf(atMs, new Map(prices)),
          closed,
          openOf: () => null,
          isStale: () => false,
        }),
      );
    };
    accept(START + 1, [
      [1, 5],
      [2, 6],
    ]); // coin 1 has rank 1, coin 2 has rank 2
    accept(
      START + HOUR,
      [[2, 6]],
      columnsOf(
        '1h',
        new Map([
          [1, [candle(0, 5)]],
          [2, [candle(0, 6)]],
        ]),
      ),
    );
    expect([engine.verdictOf('s0', 1), engine.verdictOf('s0', 2)]).toEqual(['true', 'false']);
    accept(
      START + 2 * HOUR,
      [[1, 5]],
      columnsOf(
        '1h',
        new Map([
          [1, [candle(1, 5)]],
          [2, [candle(1, 6)]],
        ]),
      ),
    );
    expect([engine.verdictOf('s0', 1), engine.verdictOf('s0', 2)]).toEqual(['unknown', 'true']);
  });

  it('of the market are unknown once they are older than an hour and fifteen polls', () => {
    const global = {
      totalMarketCapUsd: 1,
      totalVolume24hUsd: 1,
      btcDominancePct: 50,
      ethDominancePct: 1,
      providerTimeMs: NaN,
    };
    const engine = createEngine({ name: 'test' });
    const dominance = {
      kind: 'market' as const,
      metric: 'btc_dominance' as const,
      key: 'market.btc_dominance',
      text: 'd',
    };
    engine.setStrategies(strategiesOf([yes.compare('==', dominance, num.constant(50))], 'snapshot'));
    const run = runInThisThread();
    const at = (atMs: number, withGlobal: boolean) => {
      const snapshot = { ...snapshotOf(atMs, new Map([[1, 5]])), global: withGlobal ? global : null };
      const open = columnsOf('1h', new Map([[1, [{ ...candle(0, 5), openAtMs: timeframeOpenMs('1h', atMs) }]]]))[0]!;
      run(engine.accept({ snapshot, closed: [], openOf: () => open, isStale: () => false }));
      return engine.verdictOf('s0', 1);
    };
    expect(at(START, true)).toBe('true');
    expect(at(START + HOUR, false)).toBe('true');
    expect(at(START + HOUR + 1, false)).toBe('unknown');
  });
});
