import { NO_MESSENGERS, type TwilioSettings } from '@ubot/notify';
import { createLogger, type Logger } from '@ubot/service-kit';
import type { TwilioServer } from '@ubot/testing';
import { buildNotifier, type Notifier } from './app.ts';
import type { NotifierConfig } from './config.ts';
import { UNLIMITED_DELIVERY } from './deliveryConfig.ts';
import { SECRET } from './world.testing.ts';

export const PUBLIC_URL = 'https://alerts.example.com';

/** Below what chance gives, so that the waits between attempts vanish. */
export const withoutWaits = (): number => -1;

/** A notifier that has the log channel and webhooks alone, no limits and no digests, but for what a test says. */
export function testNotifier(
  databaseUrl: string,
  config: Partial<NotifierConfig> = {},
  deps: { logger?: Logger; nowMs?: () => number; random?: () => number } = {},
): Notifier {
  return buildNotifier(
    {
      databaseUrl,
      internalSecret: SECRET,
      host: '127.0.0.1',
      port: 0,
      // Nobody listens there.
      userManagerUrl: 'http://127.0.0.1:9',
      publicUrl: PUBLIC_URL,
      twilio: null,
      webhook: { allowPrivate: true, allowedRanges: [] },
      messengers: NO_MESSENGERS,
      push: { keys: null, subject: 'mailto:operator@ubot.example' },
      delivery: UNLIMITED_DELIVERY,
      leaseMs: 20_000,
      graceMs: 20_000,
      digest: { waitMs: 0, intervalMs: 0 },
      ...config,
    },
    {
      logger: deps.logger ?? createLogger({ service: 'notifier', level: 'silent' }),
      nowMs: deps.nowMs ?? Date.now,
      random: deps.random ?? Math.random,
    },
  );
}

/** The local provider, with one number that SMS come from. */
export const twilioAt = (
  { accountSid, authToken, url: baseUrl }: TwilioServer,
  changes: Partial<TwilioSettings> = {},
): TwilioSettings => ({
  accountSid,
  authToken,
  baseUrl,
  from: '+15005550006',
  messagingServiceSid: null,
  whatsAppFrom: null,
  whatsAppContentSid: null,
  ...changes,
});
