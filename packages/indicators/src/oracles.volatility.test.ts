import { hasSharedData, NO_SHARED_DATA } from '@ubot/testing';
import { describe, expect, it } from 'vitest';
import {
  alignedToEnd,
  compare,
  compute,
  csvColumn,
  skenderQuotes,
  skenderSeries,
  stockChartsSheet,
  TALIB_FILES,
  talibCandles,
  talibResults,
  tulipVector,
} from './oracles.testing.ts';

describe.skipIf(!hasSharedData)(`Skender on volatility, full precision${NO_SHARED_DATA}`, () => {
  it.each([
    ['stddev', [14], 'stdev', { value: 'stdDev' }],
    ['tr', [], 'tr', { value: 'tr' }],
    ['atr', [14], 'atr', { value: 'atr' }],
    ['natr', [14], 'atr', { value: 'atrp' }],
    ['keltner', [20, 2, 10], 'keltner', { upper: 'upperBand', middle: 'centerline', lower: 'lowerBand' }],
    ['chandelier', [22, 3], 'chexit', { long: 'chandelierExit' }],
  ] as const)('%s(%j)', (name, params, theirName, outputs) => {
    const ours = compute(name, params, skenderQuotes());
    const series = skenderSeries(theirName);
    for (const [output, theirs] of Object.entries(outputs)) {
      expect(compare(ours.get(output)!, series[theirs]!, { relative: 1e-9 })).toBeGreaterThan(475);
    }
  });

  it('donchian(20) of one candle ago: there the current candle does not belong to the window', () => {
    const ours = compute('donchian', [20], skenderQuotes());
    const series = skenderSeries('donchian');
    for (const [output, theirs] of Object.entries({ upper: 'upperBand', middle: 'centerline', lower: 'lowerBand' })) {
      const before = [NaN, ...ours.get(output)!.slice(0, -1)];
      expect(compare(before, series[theirs]!, { relative: 1e-9 })).toBe(482);
    }
  });
});

describe.skipIf(!hasSharedData).each(TALIB_FILES)(`TA-Lib on volatility, %s${NO_SHARED_DATA}`, (file) => {
  it.each([
    ['STDDEV', 'stddev'],
    ['TRANGE', 'tr'],
    ['ATR', 'atr'],
    ['NATR', 'natr'],
  ] as const)('%s', (fn, name) => {
    for (const { params, outputs } of talibResults(file, fn)) {
      const period = params['timePeriod'];
      const ours = compute(name, period === undefined ? [] : [period], talibCandles(file)).get('value')!;
      expect(compare(ours, outputs.get('output')!, { relative: 1e-8 })).toBeGreaterThan(900);
    }
  });

  it.each([
    ['MAX', 'high', 'highest', 'upper'],
    ['MIN', 'low', 'lowest', 'lower'],
  ] as const)('%s, which it was given of the %s', (fn, input, name, border) => {
    const candles = talibCandles(file);
    for (const { params, outputs } of talibResults(file, fn)) {
      const period = params['timePeriod']!;
      const ours = compute(name, [period], { close: candles[input] }).get('value')!;
      const channel = compute('donchian', [period], candles).get(border)!;
      for (const values of [ours, channel]) {
        expect(compare(values, outputs.get('output')!, { relative: 1e-8 })).toBeGreaterThan(900);
      }
    }
  });
});

describe.skipIf(!hasSharedData)(`Tulip's own vectors on volatility, three decimals${NO_SHARED_DATA}`, () => {
  it.each([
    ['stddev', 'stddev', ['close']],
    ['max', 'highest', ['close']],
    ['min', 'lowest', ['close']],
  ] as const)('%s', (theirName, name, inputs) => {
    const { options, arrays } = tulipVector(theirName);
    const ours = compute(name, options, { [inputs[0]]: arrays[0]! }).get('value')!;
    expect(compare(ours, alignedToEnd(arrays[1]!, 15), { absolute: 1e-3 })).toBe(11);
  });

  it('tr, but for its first, which is high - low there', () => {
    const { arrays } = tulipVector('tr');
    const ours = compute('tr', [], { high: arrays[0]!, low: arrays[1]!, close: arrays[2]! }).get('value')!;
    expect(compare(ours.slice(1), arrays[3]!.slice(1), { absolute: 1e-3 })).toBe(14);
  });

  it.each(['atr', 'natr'])('%s over candles after one that adds nothing: there the first has a range too', (name) => {
    const { options, arrays } = tulipVector(name);
    const [high, low, close] = arrays as [number[], number[], number[]];
    // A candle before the first whose close lies within it makes its true range high - low.
    const before = close[0]!;
    const candles = { high: [before, ...high], low: [before, ...low], close: [before, ...close] };
    const ours = compute(name, options, candles).get('value')!.slice(1);
    expect(compare(ours, alignedToEnd(arrays[3]!, 15), { absolute: 1e-3 })).toBe(11);
  });
});

describe.skipIf(!hasSharedData)(`A spreadsheet on volatility${NO_SHARED_DATA}`, () => {
  it('tr and atr(14), whose first true range is high - low there', () => {
    const sheet = stockChartsSheet('cs-atr');
    const columns = ['High', 'Low', 'Close'].map((heading) => csvColumn(sheet, heading).map((value) => value ?? NaN));
    const [high, low, close] = columns as [number[], number[], number[]];
    const before = close[0]!;
    const candles = { high: [before, ...high], low: [before, ...low], close: [before, ...close] };
    const tr = compute('tr', [], candles).get('value')!.slice(1);
    expect(compare(tr, csvColumn(sheet, 'TR'), { absolute: 1e-9 })).toBeGreaterThan(20);
    const atr = compute('atr', [14], candles).get('value')!.slice(1);
    const theirs = csvColumn(sheet, 'ATR').map((value, at) => (at < 13 ? null : value));
    expect(compare(atr, theirs, { absolute: 1e-9 })).toBeGreaterThan(10);
  });
});
