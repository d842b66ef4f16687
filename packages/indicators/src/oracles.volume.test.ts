import { hasSharedData, NO_SHARED_DATA } from '@ubot/testing';
import { describe, expect, it } from 'vitest';
import {
  alignedToEnd,
  compare,
  compute,
  skenderQuotes,
  skenderSeries,
  TALIB_FILES,
  talibCandles,
  talibResults,
  tulipVector,
} from './oracles.testing.ts';

describe.skipIf(!hasSharedData)(`Skender on volume, full precision${NO_SHARED_DATA}`, () => {
  it.each([
    ['obv', [], 'obv', 'obv'],
    ['ad', [], 'adl', 'adl'],
    ['cmf', [20], 'cmf', 'cmf'],
    ['mfi', [14], 'mfi', 'mfi'],
    ['adosc', [3, 10], 'chaikin-osc', 'oscillator'],
  ] as const)('%s(%j)', (name, params, theirName, series) => {
    const ours = compute(name, params, skenderQuotes()).get('value')!;
    const theirs = skenderSeries(theirName)[series]!;
    expect(compare(ours, theirs, { relative: 1e-9, absolute: 1e-6 })).toBeGreaterThan(470);
  });

  it('force_index, of the period that they take', () => {
    const theirs = skenderSeries('force')['forceIndex']!;
    const period = theirs.findIndex((value) => value !== null);
    const ours = compute('force_index', [period], skenderQuotes()).get('value')!;
    expect(compare(ours, theirs, { relative: 1e-9 })).toBeGreaterThan(480);
  });

  it('vwap, of one session as theirs', () => {
    const quotes = skenderQuotes();
    const oneDay = { ...quotes, openAtMs: quotes.close!.map((_, at) => at) };
    const ours = compute('vwap', [], oneDay).get('value')!;
    expect(compare(ours, skenderSeries('vwap')['vwap']!, { relative: 1e-9 })).toBe(502);
  });
});

describe.skipIf(!hasSharedData).each(TALIB_FILES)(`TA-Lib on volume, %s${NO_SHARED_DATA}`, (file) => {
  const theirsOf = (fn: string) => {
    const [call] = talibResults(file, fn);
    return { params: Object.values(call!.params), output: call!.outputs.get('output')! };
  };

  it('AD', () => {
    const ours = compute('ad', [], talibCandles(file)).get('value')!;
    expect(compare(ours, theirsOf('AD').output, { relative: 1e-8, absolute: 1e-6 })).toBeGreaterThan(900);
  });

  it('OBV, which begins with the first volume there and with 0 here', () => {
    const candles = talibCandles(file);
    const ours = compute('obv', [], candles).get('value')!.map((value) => value + candles.volume[0]!); // prettier-ignore
    expect(compare(ours, theirsOf('OBV').output, { relative: 1e-8, absolute: 1e-6 })).toBeGreaterThan(900);
  });

  it('MFI', () => {
    const { params, output } = theirsOf('MFI');
    const ours = compute('mfi', params, talibCandles(file)).get('value')!;
    expect(compare(ours, output, { relative: 1e-8, absolute: 1e-9 })).toBeGreaterThan(900);
  });

  it('ADOSC, which seeds with the first value: once that is forgotten', () => {
    const { params, output } = theirsOf('ADOSC');
    const ours = compute('adosc', params, talibCandles(file)).get('value')!;
    const size = Math.max(...output.map((value) => Math.abs(value ?? 0)));
    expect(compare(ours.slice(300), output.slice(300), { absolute: 1e-9 * size })).toBeGreaterThan(600);
  });
});

describe.skipIf(!hasSharedData)(`Tulip's own vectors on volume, three decimals${NO_SHARED_DATA}`, () => {
  it.each([
    ['ad', 'ad', ['high', 'low', 'close', 'volume']],
    ['obv', 'obv', ['close', 'volume']],
    ['mfi', 'mfi', ['high', 'low', 'close', 'volume']],
  ] as const)('%s', (name, theirName, inputs) => {
    const { options, arrays } = tulipVector(theirName);
    const candles = Object.fromEntries(inputs.map((input, i) => [input, arrays[i]!]));
    const ours = compute(name, options, candles).get('value')!;
    const theirs = alignedToEnd(arrays[inputs.length]!, ours.length);
    expect(compare(ours, theirs, { absolute: 1e-3 })).toBeGreaterThan(5);
  });
});

describe('small examples by hand', () => {
  it('vpt adds volume times the relative change', () => {
    const candles = { close: [10, 11, 11, 5.5], volume: [100, 50, 70, 40] };
    expect(compute('vpt', [], candles).get('value')).toEqual([0, 5, 5, -15]);
  });

  it('vwap starts anew with the UTC day', () => {
    const price = [10, 20, 40, 40];
    const candles = {
      high: price,
      low: price,
      close: price,
      volume: [1, 3, 5, 0],
      openAtMs: [0, 3_600_000, 86_400_000, 172_800_000],
    };
    expect(compute('vwap', [], candles).get('value')).toEqual([10, 17.5, 40, NaN]);
  });

  it('ease_of_movement(2, 100): moves of the middle times range over volume', () => {
    const candles = { high: [12, 14, 16], low: [8, 10, 10], volume: [5, 8, 6] };
    // (12 - 10) * 4 / 8 = 1, (13 - 12) * 6 / 6 = 1, times 100.
    expect(compute('ease_of_movement', [2, 100], candles).get('value')).toEqual([NaN, NaN, 100]);
  });
});
