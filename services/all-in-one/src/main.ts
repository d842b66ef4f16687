import { createWriteStream } from 'node:fs';
import { rename, stat } from 'node:fs/promises';
import { createLogger, LOG_CONFIG, readConfig, runMain, type Env, type Logger } from '@ubot/service-kit';
import { checkSettings, startUbot } from './app.ts';
import { environmentWithDotEnv, readAllInOneConfig, type AllInOneConfig } from './config.ts';
import { openDataDir, type DataDir } from './dataDir.ts';
import { greet } from './greeting.ts';

const LOG_BYTES_MOST = 50 * 1024 * 1024;

async function openLog(env: Env, config: AllInOneConfig, dataDir: DataDir): Promise<(service: string) => Logger> {
  const level = readConfig(LOG_CONFIG, env).UBOT_LOG_LEVEL;
  if (config.UBOT_LOG === 'stdout') return (service) => createLogger({ service, level });
  const size = await stat(dataDir.logFile).then(
    (found) => found.size,
    () => 0,
  );
  if (size > LOG_BYTES_MOST) await rename(dataDir.logFile, `${dataDir.logFile}.1`);
  const destination = createWriteStream(dataDir.logFile, { flags: 'a', mode: 0o600 });
  return (service) => createLogger({ service, level, destination });
}

runMain({
  service: 'uBot',
  async start({ env: processEnv, lifecycle }) {
    const env = environmentWithDotEnv(processEnv, process.cwd());
    const config = readAllInOneConfig(env);
    // What `ubot doctor` asks: whether the settings can be used, and nothing else.
    if (process.argv.includes('--check-settings')) return checkSettings(env, config);
    const dataDir = await openDataDir(config.UBOT_DATA_DIR);
    const loggerOf = await openLog(env, config, dataDir);
    const knewPassword = (await dataDir.oneTimePassword()) !== null;
    const running = await startUbot({
      env,
      config,
      dataDir,
      loggerOf,
      lifecycle,
      say: (line) => void process.stdout.write(`${line}\n`),
    });
    const greeting = greet({
      running,
      publicUrl:
        env['UBOT_PUBLIC_URL'] || running.url.replace('127.0.0.1', 'localhost').replace('0.0.0.0', 'localhost'),
      dataDir: dataDir.path,
      passwordFile: dataDir.passwordFile,
      firstStart: !knewPassword,
      logFile: config.UBOT_LOG === 'file' ? dataDir.logFile : null,
    });
    process.stdout.write(`${greeting}\n`);
  },
});
