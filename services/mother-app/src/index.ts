export { buildMotherApp, type MotherApp, type MotherAppDeps } from './app.ts';
export { MOTHER_APP_CONFIG, type MotherAppConfig } from './config.ts';
