export { createPipeline, refereeByName } from './pipeline.ts';
export { createEventModule, type EventModule, type EventModuleOptions, type Feed } from './eventModule.ts';
export { ABANDONED_RUNS_MAX } from './lane.ts';
export {
  startModuleThread,
  type ModuleThread,
  type ModuleThreadEvent,
  type ModuleThreadOptions,
} from './thread/moduleThread.ts';
export {
  DECLINED,
  isDeclined,
  type Answer,
  type Module,
  type ModuleState,
  type Pipeline,
  type PipelineEvent,
  type PipelineOptions,
  type ProcessContext,
  type CircuitOptions,
} from './types.ts';
