import { hasSharedData, NO_SHARED_DATA } from '@ubot/testing';
import { describe, expect, it } from 'vitest';
import { INDICATORS } from './catalogue.ts';
import {
  alignedToEnd,
  compare,
  compute,
  csvColumn,
  LEAN_VALUES,
  numbers,
  skenderQuotes,
  skenderSeries,
  stockChartsSheet,
  TALIB_FILES,
  talibCandles,
  talibResults,
  tulipVector,
  whereKnown,
} from './oracles.testing.ts';

describe.skipIf(!hasSharedData)(`Skender, full precision${NO_SHARED_DATA}`, () => {
  it.each([
    ['sma', [20], 'sma', { value: 'sma' }],
    ['ema', [20], 'ema', { value: 'ema' }],
    ['rsi', [14], 'rsi', { value: 'rsi' }],
    ['macd', [12, 26, 9], 'macd', { macd: 'macd', signal: 'signal', histogram: 'histogram' }],
    [
      'bbands',
      [20, 2],
      'bb',
      { upper: 'upperBand', middle: 'sma', lower: 'lowerBand', percent_b: 'percentB', width: 'width' },
    ],
  ] as const)('%s(%j)', (name, params, theirName, outputs) => {
    const ours = compute(name, params, skenderQuotes());
    for (const [output, theirs] of Object.entries(outputs)) {
      // The absolute part is for values near zero (a histogram that changes its sign), whose digits cancelled.
      const tolerance = { relative: 1e-9, absolute: 1e-12 };
      expect(compare(ours.get(output)!, skenderSeries(theirName)[theirs]!, tolerance)).toBeGreaterThan(460);
    }
  });
});

describe.skipIf(!hasSharedData).each(TALIB_FILES)(`TA-Lib over %s${NO_SHARED_DATA}`, (file) => {
  it.each([
    ['SMA', 'sma', ['timePeriod'], { output: 'value' }, 5],
    ['EMA', 'ema', ['timePeriod'], { output: 'value' }, 5],
    ['RSI', 'rsi', ['timePeriod'], { output: 'value' }, 2],
    ['BBANDS', 'bbands', ['timePeriod', 'nbDevUp'], { upper: 'upper', middle: 'middle', lower: 'lower' }, 2],
  ] as const)('%s', (fn, name, params, outputs, calls) => {
    const results = talibResults(file, fn);
    expect(results).toHaveLength(calls);
    for (const theirs of results) {
      const ours = compute(name, params.map((param) => theirs.params[param]!), talibCandles(file)); // prettier-ignore
      for (const [theirName, output] of Object.entries(outputs)) {
        compare(ours.get(output)!, theirs.outputs.get(theirName)!, { relative: 1e-8 });
      }
    }
  });

  it('MACD converges: TA-Lib starts the fast average late', () => {
    const results = talibResults(file, 'MACD');
    expect(results).toHaveLength(2);
    for (const { params, firstBar, outputs } of results) {
      const { fastPeriod, slowPeriod, signalPeriod } = params;
      const ours = compute('macd', [fastPeriod!, slowPeriod!, signalPeriod!], talibCandles(file));
      const converged = firstBar + 4 * slowPeriod!;
      for (const [theirName, output] of Object.entries({ macd: 'macd', signal: 'signal', hist: 'histogram' })) {
        const rest = numbers(outputs.get(theirName)!.slice(converged));
        const absolute = 1e-6 * Math.max(...rest.map(Math.abs));
        compare(ours.get(output)!.slice(converged), rest, { relative: 1e-6, absolute });
      }
    }
  });
});

describe.skipIf(!hasSharedData)(`StockCharts sheets, the digits printed${NO_SHARED_DATA}`, () => {
  const closesOf = (sheet: string) => ({ close: numbers(csvColumn(stockChartsSheet(sheet), 'Close')) });

  it('bbands(20, 2), width in per cent there', () => {
    const ours = compute('bbands', [20, 2], closesOf('cs-bbands'));
    const theirs = (heading: string) => csvColumn(stockChartsSheet('cs-bbands'), heading);
    const pairs = { upper: 'HighBand', middle: 'MiddleBand', lower: 'LowBand', percent_b: 'PercentageBand' };
    for (const [output, heading] of Object.entries(pairs)) {
      expect(compare(ours.get(output)!, theirs(heading), { absolute: 1e-5 })).toBeGreaterThan(10);
    }
    const widthPct = ours.get('width')!.map((width) => 100 * width);
    compare(widthPct, theirs('WidthBand'), { absolute: 1e-5 });
  });

  it('rsi(14) converges: that sheet starts its averages at zero', () => {
    const ours = compute('rsi', [14], closesOf('cs-rsi')).get('value')!;
    const theirs = csvColumn(stockChartsSheet('cs-rsi'), 'RSI');
    expect(theirs[14]).not.toBeNull();
    expect(Math.abs(ours.at(-1)! - theirs.at(-1)!)).toBeLessThan(3);
  });

  it('macd(12, 26, 9) converges: that sheet seeds with the first close', () => {
    const ours = compute('macd', [12, 26, 9], closesOf('cs-macd'));
    const theirs = { macd: 'MACD_line', signal: 'MACD_signal', histogram: 'MACD_diff' };
    for (const [output, heading] of Object.entries(theirs)) {
      const expected = csvColumn(stockChartsSheet('cs-macd'), heading);
      expect(compare(ours.get(output)!.slice(110), expected.slice(110), { absolute: 1e-3 })).toBe(14);
    }
  });
});

describe.skipIf(!hasSharedData)(`Lean's reference values${NO_SHARED_DATA}`, () => {
  it.each([
    ['sma', [14], 'value', 'SMA14', 0.006],
    ['ema', [14], 'value', 'EMA14', 0.006],
    ['rsi', [14], 'value', 'RSI 14 Wilder', 6e-4],
    ['macd', [12, 26, 9], 'macd', 'MACD 12 26', 6e-3],
  ] as const)('%s(%j).%s', (name, params, output, heading, absolute) => {
    const ours = compute(name, params, { close: numbers(csvColumn(LEAN_VALUES, 'Close')) }).get(output)!;
    const both = whereKnown(ours, csvColumn(LEAN_VALUES, heading));
    expect(compare(both.ours, both.theirs, { absolute })).toBeGreaterThan(50);
  });
});

describe.skipIf(!hasSharedData)(`Tulip's own vectors, three decimals${NO_SHARED_DATA}`, () => {
  it.each([
    ['sma', ['value']],
    ['rsi', ['value']],
    ['bbands', ['lower', 'middle', 'upper']],
  ] as const)('%s', (name, outputs) => {
    const { options, arrays } = tulipVector(name);
    const [close, ...theirs] = arrays;
    const ours = compute(name, options, { close: close! });
    outputs.forEach((output, i) => {
      const aligned = alignedToEnd(theirs[i]!, close!.length);
      expect(compare(ours.get(output)!, aligned, { absolute: 1e-3 })).toBe(theirs[i]!.length);
    });
  });

  it('ema converges: Tulip seeds with the first value', () => {
    const { options, arrays } = tulipVector('ema');
    const ours = compute('ema', options, { close: arrays[0]! }).get('value')!;
    expect(Math.abs(ours.at(-1)! - arrays[1]!.at(-1)!)).toBeLessThan(0.05);
  });
});

describe.skipIf(!hasSharedData)(`Skender's difficult quotes${NO_SHARED_DATA}`, () => {
  it.each(['bad', 'bitcoin', 'intraday', 'mismatch', 'penny'])('%s: nothing infinite, no crash', (set) => {
    const candles = skenderQuotes(set);
    expect(candles.close.length).toBeGreaterThan(100);
    for (const { name, params } of INDICATORS.values()) {
      const outputs = compute(name, params.map((param) => param.default), candles); // prettier-ignore
      for (const [output, values] of outputs) {
        expect([name, output, values.some((value) => Math.abs(value) === Infinity)]).toEqual([name, output, false]);
        expect([name, output, values.some((value) => Number.isFinite(value))]).toEqual([name, output, true]);
      }
    }
  });
});
