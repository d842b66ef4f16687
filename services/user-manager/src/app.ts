import { LIMITS, UbotError } from '@ubot/contracts';
import { createDatabase, isDatabaseUnavailable, migrate, verifyAllChannels } from '@ubot/db';
import { capsOf, createHttpApp, createInternalTokens, listenOn, PUBLIC_ONLY, type Logger } from '@ubot/service-kit';
import { createAdministration } from './administration.ts';
import { addAdministrationRoutes, addTokenRoutes } from './administrationRoutes.ts';
import { createApply } from './apply.ts';
import { addApplyRoutes } from './applyRoutes.ts';
import { createChannels } from './channels.ts';
import type { UserManagerConfig } from './config.ts';
import { addIdempotencyRoutes } from './idempotency.ts';
import { setUpOperator, type OneTimePassword } from './operator.ts';
import { createDeletion } from './deletion.ts';
import { exportAccount } from './exportAccount.ts';
import { addLeavingRoutes } from './leavingRoutes.ts';
import { createPasswords, type Passwords } from './passwords.ts';
import { createPersonalTokens } from './personalTokens.ts';
import {
  addAccountRoutes,
  addChannelRoutes,
  addScannerRoutes,
  addStrategyRoutes,
  addStrategyVerbRoutes,
} from './routes.ts';
import { createAccount } from './settings.ts';
import { createSignIn } from './signIn/index.ts';
import { addSecurityRoutes, addSignInRoutes } from './signIn/routes.ts';
import { createStrategies } from './strategies.ts';
import { addQuotaRoutes } from './quotaRoutes.ts';
import { createQuotas } from './quotas.ts';
import { createChannelVerification } from './verification.ts';
import { addVerificationRoutes } from './verificationRoutes.ts';
import { addWatchlistRoutes } from './watchlistRoutes.ts';
import { createWatchlists } from './watchlists.ts';
import { createWebhookTargets } from './webhookTargets.ts';

const POOL_CONNECTIONS = 5;

export interface UserManagerDeps {
  logger: Logger;
  nowMs: () => number;
  /** Told the operator's one-time password at the first start, before the account is committed. */
  onOneTimePassword: (shown: OneTimePassword) => Promise<void> | void;
  passwords?: Passwords;
}

export interface UserManager {
  /** Brings the database to this version, sets up the operator's account, listens. */
  listen(): Promise<{ url: string }>;
  close(): Promise<void>;
}

/** Accounts, settings, channels and strategies. Nothing is connected before `listen`. */
export function buildUserManager(config: UserManagerConfig, deps: UserManagerDeps): UserManager {
  const { logger, nowMs } = deps;
  const connectionString = config.DATABASE_URL;
  const db = createDatabase({
    connectionString,
    applicationName: 'user-manager',
    poolSize: POOL_CONNECTIONS,
    log: logger,
  });
  const passwords = deps.passwords ?? createPasswords();
  let isSetUp = false;

  const app = createHttpApp({
    service: 'user-manager',
    logger,
    bodyLimitBytes: LIMITS.bodyBytes,
    tokens: createInternalTokens({ secret: config.UBOT_INTERNAL_SECRET, nowMs }),
    isReady: async () => {
      if (!isSetUp) return ['user-manager'];
      return db.query('select 1').then(
        () => [],
        () => ['database'],
      );
    },
    mapError: (error) =>
      isDatabaseUnavailable(error) ? new UbotError('DATABASE_UNAVAILABLE', undefined, { cause: error }) : null,
  });
  const webhookRefusal = createWebhookTargets({ rules: config.UBOT_WEBHOOK_ALLOW_PRIVATE ?? PUBLIC_ONLY });
  const signIn = createSignIn(config, { db, logger, passwords, nowMs });
  addSignInRoutes(app, signIn);
  addSecurityRoutes(app, signIn);
  addTokenRoutes(app, createPersonalTokens({ db, nowMs }));
  addAdministrationRoutes(app, createAdministration({ db, mail: signIn.mail, publicUrl: signIn.publicUrl, nowMs }));
  const defaults = {
    strategies: config.UBOT_QUOTA_STRATEGIES,
    allCoinStrategies: config.UBOT_QUOTA_ALL_COIN_STRATEGIES,
    alertsPerDay: config.UBOT_QUOTA_ALERTS_PER_DAY,
    caps: capsOf(config, 'UBOT_CAP_USER_'),
  };
  const quotas = createQuotas({ db, defaults, nowMs });
  const strategies = createStrategies({ db, quotas, nowMs });
  const account = createAccount({ db, nowMs });
  addAccountRoutes(app, account);
  addLeavingRoutes(app, {
    deletion: createDeletion({ db, passwords, nowMs }),
    exportOf: (userId) => exportAccount({ db, account, quotas, nowMs }, userId),
  });
  const asksForProof = config.UBOT_CHANNEL_VERIFICATION === 'on';
  addChannelRoutes(app, createChannels({ db, nowMs, webhookRefusal, asksForProof }));
  addVerificationRoutes(app, createChannelVerification({ db, secret: config.UBOT_INTERNAL_SECRET, nowMs }));
  addWatchlistRoutes(app, createWatchlists({ db, nowMs }));
  addStrategyRoutes(app, strategies);
  addQuotaRoutes(app, quotas);
  addApplyRoutes(app, { db, apply: createApply({ db, quotas, nowMs }) });
  addStrategyVerbRoutes(app, strategies);
  addScannerRoutes(app, strategies);
  addIdempotencyRoutes(app, { db, nowMs });

  return {
    async listen() {
      await migrate({ connectionString, log: logger });
      await setUpOperator({
        db,
        passwords,
        email: config.UBOT_OPERATOR_EMAIL,
        presetToken: config.UBOT_OPERATOR_TOKEN,
        nowMs,
        onOneTimePassword: deps.onOneTimePassword,
      });
      if (!asksForProof) await verifyAllChannels(db, nowMs());
      isSetUp = true;
      const url = await listenOn(app, {
        host: config.USER_MANAGER_HOST,
        port: config.USER_MANAGER_PORT,
        hostVariable: 'USER_MANAGER_HOST',
        portVariable: 'USER_MANAGER_PORT',
      });
      logger.info({ event: 'user_manager.listening', url });
      return { url };
    },
    async close() {
      await app.close();
      await signIn.mail.close();
      await db.close();
    },
  };
}
