export {
  GAP_LIMIT_CANDLES,
  LARGEST_INPUT,
  LONGEST_PERIOD,
  type CandleInput,
  type ColumnStep,
  type IndicatorColumns,
  type IndicatorDefinition,
  type IndicatorMemory,
  type IndicatorParam,
} from './types.ts';
export { INDICATORS, checkParams } from './catalogue.ts';
export { computeIndicator } from './compute.ts';
