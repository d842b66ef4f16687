import { runMain } from '@ubot/service-kit';
import { buildUserManager } from './app.ts';
import { readUserManagerConfig } from './config.ts';

runMain({
  service: 'user-manager',
  healthUrl: (env) => `http://127.0.0.1:${readUserManagerConfig(env).USER_MANAGER_PORT}/health`,
  async start({ env, logger, lifecycle }) {
    const userManager = buildUserManager(readUserManagerConfig(env), {
      logger,
      nowMs: Date.now,
      // Once, and not through the logger: logs are kept and passed on.
      onOneTimePassword: ({ email, password }) => {
        process.stdout.write(`Sign in as ${email} with the one-time password ${password}\n`);
      },
    });
    lifecycle.onStop('user-manager', () => userManager.close());
    await userManager.listen();
  },
});
