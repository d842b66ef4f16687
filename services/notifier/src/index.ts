export { buildNotifier, type Notifier, type NotifierDeps } from './app.ts';
export { NOTIFIER_CONFIG, readNotifierConfig, type NotifierConfig } from './config.ts';
