import { UbotError } from '@ubot/contracts';
import { LOG_CONFIG } from './common.ts';
import { readConfig, type Env } from './config.ts';
import { createLifecycle, type Lifecycle } from './lifecycle.ts';
import { createLogger, redactText, type Logger } from './logger.ts';

export interface MainContext {
  env: Env;
  logger: Logger;
  lifecycle: Lifecycle;
}

export interface MainOptions {
  service: string;
  start(context: MainContext): Promise<void>;
  /** Where this process answers GET /health; with it, the argument `--health` asks a running one and exits 0 or 1. */
  healthUrl?: (env: Env) => string;
}

const HEALTH_LIMIT_MS = 4_000;
// A Ctrl-C reaches us from the terminal and once more from npm: what follows that closely is the same wish.
const SAME_SIGNAL_MS = 1_000;
const EXIT_OK = 0;
const EXIT_FAILED = 1;

/**
 * Runs a service as a process: the only code that touches signals and exit codes. SIGINT and SIGTERM stop it in order,
 * a second signal at once; a start that fails says why in one sentence on stderr; a bug nobody caught stops it with 1.
 */
export function runMain(options: MainOptions): void {
  if (process.argv.includes('--health') && options.healthUrl !== undefined) {
    void askHealth(options.healthUrl).then((ready) => process.exit(ready ? EXIT_OK : EXIT_FAILED));
    return;
  }
  void runService(options);
}

async function runService({ service, start }: MainOptions): Promise<void> {
  let logger: Logger;
  try {
    logger = createLogger({ service, level: readConfig(LOG_CONFIG, process.env).UBOT_LOG_LEVEL });
  } catch (error) {
    complain(service, error);
    process.exit(EXIT_FAILED);
  }
  const lifecycle = createLifecycle(logger);
  let endingSinceMs: number | null = null;

  const end = async (exitCode: number): Promise<void> => {
    if (endingSinceMs !== null) {
      if (performance.now() - endingSinceMs < SAME_SIGNAL_MS) return;
      process.exit(EXIT_FAILED);
    }
    endingSinceMs = performance.now();
    await lifecycle.stop();
    process.exit(exitCode);
  };
  const onBug = (error: unknown): void => {
    logger.fatal({ event: 'process.uncaught', error });
    void end(EXIT_FAILED);
  };
  process.on('SIGINT', () => void end(EXIT_OK));
  process.on('SIGTERM', () => void end(EXIT_OK));
  process.on('uncaughtException', onBug);
  process.on('unhandledRejection', onBug);

  try {
    await start({ env: process.env, logger, lifecycle });
  } catch (error) {
    if (!(error instanceof UbotError)) logger.fatal({ event: 'process.start_failed', error });
    complain(service, error);
    await end(EXIT_FAILED);
  }
}

function complain(service: string, error: unknown): void {
  const sentence = error instanceof Error ? error.message : String(error);
  process.stderr.write(`${service}: ${redactText(sentence)}\n`);
}

async function askHealth(urlOf: (env: Env) => string): Promise<boolean> {
  try {
    const answer = await fetch(urlOf(process.env), { signal: AbortSignal.timeout(HEALTH_LIMIT_MS) });
    await answer.body?.cancel();
    return answer.status === 200;
  } catch {
    return false;
  }
}
