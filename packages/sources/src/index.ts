export type {
  CoinInfo,
  HistoryPart,
  HistoryRequest,
  MarketSource,
  PollOutcome,
  PollRequest,
  PollSchedule,
  SourceLog,
} from './types.ts';
export { createSimulator, DEMO_COINS_DEFAULT, DEMO_SOURCE_NAME, type SimulatorOptions } from './simulator/driver.ts';
export {
  createSource,
  SOURCE_SETTINGS,
  type CmcSettings,
  type SourceOptions,
  type SourceSetting,
} from './createSource.ts';
export { createModuleSource, type SourceThread } from './module/driver.ts';
