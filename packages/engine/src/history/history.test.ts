import { foldCandles, TIMEFRAME_MS, TIMEFRAMES, type Candle, type Timeframe } from '@ubot/market';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { num, yes } from '../plans.testing.ts';
import type { CandleSeries } from './candles.ts';
import { createHistory } from './history.ts';
import { anyMarket, seriesOf } from './markets.testing.ts';
import { verdictName } from './verdicts.ts';

const HOUR = TIMEFRAME_MS['1h'];
const START = Date.UTC(2024, 0, 1);

/** Closes by candle; `missing` candles lie before the last one. */
function hours(closes: readonly number[], missing = 0): CandleSeries {
  const openAtMs = closes.map((_, i) => START + (i + (i === closes.length - 1 ? missing : 0)) * HOUR);
  return { openAtMs: Float64Array.from(openAtMs), close: Float64Array.from(closes) };
}

const closeOf = num.series('close');
const verdictsOf = (candles: CandleSeries, root: Parameters<typeof yes.not>[0]): string[] =>
  Array.from(createHistory({ candles: { '1h': candles } }).evaluate({ root, timeframe: '1h' }), verdictName);

describe('a column of verdicts', () => {
  it.each([
    ['a comparison', yes.compare('>', closeOf, num.constant(2)), ['false', 'false', 'true', 'unknown', 'true']],
    [
      'its opposite',
      yes.not(yes.compare('>', closeOf, num.constant(2))),
      ['true', 'true', 'false', 'unknown', 'false'],
    ],
    ['a cross', yes.crosses('above', closeOf, num.constant(2)), ['unknown', 'false', 'true', 'unknown', 'unknown']],
    ['a cross of two constants', yes.crosses('above', num.constant(2), num.constant(1)), Array(5).fill('false')],
    ['a rise', yes.trend('rising', closeOf, 2), ['unknown', 'unknown', 'true', 'unknown', 'unknown']],
    [
      'a past value',
      yes.compare('==', num.past(closeOf, 1), num.constant(2)),
      ['unknown', 'false', 'true', 'false', 'unknown'],
    ],
    [
      'a series that nobody gave',
      yes.compare('>', num.series('volume'), num.constant(0)),
      ['unknown', 'unknown', 'unknown', 'unknown', 'unknown'],
    ],
  ])('of %s', (_, root, expected) => {
    expect(verdictsOf(hours([1, 2, 3, NaN, 5]), root)).toEqual(expected);
  });

  it('begins afresh after more than ten missing candles, and not before', () => {
    const root = yes.compare('<', num.past(closeOf, 1), closeOf);
    expect(verdictsOf(hours([1, 2, 3], 10), root)).toEqual(['unknown', 'true', 'true']);
    expect(verdictsOf(hours([1, 2, 3], 11), root)).toEqual(['unknown', 'true', 'unknown']);
    const average = num.indicator('sma', [2]);
    const history = createHistory({ candles: { '1h': hours([1, 2, 3], 11) } });
    expect(Array.from(history.valueOf(average, '1h'))).toEqual([NaN, 1.5, NaN]);
  });
});

describe('another timeframe', () => {
  const frame = num.frame(closeOf, '4h');

  it('is read as of its last closed candle', () => {
    const history = createHistory({ candles: { '1h': hours([1, 2, 3, 4, 5, 6, 7, 8, 9]) } });
    expect(Array.from(history.valueOf(frame, '1h'))).toEqual([NaN, NaN, NaN, 4, 4, 4, 4, 8, 8]);
  });

  it.each([
    [10, 4],
    [11, NaN],
  ])('with %i of its candles missing since it is %d', (missing, value) => {
    // Four hours, and then one that closes together with the candle after the missing ones.
    const history = createHistory({ candles: { '1h': hours([1, 2, 3, 4, 5], missing * 4) } });
    expect(history.valueOf(frame, '1h').at(-1)).toBe(value);
  });

  it('may be shorter when its candles are given, and is unknown when they are not', () => {
    const quarters = {
      openAtMs: Float64Array.from([0, 1, 2, 3, 4], (i) => START + i * TIMEFRAME_MS['15m']),
      close: Float64Array.of(1, 2, 3, 4, 5),
    };
    const shorter = num.frame(closeOf, '15m');
    const candles = { '1h': hours([10, 20]), '15m': quarters };
    expect(Array.from(createHistory({ candles }).valueOf(shorter, '1h'))).toEqual([4, 5]);
    const alone = createHistory({ candles: { '1h': hours([10, 20]) } });
    expect(Array.from(alone.valueOf(shorter, '1h'))).toEqual([NaN, NaN]);
    expect(alone.openAtMs('15m')).toEqual(new Float64Array(0));
  });

  it('is folded as candles are folded, whatever they hold', () => {
    const longer = fc.constantFrom<Timeframe>(...TIMEFRAMES.slice(1));
    fc.assert(
      fc.property(anyMarket, longer, (market, to) => {
        fc.pre(TIMEFRAME_MS[to] > TIMEFRAME_MS[market.shortest]);
        const candles = market.coins.get(1)!.get(market.shortest) as readonly Candle[];
        const expected = seriesOf(foldCandles({ candles, to }));
        const history = createHistory({ candles: { [market.shortest]: seriesOf(candles) } });
        expect(history.openAtMs(to)).toEqual(expected.openAtMs);
        for (const name of ['open', 'high', 'low', 'close', 'volume', 'volume_24h', 'market_cap'] as const) {
          expect(history.valueOf(num.series(name), to)).toEqual(expected[name]);
        }
      }),
      { numRuns: 100 },
    );
  });
});

describe('another coin', () => {
  const other = num.ofCoin(7, 'close');
  const own = hours([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13]);
  const valueWith = (theirs: CandleSeries | null): number[] => {
    const coins = new Map(theirs === null ? [] : [[7, { '1h': theirs }]]);
    return Array.from(createHistory({ candles: { '1h': own }, coins }).valueOf(other, '1h'));
  };

  it('has the value of its last candle, until more than ten are missing', () => {
    expect(valueWith(hours([70, 71]))).toEqual([70, ...Array<number>(11).fill(71), NaN]);
  });

  it('is unknown when it is not there', () => {
    expect(valueWith(null)).toEqual(Array<number>(13).fill(NaN));
  });
});

describe('the market', () => {
  const dominance = num.market('btc_dominance');
  const at = (ms: number) => Float64Array.of(START + ms);
  const valueOf = (takenAtMs: Float64Array, validMs?: number): number | undefined => {
    const market = { takenAtMs, btc_dominance: Float64Array.of(50), ...(validMs !== undefined && { validMs }) };
    return createHistory({ candles: { '1h': hours([1]) }, market }).valueOf(dominance, '1h')[0];
  };

  it.each([
    ['just before the close', HOUR - 1, undefined, 50],
    ['at the close', HOUR, undefined, NaN],
    ['an hour before it', 0, undefined, 50],
    ['longer before it', -1, undefined, NaN],
    ['longer before it, but valid for longer', -1, 2 * HOUR, 50],
  ])('reads a figure taken %s', (_, takenMs, validMs, expected) => {
    expect(valueOf(at(takenMs), validMs)).toBe(expected);
  });

  it('is unknown where nobody said anything', () => {
    expect(createHistory({ candles: { '1h': hours([1]) } }).valueOf(dominance, '1h')).toEqual(Float64Array.of(NaN));
  });
});

describe('arithmetic', () => {
  it.each([
    ['a division by zero', num.arithmetic('/', closeOf, num.constant(0))],
    ['zero by zero', num.arithmetic('/', num.constant(0), num.constant(0))],
    ['what is too large for a number', num.arithmetic('*', num.constant(1e308), num.constant(10))],
  ])('%s is unknown', (_, node) => {
    const history = createHistory({ candles: { '1h': hours([1]) } });
    expect(history.valueOf(node, '1h')).toEqual(Float64Array.of(NaN));
  });
});

it('refuses columns of different lengths, which are a bug', () => {
  const candles = { ...hours([1, 2]), volume: Float64Array.of(1) };
  const history = createHistory({ candles: { '1h': candles } });
  expect(() => history.openAtMs('1h')).toThrow('The column volume has another length than the times.');
});
