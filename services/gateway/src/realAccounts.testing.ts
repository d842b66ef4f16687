import { createLogger, type Logger } from '@ubot/service-kit';
import { createTestDatabase, queryOnce } from '@ubot/testing';
import { buildUserManager, readUserManagerConfig } from '@ubot/user-manager';
import type { GatewayDeps } from './app.ts';
import type { GatewayConfig } from './config.ts';
import { startGateway, type Harness } from './harness.testing.ts';
import { SECRET } from './services.testing.ts';

export const OPERATOR_TOKEN = 'preset-token-of-a-machine';

export interface RealAccounts {
  gw: Harness;
  databaseUrl: string;
  userManagerUrl: string;
  query(statement: string): Promise<Record<string, unknown>[]>;
  close(): Promise<void>;
}

/** The gateway before the real user-manager on a real database; the other services are small servers of the tests. */
export async function startWithRealAccounts(
  given: {
    env?: Record<string, string>;
    deps?: Partial<GatewayDeps>;
    gateway?: Partial<GatewayConfig>;
    logger?: Logger;
  } = {},
): Promise<RealAccounts> {
  const database = await createTestDatabase();
  const config = readUserManagerConfig({
    USER_MANAGER_PORT: '0',
    UBOT_OPERATOR_TOKEN: OPERATOR_TOKEN,
    DATABASE_URL: database.url,
    UBOT_INTERNAL_SECRET: SECRET,
    UBOT_LOG_LEVEL: 'silent',
    ...given.env,
  });
  const userManager = buildUserManager(config, {
    logger: given.logger ?? createLogger({ service: 'user-manager', level: 'silent' }),
    nowMs: Date.now,
    onOneTimePassword: () => {},
  });
  const { url } = await userManager.listen();
  const gw = await startGateway(
    { USER_MANAGER_URL: url, DATABASE_URL: database.url, ...given.gateway },
    {},
    {
      ...(given.logger !== undefined && { logger: given.logger }),
      ...given.deps,
    },
  );
  return {
    gw,
    databaseUrl: database.url,
    userManagerUrl: url,
    query: (statement) => queryOnce(database.url, statement),
    async close() {
      await gw.close();
      await userManager.close();
      await database.close();
    },
  };
}
