import { hasSharedData, NO_SHARED_DATA } from '@ubot/testing';
import { describe, expect, it } from 'vitest';
import {
  alignedToEnd,
  candleFile,
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

const value = (name: string, params: readonly number[], candles: Parameters<typeof compute>[2]) =>
  compute(name, params, candles).get('value')!;

describe.skipIf(!hasSharedData)(`Skender on trend, full precision${NO_SHARED_DATA}`, () => {
  it.each([
    ['wma', [14], 'wma', 'wma'],
    ['rma', [20], 'smma', 'smma'],
    ['hma', [14], 'hma', 'hma'],
    ['vwma', [14], 'vwma', 'vwma'],
  ] as const)('%s(%j)', (name, params, theirName, output) => {
    const theirs = skenderSeries(theirName)[output]!;
    expect(compare(value(name, params, skenderQuotes()), theirs, { relative: 1e-9 })).toBeGreaterThan(480);
  });

  it('kama(10, 2, 30); it also gives out the plain close that the average starts from', () => {
    const ours = value('kama', [10, 2, 30], skenderQuotes());
    const theirs = skenderSeries('kama')['kama']!;
    expect(theirs[9]).toBe(skenderQuotes().close[9]);
    expect(compare(ours, theirs.with(9, null), { relative: 1e-9 })).toBe(492);
  });

  it.each([
    ['dema', 14, 300],
    ['tema', 20, 450],
  ] as const)('%s(%i) once converged: there all its averages start together', (name, period, from) => {
    const ours = value(name, [period], skenderQuotes()).slice(from);
    expect(compare(ours, skenderSeries(name)[name]!.slice(from), { relative: 1e-9 })).toBe(502 - from);
  });
});

describe.skipIf(!hasSharedData).each(TALIB_FILES)(`TA-Lib on trend, %s${NO_SHARED_DATA}`, (file) => {
  it.each([
    ['wma', 'WMA', []],
    ['dema', 'DEMA', []],
    ['tema', 'TEMA', []],
    ['kama', 'KAMA', [2, 30]],
  ] as const)('%s', (name, fn, more) => {
    for (const { params, outputs } of talibResults(file, fn)) {
      const ours = value(name, [params['timePeriod']!, ...more], talibCandles(file));
      expect(compare(ours, outputs.get('output')!, { relative: 1e-8 })).toBeGreaterThan(900);
    }
  });
});

describe.skipIf(!hasSharedData)(`Tulip's own vectors on trend, three decimals${NO_SHARED_DATA}`, () => {
  it.each([
    ['wma', 'wma'],
    ['rma', 'wilders'],
    ['hma', 'hma'],
    ['vwma', 'vwma'],
  ] as const)('%s', (name, theirName) => {
    const { options, arrays } = tulipVector(theirName);
    const candles = name === 'vwma' ? { close: arrays[0]!, volume: arrays[1]! } : { close: arrays[0]! };
    const theirs = alignedToEnd(arrays.at(-1)!, arrays[0]!.length);
    expect(compare(value(name, options, candles), theirs, { absolute: 1e-3 })).toBe(arrays.at(-1)!.length);
  });

  it('kama, which also gives out the plain value that the average starts from', () => {
    const { options, arrays } = tulipVector('kama');
    const ours = value('kama', [...options, 2, 30], { close: arrays[0]! });
    const theirs = alignedToEnd(arrays[1]!, arrays[0]!.length);
    expect(compare(ours, theirs.with(4, null), { absolute: 1e-3 })).toBe(10);
  });
});

describe.skipIf(!hasSharedData)(`A spreadsheet on trend${NO_SHARED_DATA}`, () => {
  it('wma(9), four decimals', () => {
    const sheet = stockChartsSheet('cs-wma');
    const theirs = csvColumn(sheet, 'WMA');
    expect(theirs.length).toBeGreaterThan(0);
    const ours = value('wma', [9], { close: candleFile(sheet).close });
    expect(compare(ours.slice(8), theirs.slice(8), { absolute: 1e-4 })).toBeGreaterThan(10);
  });
});
