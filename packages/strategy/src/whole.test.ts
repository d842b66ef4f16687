import { describe, expect, it } from 'vitest';
import { check, planOf, rootOf } from './check.testing.ts';
import { coinsNamedIn, createCoinResolver } from './coins.ts';
import { checkCondition } from './door.ts';
import { FILE_SOURCE, LIVE_SOURCE } from './series.ts';

const keyOf = (text: string) => rootOf(text).key;
const codes = (checked: ReturnType<typeof check>) => checked.diagnostics.map(({ code }) => code);

describe('every part of the language', () => {
  it.each([
    'close > highest(high, 20)[1]',
    'percent_change(price, 2h) > 5',
    'rsi(14) @ 4h < 30 and rsi(14) < 30',
    'macd(12, 26, 9) @ 1d > macd(12, 26, 9).signal @ 1d',
    'adx(14) > 25 and adx(14).plus_di > adx(14).minus_di',
    'stoch(14, 3, 3).k crosses above stoch(14, 3, 3).d',
    'supertrend(10, 3).direction == 1',
    'close > keltner(20, 2, 10).upper or close < donchian(20).lower',
    'coin("bitcoin").close > coin("bitcoin").close[1d]',
    'market.btc_dominance > 55 and not falling(close, 3)',
    'stdev(close, 20) / avg(close, 20) > 0.05',
    'heikin_ashi.close > heikin_ashi().open',
    'change(rsi(14), 3) > 10 # momentum of momentum',
  ])('%s', (text) => {
    expect(check(text)).toMatchObject({ ok: true, diagnostics: [] });
    expect(keyOf(keyOf(text))).toBe(keyOf(text));
  });

  it('names windows as they are written and reads them as the indicators that they are', () => {
    const { root } = planOf('percent_change(price, 2h) > 5');
    expect(root).toMatchObject({ key: 'roc(price, 2) > 5', text: 'percent_change(price, 2h) > 5' });
    expect(keyOf('avg(close, 20) > 1')).toBe(keyOf('sma(20) > 1'));
    expect(keyOf('change(close, 3) > 0')).toBe('momentum(3) > 0');
  });
});

describe('a duration', () => {
  it.each([
    ['close[1h] > 1', 'close[1] > 1'],
    ['close[1d] > 1', 'close[24] > 1'],
    ['close[1w] @ 4h > 1', 'close[42] @ 4h > 1'],
    ['rising(close @ 4h, 3h)', 'rising(close @ 4h, 3)'],
    ['percent_change(price, 15m) @ 5m > 1', 'roc(price, 3) @ 5m > 1'],
  ])('%s counts candles of the timeframe in force: %s', (text, key) => expect(keyOf(text)).toBe(key));

  it('of an own name counts those of the timeframe that the name is read on', () => {
    const indicators = [{ name: 'day_ago', expression: 'close[1d]' }];
    expect(planOf('close > day_ago and close > day_ago @ 4h', indicators).root.key).toBe(
      'close > close[24] and close > close[6] @ 4h',
    );
  });
});

describe('another timeframe', () => {
  it('may be inside an indicator, around a sum, before an output, and under an own name', () => {
    expect(keyOf('sma(close @ 4h, 20) > 1')).toBe('sma(close @ 4h, 20) > 1');
    expect(keyOf('(high - low) @ 1d > 1')).toBe('(high - low) @ 1d > 1');
    expect(keyOf('macd(12, 26, 9) @ 4h .signal > 1')).toBe('macd(12, 26, 9).signal @ 4h > 1');
    const bands = [{ name: 'b', expression: 'bbands(20, 2)' }];
    expect(planOf('close > b.upper @ 4h', bands).root.key).toBe('close > bbands(20, 2).upper @ 4h');
  });

  it('does not nest, also not through an own name', () => {
    const daily = [{ name: 'd', expression: 'close @ 1d' }];
    expect(codes(check('d @ 4h > 1', daily))).toEqual(['CONDITION_TYPE']);
    expect(check('d > 1', daily).ok).toBe(true);
  });
});

describe('a named coin', () => {
  const coins = createCoinResolver(
    [
      { id: 1, slug: 'bitcoin', symbol: 'BTC', name: 'Bitcoin' },
      { id: 9, slug: 'other', symbol: 'BTC', name: 'Other' },
    ],
    true,
  );
  const checked = (text: string) => checkCondition({ text, timeframe: '1h', coins });

  it('is found by slug in any case and by id, and becomes its id', () => {
    for (const text of ['coin("Bitcoin").close > 1', "coin('bitcoin').close > 1", 'coin(1).close > 1']) {
      expect(checked(text)).toMatchObject({ ok: true, plan: { root: { key: 'coin(1).close > 1' } } });
    }
  });

  it('is not found by symbol: all candidates are named', () => {
    const [note] = checked('coin("BTC").close > 1').diagnostics;
    expect(note).toMatchObject({
      code: 'CONDITION_AMBIGUOUS_COIN',
      hint: 'Write `coin("bitcoin")` (id 1) or `coin("other")` (id 9).',
    });
  });

  it('must be there when every coin is known', () => {
    expect(codes(checked('coin(77).close > 1'))).toEqual(['CONDITION_UNKNOWN_NAME']);
    expect(checkCondition({ text: 'coin(77).close > 1', timeframe: '1h' }).ok).toBe(true);
  });

  it('can be listed before anything is checked', () => {
    expect(coinsNamedIn(['coin("a").close > coin( 7 ).open', "coin('a').low > 1"])).toEqual(['a', '7']);
  });
});

describe('a source that lacks a series', () => {
  const checked = (text: string) => checkCondition({ text, timeframe: '1h', source: LIVE_SOURCE });

  it.each([
    ['volume > 5', 'The source of live prices has no `volume`: it is never known.'],
    ['coin(1).volume > 5', 'The source of live prices has no `volume`: it is never known.'],
    ['obv > 5', '`obv` reads `volume`, which the source of live prices does not have: it is never known.'],
    ['mfi(14) < 20', '`mfi` reads `volume`, which the source of live prices does not have: it is never known.'],
  ])('%s is told so, and not refused', (text, message) => {
    const code = 'WARNING_SERIES_UNAVAILABLE';
    expect(checked(text)).toMatchObject({ ok: true, diagnostics: [{ code, severity: 'warning', message }] });
  });

  it('is said nothing of where it has the series, or no source is named', () => {
    expect(checked('volume_24h > 5').diagnostics).toEqual([]);
    expect(check('volume > 5 and obv > 1').diagnostics).toEqual([]);
    const inFile = checkCondition({ text: 'volume > 5 and rank < 3', timeframe: '1h', source: FILE_SOURCE });
    expect(inFile.diagnostics.map(({ message }) => message)).toEqual([
      'The source file has no `rank`: it is never known.',
    ]);
  });
});

describe('looking back', () => {
  it('is limited to 5,000 candles, history and indicators added up', () => {
    expect(check('sma(4000)[1000] > 1').ok).toBe(true);
    expect(codes(check('sma(4000)[1001] > 1'))).toEqual(['CONDITION_LIMIT']);
  });

  it('further than candles are stored is noted, in the timeframe in force', () => {
    const storedCandles = { '1h': 100, '1d': 50 } as const;
    const noted = (text: string) => codes(checkCondition({ text, timeframe: '1h', storedCandles }));
    expect(noted('sma(100) > 1')).toEqual([]);
    expect(noted('sma(101) > 1')).toEqual(['WARNING_MORE_THAN_STORED']);
    expect(noted('sma(60) > 1 and sma(60) @ 1d > 1')).toEqual(['WARNING_MORE_THAN_STORED']);
  });

  it('counts past values and trends among the 64 that a condition may keep', () => {
    const parts = (count: number) => Array.from({ length: count }, (_, i) => `close[${i + 1}] > 1`).join(' or ');
    expect(check(parts(64)).ok).toBe(true);
    expect(codes(check(parts(65)))).toContain('CONDITION_LIMIT');
  });
});

describe('borders of the catalogue', () => {
  it.each([
    ['williams_r(14) > 0.5', 'WARNING_NEVER_TRUE'],
    ['aroon(14).up >= 0', 'WARNING_ALWAYS_TRUE'],
    ['rsi(14)[3] > 100', 'WARNING_NEVER_TRUE'],
    ['adx(14) @ 4h > 101', 'WARNING_NEVER_TRUE'],
  ])('%s is noted: %s', (text, code) => expect(codes(check(text))).toEqual([code]));
});
