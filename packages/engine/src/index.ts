export {
  createEngine,
  type Engine,
  type HistoryRequest,
  type HistoryContext,
  type AcceptOptions,
  type SliceVerdicts,
  type ValueQuery,
} from './engine.ts';
export { type EngineStrategy, type EvaluationMode, MIN_RING_ROWS, MAX_RING_ROWS } from './program.ts';
export { type MarketReading } from './feed.ts';
export { type VerdictBits } from './bits.ts';
export { createSliceRunner, type SliceTask, type SliceStep } from './task.ts';
