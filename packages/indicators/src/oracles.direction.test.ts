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

describe.skipIf(!hasSharedData)(`Skender on direction, full precision${NO_SHARED_DATA}`, () => {
  it.each([
    ['adx', [14], 'adx', { adx: 'adx', plus_di: 'pdi', minus_di: 'mdi' }],
    ['supertrend', [10, 3], 'supertrend', { supertrend: 'superTrend' }],
    [
      'ichimoku',
      [9, 26, 52],
      'ichimoku',
      { conversion: 'tenkanSen', base: 'kijunSen', span_a: 'senkouSpanA', span_b: 'senkouSpanB' },
    ],
    ['vortex', [14], 'vortex', { plus: 'pvi', minus: 'nvi' }],
    ['heikin_ashi', [], 'heikinashi', { open: 'open', high: 'high', low: 'low', close: 'close' }],
  ] as const)('%s(%j)', (name, params, theirName, outputs) => {
    const ours = compute(name, params, skenderQuotes());
    const series = skenderSeries(theirName);
    for (const [output, theirs] of Object.entries(outputs)) {
      expect(compare(ours.get(output)!, series[theirs]!, { relative: 1e-9 })).toBeGreaterThan(420);
    }
  });

  it('supertrend goes up where its lower band is the stop', () => {
    const ours = compute('supertrend', [10, 3], skenderQuotes()).get('direction')!;
    const { upperBand, lowerBand } = skenderSeries('supertrend');
    const theirs = lowerBand!.map((lower, at) => (lower !== null ? 1 : upperBand![at] !== null ? -1 : null));
    expect(compare(ours, theirs, {})).toBe(492);
    expect(new Set(theirs)).toEqual(new Set([null, 1, -1]));
  });

  it('psar(0.02, 0.2) once it met: there it begins upward, and a stop may stand inside the candle that turned it', () => {
    const ours = compute('psar', [0.02, 0.2], skenderQuotes()).get('value')!;
    const theirs = skenderSeries('psar')['sar']!;
    const { low } = skenderQuotes();
    expect(ours[250]).toBe(low[250]);
    expect(theirs[250]).toBeGreaterThan(low[250]!);
    const rest = compare(ours.with(250, NaN).slice(50), theirs.with(250, null).slice(50), { relative: 1e-9 });
    expect(rest).toBe(451);
  });

  it('pivots of the month before, for each day of a month', () => {
    const { openAtMs, high, low, close } = skenderQuotes();
    const months = openAtMs.map((time) => new Date(time).toISOString().slice(0, 7));
    const theirs = skenderSeries('pivot-points');
    for (const month of [...new Set(months)].slice(0, -1)) {
      const days = months.flatMap((other, at) => (other === month ? [at] : []));
      const next = days.at(-1)! + 1;
      const ours = compute('pivots', [], {
        high: [Math.max(...days.map((at) => high[at]!))],
        low: [Math.min(...days.map((at) => low[at]!))],
        close: [close[days.at(-1)!]!],
      });
      for (const [output, values] of ours) {
        expect(compare(values, [theirs[output]![next]!], { relative: 1e-9 })).toBe(1);
      }
    }
  });
});

describe.skipIf(!hasSharedData).each(TALIB_FILES)(`TA-Lib on direction, %s${NO_SHARED_DATA}`, (file) => {
  it.each([
    ['ADX', 'adx'],
    ['PLUS_DI', 'plus_di'],
    ['MINUS_DI', 'minus_di'],
  ] as const)('%s once converged: the last of the first values goes in as a later one there', (fn, output) => {
    for (const { params, outputs } of talibResults(file, fn)) {
      const period = params['timePeriod']!;
      const ours = compute('adx', [period], talibCandles(file))
        .get(output)!
        .slice(30 * period);
      const theirs = outputs.get('output')!.slice(30 * period);
      expect(compare(ours, theirs, { relative: 1e-8, absolute: 1e-9 })).toBeGreaterThan(500);
    }
  });

  it('SAR, from the second candle on', () => {
    for (const { params, outputs } of talibResults(file, 'SAR')) {
      const ours = compute('psar', [params['acceleration']!, params['maximum']!], talibCandles(file)).get('value')!;
      expect(compare(ours, outputs.get('output')!, { relative: 1e-8 })).toBeGreaterThan(990);
    }
  });
});

describe.skipIf(!hasSharedData)(`Tulip's own vectors on direction, three decimals${NO_SHARED_DATA}`, () => {
  it('psar(0.2, 1): its maximum of 2 is never reached', () => {
    const { options, arrays } = tulipVector('psar');
    const ours = compute('psar', [options[0]!, 1], { high: arrays[0]!, low: arrays[1]! }).get('value')!;
    expect(compare(ours, alignedToEnd(arrays[2]!, 15), { absolute: 1e-3 })).toBe(14);
  });
});
