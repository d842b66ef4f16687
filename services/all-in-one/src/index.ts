export { type RunningUbot, startUbot } from './app.ts';
export { ALL_IN_ONE_CONFIG, environmentWithDotEnv, readAllInOneConfig } from './config.ts';
