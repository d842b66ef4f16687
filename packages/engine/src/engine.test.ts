import { GAP_LIMIT_CANDLES } from '@ubot/indicators';
import { timeframeOpenMs, TIMEFRAME_MS, type Candle } from '@ubot/market';
import type { BoolNode, Verdict } from '@ubot/strategy';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createLive, liveVerdicts, runInThisThread, strategiesOf, type Live, type Run } from './live.testing.ts';
import { anyCondition, anyNumber, columnsOf, num, snapshotOf, yes } from './plans.testing.ts';
import { referenceNumber, referenceVerdict } from './reference.testing.ts';

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

/** How strategies may be asked for: of every coin (bitsets), or of named coins (the threshold index and items). */
const WAYS = [
  ['every coin', null],
  ['named coins', [1, 2, 3]],
] as const;

/** What was told must be what is so, wherever that is known. */
function expectToldTruth(live: Live, coinIds: Iterable<number>): void {
  for (const coinId of coinIds) {
    for (const { handle } of live.strategies) {
      const verdict = live.verdictOf(handle, coinId);
      if (verdict === null || verdict === 'unknown') continue;
      expect([handle, coinId, live.toldTrue(handle, coinId)]).toEqual([handle, coinId, verdict === 'true']);
    }
  }
}

describe.each(WAYS)('the engine, asked of %s', (_, coinList) => {
  const asked = (roots: readonly BoolNode[], from = 0) => strategiesOf(roots, { coins: coinList, from });

  it('says what the plain reading of the language says, candle by candle, gaps included, and tells every change', () => {
    fc.assert(
      fc.property(
        fc.array(anyCondition, { minLength: 1, maxLength: 4 }),
        fc.array(anyCandles, { minLength: 1, maxLength: 3 }),
        (roots, series) => {
          const live = createLive();
          live.put(asked(roots));
          const coins = new Map(series.map((candles, i) => [i + 1, candles]));
          const verdicts = new Map<number, (Verdict | null)[][]>([...coins.keys()].map((id) => [id, []]));
          for (const closed of columnsOf('1h', coins)) {
            live.close([closed]);
            expectToldTruth(live, closed.coinIds);
            for (const coinId of closed.coinIds) {
              verdicts.get(coinId)!.push(roots.map((_root, i) => live.verdictOf(i, coinId)));
            }
          }
          for (const [coinId, candles] of coins) {
            const expected = candles.map((_candle, at) =>
              roots.map((root) => referenceVerdict(root, candles.slice(0, at + 1), '1h')),
            );
            expect(verdicts.get(coinId)).toEqual(expected);
          }
        },
      ),
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
          const live = createLive();
          live.put(strategiesOf([root], { on: 'snapshot', coins: coinList }));
          for (const closed of columnsOf('1h', new Map([[1, candles]]))) live.close([closed]);
          const openAtMs = candles.at(-1)!.openAtMs + later * HOUR;
          const open: Candle = { ...candle(0, price), openAtMs };
          const [openColumns] = columnsOf('1h', new Map([[1, [open]]]));
          // Twice: looking at the open candle changes nothing.
          for (const atMs of [openAtMs + 1, openAtMs + 2]) {
            live.look(atMs, new Map([[1, price]]), () => openColumns!);
            expect(live.verdictOf(0, 1)).toBe(referenceVerdict(root, [...candles, open], '1h'));
            expectToldTruth(live, [1]);
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
          const straight = createLive({ name: 'straight' });
          straight.put(asked(roots));
          const expected = liveVerdicts(straight, new Map([[1, candles]])).get(1)!;

          const restarted = createLive({ name: 'restarted' });
          restarted.put(asked(roots));
          for (const columns of columnsOf('1h', new Map([[1, candles.slice(0, cut)]])))
            restarted.engine.addHistory(columns, { market: null, snapshot: null });
          restarted.warm();
          // What was evaluated last is known again before anything new arrives.
          const last = roots.map((_root, i) => restarted.verdictOf(i, 1));
          expect(last).toEqual(cut === 0 ? roots.map(() => null) : expected[Math.min(cut, candles.length) - 1]);
          const rest = candles.slice(cut);
          expect(liveVerdicts(restarted, new Map([[1, rest]])).get(1)!).toEqual(expected.slice(cut));
          if (rest.length > 0) expectToldTruth(restarted, [1]);
        },
      ),
      { numRuns: 100 },
    );
  });

  it('takes strategies in and out while it runs, warm from its ring, and lets the others keep their state', () => {
    fc.assert(
      fc.property(
        fc.array(anyCondition, { minLength: 3, maxLength: 6 }),
        anyCandles,
        fc.array(fc.tuple(fc.nat(5), fc.boolean()), { minLength: 40, maxLength: 40 }),
        (roots, candles, edits) => {
          const live = createLive();
          // A ring that holds every column from the start, so that no history has to be loaded.
          const all = (['open', 'high', 'low', 'volume_24h', 'market_cap'] as const).map((name) =>
            yes.compare('>', num.series(name), num.constant(0)),
          );
          // And that is as deep as they may become.
          const deep = yes.compare('>', num.indicator('sma', [2_000]), num.constant(0));
          live.put(asked([...all, deep], 100));
          const there = new Set<number>();
          const requests: unknown[] = [];
          columnsOf('1h', new Map([[1, candles]])).forEach((closed, at) => {
            const [which, isIn] = edits[at]!;
            const strategy = asked(roots)[which % roots.length]!;
            if (isIn && !there.has(strategy.handle)) {
              requests.push(...live.put([strategy]));
              live.warm();
              there.add(strategy.handle);
            } else if (!isIn && there.has(strategy.handle)) {
              live.remove([strategy]);
              there.delete(strategy.handle);
            }
            live.close([closed]);
            expectToldTruth(live, [1]);
            for (const handle of there) {
              expect(live.verdictOf(handle, 1)).toBe(referenceVerdict(roots[handle]!, candles.slice(0, at + 1), '1h'));
            }
          });
          expect(requests).toEqual([]);
        },
      ),
      { numRuns: 40 },
    );
  });

  it('gives the same verdicts whatever the order of the slices and whichever runner does them', () => {
    const closeOf = (coin: number, at: number) => 100 + 10 * Math.sin(coin * 12.9 + at * 0.7);
    const ids = Array.from({ length: 200 }, (_coin, i) => i + 1);
    const coins = new Map(ids.map((id) => [id, Array.from({ length: 30 }, (_at, at) => candle(at, closeOf(id, at)))]));
    const roots = [
      yes.crosses('above', num.series('close'), num.indicator('sma', [5])),
      yes.compare('<', num.indicator('rsi', [7]), num.constant(40)),
    ];
    const verdictsWith = (run: Run, slotsPerSlice: number) => {
      const live = createLive({ slotsPerSlice, run });
      live.put(strategiesOf(roots, { coins: coinList === null ? null : ids }));
      for (const closed of columnsOf('1h', coins)) live.close([closed]);
      expectToldTruth(live, ids);
      return ids.map((id) => [live.verdictOf(0, id), live.verdictOf(1, id)]);
    };
    const whole = verdictsWith(runInThisThread(), 256);
    const [first, second] = [runInThisThread(), runInThisThread()];
    const mixed = verdictsWith(
      (tasks) => tasks.toReversed().flatMap((task, i) => (i % 2 === 0 ? first : second)([task])),
      64,
    );
    expect(mixed).toEqual(whole);
    expect(whole.flat()).toContain('true');
  });
});

describe('numbers', () => {
  it('have their value now, whatever they are made of', () => {
    fc.assert(
      fc.property(anyNumber, anyCandles, (number, candles) => {
        const live = createLive();
        live.put(strategiesOf([yes.compare('>', number, num.constant(1))]));
        for (const closed of columnsOf('1h', new Map([[7, candles]]))) live.close([closed]);
        fc.pre(number.kind !== 'constant');
        const query = { timeframe: '1h', on: 'candle_close', coinId: 7, key: number.key } as const;
        expect(live.engine.valueOf(query)).toBe(referenceNumber(number, candles, '1h'));
      }),
      { numRuns: 150 },
    );
  });
});

describe('a coin that has no candle when its strategy comes', () => {
  it('is told about when it has one again', () => {
    const live = createLive();
    const above = yes.compare('>', num.series('close'), num.constant(100));
    live.put(strategiesOf([yes.compare('>', num.series('close'), num.constant(0))]));
    const both = (at: number) => columnsOf('1h', new Map([[1, [candle(at, 110)]], [2, [candle(at, 110)]]]))[0]!; // prettier-ignore
    live.close([both(0)]);
    for (const [handle, coins] of [
      [10, null],
      [11, [2]],
    ] as const) {
      live.put(strategiesOf([above], { coins, from: handle }));
      live.warm();
    }
    live.close(columnsOf('1h', new Map([[1, [candle(1, 110)]]])));
    expect([live.toldTrue(10, 2), live.toldTrue(11, 2)]).toEqual([false, false]);
    live.close([both(2)]);
    expect([live.toldTrue(10, 2), live.toldTrue(11, 2)]).toEqual([true, true]);
  });
});

describe('a gap', () => {
  const crossing = yes.crosses('above', num.series('close'), num.constant(100));
  const verdictAfter = (missing: number): Verdict | null => {
    const live = createLive();
    live.put(strategiesOf([crossing]));
    const candles = [candle(0, 90), candle(1 + missing, 110)];
    return liveVerdicts(live, new Map([[1, candles]]))
      .get(1)!
      .at(-1)![0]!;
  };

  it(`of ${GAP_LIMIT_CANDLES} missing candles is bridged`, () => expect(verdictAfter(GAP_LIMIT_CANDLES)).toBe('true'));
  it(`of ${GAP_LIMIT_CANDLES + 1} starts the coin afresh`, () =>
    expect(verdictAfter(GAP_LIMIT_CANDLES + 1)).toBe('unknown'));
});

describe('figures that candles do not hold', () => {
  it('are those of the last snapshot before the one that closed the candle', () => {
    const live = createLive();
    const { engine } = live;
    const run = runInThisThread();
    live.put(strategiesOf([yes.compare('==', num.series('rank'), num.constant(1))]));
    const accept = (atMs: number, prices: [number, number][], candles: [number, Candle[]][] = []) => {
      const closed = columnsOf('1h', new Map(candles));
      const snapshot = snapshotOf(atMs, new Map(prices));
      engine.finish(run(engine.accept({ snapshot, closed, openOf: () => null, isStale: () => false })));
    };
    const both = (at: number): [number, Candle[]][] => [[1, [candle(at, 5)]], [2, [candle(at, 6)]]]; // prettier-ignore
    accept(START + 1, [
      [1, 5],
      [2, 6],
    ]); // prettier-ignore -- coin 1 has rank 1, coin 2 has rank 2
    accept(START + HOUR, [[2, 6]], both(0));
    expect([live.verdictOf(0, 1), live.verdictOf(0, 2)]).toEqual(['true', 'false']);
    accept(START + 2 * HOUR, [[1, 5]], both(1));
    expect([live.verdictOf(0, 1), live.verdictOf(0, 2)]).toEqual(['unknown', 'true']);
  });

  it('of the market are unknown once they are older than an hour and fifteen polls', () => {
    const live = createLive();
    const { engine } = live;
    const run = runInThisThread();
    const metric = 'btc_dominance' as const;
    const dominance = { kind: 'market' as const, metric, key: 'market.btc_dominance', text: 'd' };
    live.put(strategiesOf([yes.compare('==', dominance, num.constant(50))], { on: 'snapshot' }));
    const figures = { totalMarketCapUsd: 1, totalVolume24hUsd: 1, ethDominancePct: 1, providerTimeMs: NaN };
    const at = (atMs: number, withGlobal: boolean) => {
      const global = withGlobal ? { ...figures, btcDominancePct: 50 } : null;
      const snapshot = { ...snapshotOf(atMs, new Map([[1, 5]])), global };
      const [open] = columnsOf('1h', new Map([[1, [{ ...candle(0, 5), openAtMs: timeframeOpenMs('1h', atMs) }]]]));
      engine.finish(run(engine.accept({ snapshot, closed: [], openOf: () => open!, isStale: () => false })));
      return live.verdictOf(0, 1);
    };
    expect(at(START, true)).toBe('true');
    expect(at(START + HOUR, false)).toBe('true');
    expect(at(START + HOUR + 1, false)).toBe('unknown');
  });
});

describe('another timeframe', () => {
  it('is read as of its last closed candle, whichever closes first in the list', () => {
    const closeAt4h = num.frame(num.series('close'), '4h');
    const roots = [yes.compare('==', closeAt4h, num.constant(104)), yes.crosses('above', closeAt4h, num.constant(104))];
    for (const order of [1, -1]) {
      const live = createLive();
      live.put(strategiesOf(roots));
      const seen: (Verdict | null)[][] = [];
      for (let at = 0; at < 10; at++) {
        const closed = columnsOf('1h', new Map([[1, [candle(at, 101 + at)]]]));
        const isEnd = (at + 1) % 4 === 0;
        const four = isEnd ? columnsOf('4h', new Map([[1, [candle(at - 3, 101 + at)]]])) : [];
        live.close(order === 1 ? [...closed, ...four] : [...four, ...closed]);
        seen.push(roots.map((_root, i) => live.verdictOf(i, 1)));
      }
      const expected = [
        ...Array.from({ length: 3 }, () => ['unknown', 'unknown']),
        ['true', 'unknown'],
        ...Array.from({ length: 3 }, () => ['true', 'false']),
        ['false', 'true'],
        ...Array.from({ length: 2 }, () => ['false', 'false']),
      ];
      expect(seen).toEqual(expected);
    }
  });
});

describe('another coin', () => {
  it('is the same for every coin, and is known as of its last candle until too many are missing', () => {
    const live = createLive();
    live.put(strategiesOf([yes.compare('>', num.series('close'), num.ofCoin(1, 'close'))]));
    const at = (hour: number, prices: [number, number][]) => {
      live.close(columnsOf('1h', new Map(prices.map(([id, price]) => [id, [candle(hour, price)]]))));
      return prices.map(([id]) => live.verdictOf(0, id));
    };
    expect(at(0, [[1, 100], [2, 101], [3, 99]])).toEqual(['false', 'true', 'false']); // prettier-ignore
    expect(at(GAP_LIMIT_CANDLES, [[2, 99], [3, 101]])).toEqual(['false', 'true']); // prettier-ignore
    expect(at(GAP_LIMIT_CANDLES + 1, [[3, 101]])).toEqual(['unknown']);
  });
});
