import { createPostgresBus } from '@ubot/bus';
import { runMain } from '@ubot/service-kit';
import { buildGateway } from './app.ts';
import { readGatewayConfig } from './config.ts';

runMain({
  service: 'gateway',
  healthUrl: (env) => `http://127.0.0.1:${readGatewayConfig(env).UBOT_PORT}/health`,
  async start({ env, logger, lifecycle }) {
    const config = readGatewayConfig(env);
    const bus = createPostgresBus({ connectionString: config.DATABASE_URL, log: logger });
    lifecycle.onStop('bus', () => bus.close());
    const gateway = buildGateway(config, { logger, nowMs: Date.now, bus });
    lifecycle.onStop('gateway', () => gateway.close());
    await gateway.listen();
  },
});
