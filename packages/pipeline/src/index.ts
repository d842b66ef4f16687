export { createPipeline } from './pipeline.ts';
export { ABANDONED_RUNS_MAX } from './lane.ts';
export type {
  Module,
  ModuleState,
  Pipeline,
  PipelineEvent,
  PipelineOptions,
  ProcessContext,
  CircuitOptions,
} from './types.ts';
