import { runMain } from '@ubot/service-kit';
import { buildNotifier } from './app.ts';
import { readNotifierConfig } from './config.ts';

runMain({
  service: 'notifier',
  healthUrl: (env) => `http://127.0.0.1:${readNotifierConfig(env).port}/health`,
  async start({ env, logger, lifecycle }) {
    const notifier = buildNotifier(readNotifierConfig(env), { logger, nowMs: Date.now, random: Math.random });
    lifecycle.onStop('notifier', () => notifier.close());
    await notifier.listen();
  },
});
