import { runMain } from '@ubot/service-kit';
import { buildScanner } from './app.ts';
import { readScannerConfig } from './config.ts';

runMain({
  service: 'scanner',
  healthUrl: (env) => `http://127.0.0.1:${readScannerConfig(env).SCANNER_PORT}/health`,
  async start({ env, logger, lifecycle }) {
    const scanner = buildScanner(readScannerConfig(env), { logger, nowMs: Date.now });
    lifecycle.onStop('scanner', () => scanner.close());
    await scanner.listen();
  },
});
