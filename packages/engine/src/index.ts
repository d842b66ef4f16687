export {
  createEngine,
  type AcceptOptions,
  type Engine,
  type HistoryContext,
  type HistoryRequest,
  type ValueQuery,
  type VerdictQuery,
} from './engine.ts';
export { type Change } from './changes.ts';
export { type DomainCensus } from './domain.ts';
export {
  LARGEST_HANDLE,
  MAX_RING_ROWS,
  MIN_RING_ROWS,
  type EngineDepth,
  type EngineStrategy,
  type EvaluationMode,
} from './program.ts';
export { type MarketReading } from './feed.ts';
export { createSliceRunner, type SliceResult, type SliceSteps, type SliceTask } from './task.ts';
export { createHistory, type History } from './history/history.ts';
export { distanceOf, unknownPartsOf, type UnknownPart } from './nearness.ts';
export { type CoinNumbers } from './verdict.ts';
export { verdictName } from './history/verdicts.ts';
export { type CandleHistory, type CandleSeries, type CoinCandles, type MarketReadings } from './history/candles.ts';
