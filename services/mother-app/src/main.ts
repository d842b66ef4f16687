import { readConfig, runMain } from '@ubot/service-kit';
import { buildMotherApp } from './app.ts';
import { MOTHER_APP_CONFIG } from './config.ts';

runMain({
  service: 'mother-app',
  async start({ env, logger, lifecycle }) {
    const app = buildMotherApp(readConfig(MOTHER_APP_CONFIG, env), {
      logger,
      nowMs: () => Date.now(),
      random: () => Math.random(),
    });
    lifecycle.onStop('mother-app', () => app.close());
    await app.listen();
  },
  healthUrl: (env) => `http://127.0.0.1:${readConfig(MOTHER_APP_CONFIG, env).MOTHER_APP_PORT}/health`,
});
