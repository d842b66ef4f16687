import { describe, expect, it } from 'vitest';
import { checkParams, INDICATORS } from './catalogue.ts';

const refused = (detail: string) => ({ ok: false, failure: { code: 'INDICATOR_PARAM_OUT_OF_RANGE', detail } });

describe('the catalogue', () => {
  it('names the indicators, their outputs and their warm-up', () => {
    const rows = [...INDICATORS.values()].map((d) => [d.name, d.outputs, d.warmUp(d.params.map((p) => p.default))]);
    expect(rows).toEqual([
      ['sma', ['value'], 20],
      ['ema', ['value'], 20],
      ['wma', ['value'], 20],
      ['rma', ['value'], 14],
      ['dema', ['value'], 39],
      ['tema', ['value'], 58],
      ['hma', ['value'], 11],
      ['kama', ['value'], 11],
      ['vwma', ['value'], 20],
      ['adx', ['adx', 'plus_di', 'minus_di'], 28],
      ['psar', ['value'], 2],
      ['supertrend', ['supertrend', 'direction'], 11],
      ['ichimoku', ['conversion', 'base', 'span_a', 'span_b'], 78],
      ['vortex', ['plus', 'minus'], 15],
      ['rsi', ['value'], 15],
      ['stoch_rsi', ['k', 'd'], 32],
      ['stoch', ['k', 'd'], 18],
      ['macd', ['macd', 'signal', 'histogram'], 34],
      ['ppo', ['ppo', 'signal', 'histogram'], 34],
      ['roc', ['value'], 11],
      ['momentum', ['value'], 11],
      ['cci', ['value'], 20],
      ['williams_r', ['value'], 14],
      ['ultimate', ['value'], 29],
      ['trix', ['value'], 44],
      ['tsi', ['tsi', 'signal'], 44],
      ['cmo', ['value'], 15],
      ['aroon', ['up', 'down', 'oscillator'], 15],
      ['awesome', ['value'], 34],
      ['bbands', ['upper', 'middle', 'lower', 'percent_b', 'width'], 20],
      ['highest', ['value'], 20],
      ['lowest', ['value'], 20],
      ['stddev', ['value'], 20],
      ['tr', ['value'], 2],
      ['atr', ['value'], 15],
      ['natr', ['value'], 15],
      ['keltner', ['upper', 'middle', 'lower'], 20],
      ['donchian', ['upper', 'middle', 'lower'], 20],
      ['chandelier', ['long', 'short'], 23],
      ['heikin_ashi', ['open', 'high', 'low', 'close'], 1],
      ['pivots', ['pp', 'r1', 's1', 'r2', 's2', 'r3', 's3'], 1],
    ]);
  });
});

describe('checking parameters', () => {
  for (const definition of INDICATORS.values()) {
    definition.params.forEach((param, i) => {
      const defaults = definition.params.map((p) => p.default);
      const withValue = (value: number) => checkParams(definition.name, defaults.with(i, value));
      const step = param.kind === 'integer' ? 1 : 1e-9;

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
