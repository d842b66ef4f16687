export {
  defineConfig,
  readConfig,
  describeConfig,
  type Config,
  type ConfigDefinition,
  type ConfigSection,
  type Env,
} from './config.ts';
export { envString, envSecret, envInteger, envNumber, envBoolean, envEnum, envUrl, type Setting } from './settings.ts';
export { WEBHOOK_CONFIG, PUBLIC_ONLY, type AddressRules } from './addressSetting.ts';
export { MODULES_CONFIG, type ModuleSettings, type ModulesSettings } from './modulesFile.ts';
export { CSV_TYPE, csvHeaders, csvTable, wantsCsv } from './csv.ts';
export { PRICES_CONFIG } from './pricesFile.ts';
export { capsOf, EVERYBODYS_CAPS_CONFIG, USER_CAPS_CONFIG } from './capsConfig.ts';
export { LOG_CONFIG, INTERNAL_CONFIG, DATABASE_CONFIG, MAIL_CONFIG } from './common.ts';
export { createLogger, redactText, LOG_LEVELS, type Logger, type LogLevel, type LoggerOptions } from './logger.ts';
export { createLifecycle, withTimeLimit, type Lifecycle } from './lifecycle.ts';
export { runMain, type MainContext, type MainOptions } from './runMain.ts';
export {
  createHttpApp,
  listenOn,
  requireUser,
  requireOperator,
  requireService,
  bearerToken,
  type HttpAppOptions,
} from './http.ts';
export { type ClientTimes } from './serverLimits.ts';
export { createStatus } from './status.ts';
export { type HttpApp, type TypeBoxProvider } from './httpApp.ts';
export { createInternalTokens, type CallIdentity, type InternalTokens } from './tokens.ts';
export {
  createServiceClient,
  failureOfAnswer,
  unwrap,
  type ServiceClient,
  type ServiceClientOptions,
  type ServiceFailure,
  type ServiceRequest,
  type ServiceResult,
  type RawAnswer,
} from './client.ts';
export {
  parseWith,
  schemaIssues,
  validationError,
  isStorableText,
  unstorableTextPath,
  type SchemaIssue,
} from './schema.ts';
export { asUbotError, errorOf, problemOf, PROBLEM_MEDIA_TYPE } from './problem.ts';
export { newId } from './id.ts';
export { createWakes } from './wakes.ts';
