import { describe, expect, it } from 'vitest';
import { checkParams, INDICATORS } from './catalogue.ts';

const refused = (detail: string) => ({ ok: false, failure: { code: 'INDICATOR_PARAM_OUT_OF_RANGE', detail } });

describe('the catalogue', () => {
  it('has every indicator that the language promises, and no name twice', () => {
    const promised =
      'sma ema wma rma dema tema hma kama vwma rsi stoch_rsi stoch macd ppo roc momentum cci williams_r mfi ultimate trix ' +
      'tsi cmo aroon awesome adx psar supertrend ichimoku vortex tr atr natr bbands keltner donchian chandelier obv ad ' +
      'cmf adosc vwap force_index ease_of_movement vpt heikin_ashi pivots stddev highest lowest';
    expect(promised.split(' ').filter((name) => !INDICATORS.has(name))).toEqual([]);
    expect([...INDICATORS.values()].map(({ name }) => name)).toEqual([...INDICATORS.keys()]);
    const names = [...INDICATORS.values()].flatMap(({ name, outputs }) => [name, ...outputs]);
    expect(names.filter((name) => !/^[a-z][a-z0-9_]*$/.test(name))).toEqual([]);
  });

  it.each([
    ['stoch', ['k', 'd']],
    ['macd', ['macd', 'signal', 'histogram']],
    ['aroon', ['up', 'down', 'oscillator']],
    ['adx', ['adx', 'plus_di', 'minus_di']],
    ['bbands', ['upper', 'middle', 'lower', 'percent_b', 'width']],
  ])('%s has the outputs %j', (name, outputs) => expect(INDICATORS.get(name)!.outputs).toEqual(outputs));
});

describe('checking parameters', () => {
  for (const definition of INDICATORS.values()) {
    definition.params.forEach((param, i) => {
      const defaults = definition.params.map((p) => p.default);
      const withValue = (value: number) => checkParams(definition.name, defaults.with(i, value));
      const step = param.kind === 'integer' ? 1 : 1e-9 * Math.max(1, param.maximum);

      it(`takes ${param.name} of ${definition.name} from ${param.minimum} to ${param.maximum} and nothing beyond`, () => {
        // At its limit a parameter may still not go together with the others (fast below slow).
        const within = (value: number) => {
          const result = withValue(value);
          return result.ok || result.failure.detail.includes('must be below');
        };
        expect([param.minimum, param.maximum].map(within)).toEqual([true, true]);
        for (const value of [param.minimum - step, param.maximum + step, NaN, Infinity, -Infinity]) {
          const kind = param.kind === 'integer' ? 'a whole number ' : '';
          expect(withValue(value)).toEqual(
            refused(
              `${param.name} of ${definition.name} must be ${kind}from ${param.minimum} to ${param.maximum}, not ${value}.`,
            ),
          );
        }
        expect(withValue(param.minimum + 0.5).ok).toBe(param.kind === 'number');
      });
    });
  }

  it('fills in the defaults of parameters left out', () => {
    expect(checkParams('macd', [5])).toEqual({ ok: true, value: [5, 26, 9] });
    expect(checkParams('bbands', [])).toEqual({ ok: true, value: [20, 2] });
  });

  it('refuses too many parameters, parameters that do not go together, and unknown names', () => {
    expect(checkParams('rsi', [14, 3])).toEqual(refused('rsi takes at most 1 parameters, not 2.'));
    expect(checkParams('macd', [26, 26, 9])).toEqual(refused('macd: fast (26) must be below slow (26).'));
    expect(checkParams('macd', [25, 26, 9]).ok).toBe(true);
    expect(checkParams('constructor', [])).toEqual({
      ok: false,
      failure: {
        code: 'INDICATOR_UNKNOWN',
        detail: `There is no constructor; known are ${[...INDICATORS.keys()].join(', ')}.`,
      },
    });
  });
});
