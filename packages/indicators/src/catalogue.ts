import type { Result } from '@ubot/market';
import { heikinAshi } from './candles/heikinAshi.ts';
import { pivots } from './candles/pivots.ts';
import { aroon } from './momentum/aroon.ts';
import { awesome } from './momentum/awesome.ts';
import { cci } from './momentum/cci.ts';
import { cmo } from './momentum/cmo.ts';
import { macd } from './momentum/macd.ts';
import { mfi } from './momentum/mfi.ts';
import { momentum } from './momentum/momentum.ts';
import { ppo } from './momentum/ppo.ts';
import { roc } from './momentum/roc.ts';
import { rsi } from './momentum/rsi.ts';
import { stoch } from './momentum/stoch.ts';
import { stochRsi } from './momentum/stochRsi.ts';
import { trix } from './momentum/trix.ts';
import { tsi } from './momentum/tsi.ts';
import { ultimate } from './momentum/ultimate.ts';
import { williamsR } from './momentum/williamsR.ts';
import { PATTERNS } from './pattern/patterns.ts';
import { adx } from './trend/adx.ts';
import { dema } from './trend/dema.ts';
import { ema } from './trend/ema.ts';
import { hma } from './trend/hma.ts';
import { ichimoku } from './trend/ichimoku.ts';
import { kama } from './trend/kama.ts';
import { psar } from './trend/psar.ts';
import { rma } from './trend/rma.ts';
import { sma } from './trend/sma.ts';
import { supertrend } from './trend/supertrend.ts';
import { tema } from './trend/tema.ts';
import { vortex } from './trend/vortex.ts';
import { vwma } from './trend/vwma.ts';
import { wma } from './trend/wma.ts';
import { atr } from './volatility/atr.ts';
import { bbands } from './volatility/bbands.ts';
import { chandelier } from './volatility/chandelier.ts';
import { donchian } from './volatility/donchian.ts';
import { highest } from './volatility/highest.ts';
import { keltner } from './volatility/keltner.ts';
import { lowest } from './volatility/lowest.ts';
import { natr } from './volatility/natr.ts';
import { stddev } from './volatility/stddev.ts';
import { tr } from './volatility/tr.ts';
import type { IndicatorDefinition } from './types.ts';
import { ad } from './volume/ad.ts';
import { adosc } from './volume/adosc.ts';
import { cmf } from './volume/cmf.ts';
import { easeOfMovement } from './volume/easeOfMovement.ts';
import { forceIndex } from './volume/forceIndex.ts';
import { obv } from './volume/obv.ts';
import { vpt } from './volume/vpt.ts';
import { vwap } from './volume/vwap.ts';

const TREND = [sma, ema, wma, rma, dema, tema, hma, kama, vwma, adx, psar, supertrend, ichimoku, vortex];
// prettier-ignore
const MOMENTUM = [
  rsi, stochRsi, stoch, macd, ppo, roc, momentum, cci, williamsR, ultimate, trix, tsi, cmo, aroon, awesome, mfi,
];
const VOLATILITY = [bbands, highest, lowest, stddev, tr, atr, natr, keltner, donchian, chandelier];
const VOLUME = [obv, ad, cmf, adosc, vwap, forceIndex, easeOfMovement, vpt];
const CANDLES = [heikinAshi, pivots];

/** Every indicator by its name in the language. */
export const INDICATORS: ReadonlyMap<string, IndicatorDefinition> = new Map(
  [...TREND, ...MOMENTUM, ...VOLATILITY, ...VOLUME, ...CANDLES, ...PATTERNS].map((definition) => [
    definition.name,
    definition,
  ]),
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
