import type { Result } from '@ubot/market';
import { macd } from './momentum/macd.ts';
import { rsi } from './momentum/rsi.ts';
import { ema } from './trend/ema.ts';
import { sma } from './trend/sma.ts';
import type { IndicatorDefinition } from './types.ts';
import { bbands } from './volatility/bbands.ts';

/** Every indicator by its name in the language. */
export const INDICATORS: ReadonlyMap<string, IndicatorDefinition> = new Map(
  [sma, ema, rsi, macd, bbands].map((definition) => [definition.name, definition]),
);

/**
 * Checks parameters against the catalogue and fills in the defaults of those left out at the end.
 *
 * Errors: INDICATOR_UNKNOWN; INDICATOR_PARAM_OUT_OF_RANGE for a value out of range, a fraction where a whole number is
 *         wanted, too many parameters, or parameters that do not go together.
 */
export function checkParams(name: string, params: readonly number[]): Result<number[]> {
  const definition = INDICATORS.get(name);
  if (definition === undefined) {
    const known = [...INDICATORS.keys()].join(', ');
    return { ok: false, failure: { code: 'INDICATOR_UNKNOWN', detail: `There is no ${name}; known are ${known}.` } };
  }
  const refused = (detail: string): Result<number[]> => ({
    ok: false,
    failure: { code: 'INDICATOR_PARAM_OUT_OF_RANGE', detail },
  });
  if (params.length > definition.params.length) {
    return refused(`${name} takes at most ${definition.params.length} parameters, not ${params.length}.`);
  }
  const checked: number[] = [];
  for (const [i, param] of definition.params.entries()) {
    const value = params[i] ?? param.default;
    const wanted = `${param.kind === 'integer' ? 'a whole number ' : ''}from ${param.minimum} to ${param.maximum}`;
    const fits = value >= param.minimum && value <= param.maximum;
    if (!fits || (param.kind === 'integer' && !Number.isInteger(value))) {
      return refused(`${param.name} of ${name} must be ${wanted}, not ${value}.`);
    }
    checked.push(value);
  }
  const conflict = definition.conflict?.(checked) ?? null;
  return conflict === null ? { ok: true, value: checked } : refused(`${name}: ${conflict}.`);
}
