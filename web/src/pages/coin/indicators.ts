import type { CandleWire } from '@ubot/contracts';
import {
  checkParams,
  computeIndicator,
  INDICATORS,
  type CandleInput,
  type IndicatorDefinition,
} from '@ubot/indicators';
import { recall, remember } from '../../lib/storage.ts';

/** An indicator of the catalogue with its parameters, as it stands on the chart. */
export interface ChosenIndicator {
  readonly name: string;
  readonly params: readonly number[];
}
export const MOST_INDICATORS = 8;
const FIRST: readonly ChosenIndicator[] = [
  { name: 'ema', params: [20] },
  { name: 'rsi', params: [14] },
];

/** "rsi(14)", as the language writes it. */
export const labelOf = ({ name, params }: ChosenIndicator): string =>
  params.length === 0 ? name : `${name}(${params.join(', ')})`;

/** What was on the chart the last time; what the catalogue does not know any more is left out. */
export function recallIndicators(): readonly ChosenIndicator[] {
  const kept = recall('chart.indicators');
  if (kept === null) return FIRST;
  try {
    const list = JSON.parse(kept) as readonly ChosenIndicator[];
    return list.filter(({ name, params }) => checkParams(name, params).ok).slice(0, MOST_INDICATORS);
  } catch {
    return FIRST;
  }
}
export const rememberIndicators = (chosen: readonly ChosenIndicator[]): void =>
  remember('chart.indicators', JSON.stringify(chosen));

export function definitionOf({ name }: ChosenIndicator): IndicatorDefinition {
  const definition = INDICATORS.get(name);
  if (definition === undefined) throw new Error(`no indicator ${name}`);
  return definition;
}

const column = (candles: readonly CandleWire[], input: CandleInput): Float64Array => {
  switch (input) {
    // A polled source has the rolling figure only: unknown here, as it is in strategies.
    case 'volume':
      return new Float64Array(candles.length).fill(Number.NaN);
    case 'volume_24h':
      return Float64Array.from(candles, ({ volume24hUsd }) => volume24hUsd ?? Number.NaN);
    default:
      return Float64Array.from(candles, (candle) => candle[input]);
  }
};

/** One column for each output, aligned with the candles, NaN where unknown: by the server's own kernels. */
export function indicatorColumns(chosen: ChosenIndicator, candles: readonly CandleWire[]): Float64Array[] {
  const definition = definitionOf(chosen);
  const checked = checkParams(chosen.name, chosen.params);
  if (!checked.ok) return definition.outputs.map(() => new Float64Array(candles.length).fill(Number.NaN));
  const inputs = definition.inputs === 'series' ? (['close'] as const) : definition.inputs;
  return computeIndicator({
    definition,
    params: checked.value,
    inputs: inputs.map((input) => column(candles, input)),
    openAtMs: candles.map(({ openAtMs }) => openAtMs),
  });
}
