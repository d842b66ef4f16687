export {
  GAP_LIMIT_CANDLES,
  LARGEST_INPUT,
  LONGEST_PERIOD,
  type CandleInput,
  type ChartHint,
  type ColumnStep,
  type IndicatorColumns,
  type IndicatorDefinition,
  type IndicatorFamily,
  type IndicatorMemory,
  type IndicatorParam,
  type OutputUnit,
} from './types.ts';
export { INDICATORS, checkParams } from './catalogue.ts';
export { computeIndicator } from './compute.ts';
export { past } from './history/past.ts';
export { falling, rising } from './history/trend.ts';
