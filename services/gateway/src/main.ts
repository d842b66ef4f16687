import { runMain } from '@ubot/service-kit';
import { buildGateway } from './app.ts';
import { readGatewayConfig } from './config.ts';

runMain({
  service: 'gateway',
  healthUrl: (env) => `http://127.0.0.1:${readGatewayConfig(env).UBOT_PORT}/health`,
  async start({ env, logger, lifecycle }) {
    const gateway = buildGateway(readGatewayConfig(env), { logger, nowMs: Date.now });
    lifecycle.onStop('gateway', () => gateway.close());
    await gateway.listen();
  },
});
