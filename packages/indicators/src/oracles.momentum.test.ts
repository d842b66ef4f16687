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

describe.skipIf(!hasSharedData)(`Skender on momentum, full precision${NO_SHARED_DATA}`, () => {
  it.each([
    ['stoch_rsi', [14, 14, 1, 3], 'stoch-rsi', { k: 'stochRsi', d: 'signal' }],
    ['stoch', [14, 3, 3], 'stoch', { k: 'k', d: 'd' }],
    ['roc', [14], 'roc', { value: 'roc' }],
    ['momentum', [14], 'roc', { value: 'momentum' }],
    ['cci', [20], 'cci', { value: 'cci' }],
    ['williams_r', [14], 'willr', { value: 'williamsR' }],
    ['ultimate', [7, 14, 28], 'uo', { value: 'ultimate' }],
    ['tsi', [25, 13, 7], 'tsi', { tsi: 'tsi', signal: 'signal' }],
    ['cmo', [14], 'cmo', { value: 'cmo' }],
    ['awesome', [5, 34], 'awesome', { value: 'oscillator' }],
  ] as const)('%s(%j)', (name, params, theirName, outputs) => {
    const ours = compute(name, params, skenderQuotes());
    const series = skenderSeries(theirName);
    for (const [output, theirs] of Object.entries(outputs)) {
      // The absolute part is for values near zero, whose digits cancelled.
      const compared = compare(ours.get(output)!, series[theirs]!, { relative: 1e-9, absolute: 1e-11 });
      expect(compared).toBeGreaterThan(450);
    }
  });

  it.each([
    ['up', 'aroonUp', 'high', Math.max],
    ['down', 'aroonDown', 'low', Math.min],
  ] as const)('aroon(25).%s, where no two candles share the extreme: of equals it takes the earliest', (...row) => {
    const [output, theirName, input, extreme] = row;
    const quotes = skenderQuotes()[input];
    const shared = quotes.map((_, at) => {
      const window = quotes.slice(Math.max(at - 25, 0), at + 1);
      return window.filter((value) => value === extreme(...window)).length > 1;
    });
    const ours = compute('aroon', [25], skenderQuotes()).get(output)!.map((value, at) => (shared[at] ? NaN : value)); // prettier-ignore
    const theirs = skenderSeries('aroon')[theirName]!.map((value, at) => (shared[at] ? null : value));
    expect(compare(ours, theirs, { relative: 1e-9 })).toBeGreaterThan(400);
  });

  it('ppo(12, 26, 9) of the volume is its PVO', () => {
    const ours = compute('ppo', [12, 26, 9], { close: skenderQuotes().volume });
    const theirs = skenderSeries('pvo');
    for (const [output, name] of Object.entries({ ppo: 'pvo', signal: 'signal', histogram: 'histogram' })) {
      const compared = compare(ours.get(output)!, theirs[name]!, { relative: 1e-9, absolute: 1e-11 });
      expect(compared).toBeGreaterThan(460);
    }
  });

  it('trix(14) once converged: there all its averages start together', () => {
    const ours = compute('trix', [14], skenderQuotes()).get('value')!.slice(350);
    const theirs = skenderSeries('trix')['trix']!.slice(350);
    expect(compare(ours, theirs, { relative: 1e-9, absolute: 1e-11 })).toBe(152);
  });
});

describe.skipIf(!hasSharedData).each(TALIB_FILES)(`TA-Lib on momentum, %s${NO_SHARED_DATA}`, (file) => {
  it.each([
    ['STOCHF', 'stoch', ['fastK_Period', 1, 'fastD_Period'], { fastK: 'k', fastD: 'd' }],
    ['STOCH', 'stoch', ['fastK_Period', 'slowK_Period', 'slowD_Period'], { slowK: 'k', slowD: 'd' }],
    ['STOCHRSI', 'stoch_rsi', ['timePeriod', 'fastK_Period', 1, 'fastD_Period'], { fastK: 'k', fastD: 'd' }],
    ['CCI', 'cci', ['timePeriod'], { output: 'value' }],
    ['WILLR', 'williams_r', ['timePeriod'], { output: 'value' }],
    ['ROC', 'roc', ['timePeriod'], { output: 'value' }],
    ['MOM', 'momentum', ['timePeriod'], { output: 'value' }],
    ['TRIX', 'trix', ['timePeriod'], { output: 'value' }],
    ['ULTOSC', 'ultimate', ['timePeriod1', 'timePeriod2', 'timePeriod3'], { output: 'value' }],
    ['AROON', 'aroon', ['timePeriod'], { up: 'up', down: 'down' }],
    ['AROONOSC', 'aroon', ['timePeriod'], { output: 'oscillator' }],
  ] as const)('%s', (fn, name, paramNames, named) => {
    for (const { params, outputs, firstBar } of talibResults(file, fn)) {
      const ours = compute(
        name,
        paramNames.map((param) => (typeof param === 'number' ? param : params[param]!)),
        talibCandles(file),
      );
      for (const [theirName, output] of Object.entries(named)) {
        // It gives fast k only from where d is known. The absolute part is for values near zero, whose digits cancelled.
        const values = ours.get(output)!.fill(NaN, 0, firstBar);
        const compared = compare(values, outputs.get(theirName)!, { relative: 1e-8, absolute: 1e-9 });
        expect(compared).toBeGreaterThan(900);
      }
    }
  });

  it('PPO once converged: it starts the fast average late', () => {
    for (const { params, outputs, firstBar } of talibResults(file, 'PPO')) {
      const from = firstBar + 8 * params['slowPeriod']!;
      const ours = compute('ppo', [params['fastPeriod']!, params['slowPeriod']!, 9], talibCandles(file));
      const theirs = outputs.get('output')!.slice(from);
      expect(compare(ours.get('ppo')!.slice(from), theirs, { relative: 1e-8, absolute: 1e-9 })).toBeGreaterThan(700);
    }
  });

  it('CMO is smoothed there as the RSI is: 2 RSI - 100', () => {
    for (const { params, outputs } of talibResults(file, 'CMO')) {
      const rsi = compute('rsi', [params['timePeriod']!], talibCandles(file)).get('value')!;
      const smoothed = rsi.map((value) => 2 * value - 100);
      expect(compare(smoothed, outputs.get('output')!, { relative: 1e-8, absolute: 1e-9 })).toBeGreaterThan(900);
    }
  });
});

describe.skipIf(!hasSharedData)(`Tulip's own vectors on momentum, three decimals${NO_SHARED_DATA}`, () => {
  const candlesOf = (arrays: readonly (readonly number[])[], inputs: readonly string[]) =>
    Object.fromEntries(inputs.map((input, i) => [input, arrays[i]!]));

  it.each([
    ['aroon', 'aroon', ['high', 'low'], ['down', 'up'], 1],
    ['aroonosc', 'aroon', ['high', 'low'], ['oscillator'], 1],
    ['cmo', 'cmo', ['close'], ['value'], 1],
    ['mom', 'momentum', ['close'], ['value'], 1],
    ['roc', 'roc', ['close'], ['value'], 100],
    ['stoch', 'stoch', ['high', 'low', 'close'], ['k', 'd'], 1],
    ['ultosc', 'ultimate', ['high', 'low', 'close'], ['value'], 1],
    ['willr', 'williams_r', ['high', 'low', 'close'], ['value'], 1],
  ] as const)('%s', (theirName, name, inputs, outputs, scale) => {
    const { options, arrays } = tulipVector(theirName);
    const ours = compute(name, options, candlesOf(arrays, inputs));
    outputs.forEach((output, i) => {
      const theirs = arrays[inputs.length + i]!;
      const values = ours.get(output)!.map((value) => value / scale);
      const aligned = alignedToEnd(theirs, values.length);
      // It gives the smoothed k only from where d is known.
      values.fill(NaN, 0, values.length - theirs.length);
      expect(compare(values, aligned, { absolute: 1e-3 })).toBe(theirs.length);
      expect(theirs.length).toBeGreaterThan(5);
    });
  });

  it('cci, which gives its values later than it could', () => {
    const { options, arrays } = tulipVector('cci');
    const ours = compute('cci', options, { high: arrays[0]!, low: arrays[1]!, close: arrays[2]! }).get('value')!;
    ours.fill(NaN, 0, 8);
    expect(compare(ours, alignedToEnd(arrays[3]!, 15), { absolute: 1e-3 })).toBe(7);
  });

  it('stochrsi, a fraction there', () => {
    const { options, arrays } = tulipVector('stochrsi');
    const ours = compute('stoch_rsi', [options[0]!, options[0]!, 1, 1], { close: arrays[0]! }).get('k')!;
    const values = ours.map((value) => value / 100);
    expect(compare(values, alignedToEnd(arrays[1]!, 15), { absolute: 1e-3 })).toBe(6);
  });
});
