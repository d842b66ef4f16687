import { pino, type DestinationStream, type Logger as PinoLogger } from 'pino';

export const LOG_LEVELS = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

/** Logs are events with fields: `logger.info({ event: 'snapshot.stored', snapshotId })`. */
export type Logger = PinoLogger;

export interface LoggerOptions {
  service: string;
  level?: LogLevel;
  destination?: DestinationStream;
}

const SECRET_FIELDS = [
  'password',
  'newPassword',
  'token',
  'secret',
  'signingSecret',
  'apiKey',
  'authToken',
  'authorization',
  'connectionString',
];

// The field itself, in an event's fields and one level further down ("headers.authorization", "body.password").
const REDACT = {
  paths: SECRET_FIELDS.flatMap((field) => [field, `*.${field}`]),
  censor: '[redacted]',
};

// user:password@ in an address (as in DATABASE_URL) and bearer tokens, wherever an error's text quotes them.
const CREDENTIALS_IN_TEXT: readonly [RegExp, string][] = [
  [/(\b[a-z][a-z0-9+.-]*:\/\/)[^\s/@:]*:[^\s/@]*@/gi, '$1[redacted]@'],
  [/\bBearer\s+[\w.~+/=-]+/gi, 'Bearer [redacted]'],
];

/** Takes credentials out of a text that came from elsewhere. */
export function redactText(text: string): string {
  return CREDENTIALS_IN_TEXT.reduce((redacted, [pattern, by]) => redacted.replace(pattern, by), text);
}

/** JSON lines on stdout unless a destination is given; secrets are redacted by field name and, in errors, by form. */
export function createLogger(options: LoggerOptions): Logger {
  const settings = {
    level: options.level ?? 'info',
    base: { service: options.service },
    redact: REDACT,
    timestamp: pino.stdTimeFunctions.isoTime,
    formatters: { level: (label: string) => ({ level: label }) },
    serializers: { err: describeError, error: describeError },
  };
  return options.destination === undefined ? pino(settings) : pino(settings, options.destination);
}

const CAUSES_SHOWN = 5;

function describeError(thrown: unknown, depth = 0): unknown {
  if (!(thrown instanceof Error)) return typeof thrown === 'string' ? redactText(thrown) : thrown;
  const code = 'code' in thrown ? thrown.code : undefined;
  return {
    name: thrown.name,
    message: redactText(thrown.message),
    ...((typeof code === 'string' || typeof code === 'number') && { code }),
    ...(thrown.stack !== undefined && { stack: redactText(thrown.stack) }),
    ...(thrown.cause !== undefined && depth < CAUSES_SHOWN && { cause: describeError(thrown.cause, depth + 1) }),
  };
}
