import { UbotError, type Digest } from '@ubot/contracts';
import { SMS_MAX_SEGMENTS, type MessengerSettings, type TwilioSettings } from '@ubot/notify';
import {
  DATABASE_CONFIG,
  INTERNAL_CONFIG,
  LOG_CONFIG,
  MAIL_CONFIG,
  defineConfig,
  envBoolean,
  envInteger,
  envSecret,
  envString,
  envUrl,
  MODULES_CONFIG,
  PUBLIC_ONLY,
  readConfig,
  WEBHOOK_CONFIG,
  type AddressRules,
  type Config,
  type Env,
  type ModuleSettings,
} from '@ubot/service-kit';
import { MONEY_CONFIG, moneySettings, type MoneySettings } from './money/settings.ts';
import { WATCH_CONFIG, watchSettings, type WatchSettings } from './watch/settings.ts';
import type { CallAgain } from './callAgain.ts';
import { DELIVERY_CONFIG, deliverySettings, type DeliverySettings } from './deliveryConfig.ts';

const LEASE_MS = 60_000;
const GRACE_MS = 20_000;
const HOUR_MS = 3_600_000;
const E164 = /^\+[1-9][0-9]{1,14}$/;

export const NOTIFIER_CONFIG = defineConfig({
  ...LOG_CONFIG,
  ...DATABASE_CONFIG,
  ...INTERNAL_CONFIG,
  NOTIFIER_PORT: envInteger({
    default: 3004,
    minimum: 0,
    maximum: 65_535,
    about: 'Port of the notifier; 0 takes a free one.',
  }),
  NOTIFIER_HOST: envString({ default: '127.0.0.1', about: 'Address the notifier listens on.' }),
  USER_MANAGER_URL: envUrl({
    protocols: ['http', 'https'],
    default: 'http://127.0.0.1:3003',
    about: 'Where user-manager answers.',
  }),
  UBOT_PUBLIC_URL: envUrl({
    optional: true,
    about: 'Where the outside reaches uBot. Without it Twilio is not asked to report deliveries.',
  }),
  TWILIO_ACCOUNT_SID: envString({
    optional: true,
    pattern: /^AC[0-9a-zA-Z]{1,60}$/,
    about: 'The Twilio account; without it there is no SMS, no WhatsApp and no call.',
  }),
  TWILIO_AUTH_TOKEN: envSecret({ optional: true, about: "The account's auth token; it also signs status callbacks." }),
  TWILIO_BASE_URL: envUrl({
    default: 'https://api.twilio.com',
    about: "Where Twilio's API answers; a local server for tests.",
  }),
  TWILIO_FROM: envString({ optional: true, about: 'The number or sender id that SMS come from.' }),
  TWILIO_MESSAGING_SERVICE_SID: envString({
    optional: true,
    pattern: /^MG[0-9a-zA-Z]{1,60}$/,
    about: 'A messaging service that chooses the sender, instead of TWILIO_FROM.',
  }),
  TWILIO_VOICE_FROM: envString({
    optional: true,
    pattern: E164,
    about: 'The number that calls come from, as +14155550100; without it there are no calls.',
  }),
  TWILIO_WHATSAPP_FROM: envString({ optional: true, about: 'The WhatsApp sender, as +14155238886.' }),
  TWILIO_WHATSAPP_CONTENT_SID: envString({
    optional: true,
    pattern: /^HX[0-9a-zA-Z]{1,60}$/,
    about: 'An approved template with one variable, the text; WhatsApp wants it outside the 24 hours after a message.',
  }),
  UBOT_SMS_MAX_SEGMENTS: envInteger({
    default: SMS_MAX_SEGMENTS,
    minimum: 1,
    maximum: SMS_MAX_SEGMENTS,
    about: 'Segments that one SMS may cost; a longer text is shortened, its reference kept.',
  }),
  UBOT_SMS_TRANSLITERATE: envBoolean({
    default: false,
    about: 'Whether SMS are written in Latin letters (GSM-7) where that takes fewer segments.',
  }),
  ...WEBHOOK_CONFIG,
  ...MAIL_CONFIG,
  ...MODULES_CONFIG,
  TELEGRAM_BOT_TOKEN: envSecret({
    optional: true,
    pattern: /^[0-9]+:[A-Za-z0-9_-]+$/,
    about: 'The bot that alerts come from in Telegram, as @BotFather gives it; without it there is no Telegram.',
  }),
  TELEGRAM_BASE_URL: envUrl({
    default: 'https://api.telegram.org',
    about: "Where Telegram's bot API answers; a server of your own, or a local one for tests.",
  }),
  PUSHOVER_TOKEN: envSecret({
    optional: true,
    pattern: /^[A-Za-z0-9]{30}$/,
    about: 'The Pushover application that alerts come from; without it there is no Pushover.',
  }),
  PUSHOVER_BASE_URL: envUrl({ default: 'https://api.pushover.net', about: 'Where Pushover answers.' }),
  UBOT_VAPID_PUBLIC_KEY: envString({
    optional: true,
    pattern: /^[A-Za-z0-9_-]{87}$/,
    about:
      'The key that browsers subscribe with for push messages; without it a pair is made and kept in the database.',
  }),
  UBOT_VAPID_PRIVATE_KEY: envSecret({
    optional: true,
    pattern: /^[A-Za-z0-9_-]{43}$/,
    about: 'The other half of UBOT_VAPID_PUBLIC_KEY.',
  }),
  UBOT_VAPID_SUBJECT: envString({
    optional: true,
    pattern: /^(mailto:[^\s@]+@[^\s@]+|https:\/\/\S+)$/,
    about:
      'Whom push services may ask about messages, mailto: or https:; without it UBOT_PUBLIC_URL or UBOT_MAIL_FROM.',
  }),
  DISCORD_BASE_URL: envUrl({ default: 'https://discord.com', about: 'Where Discord answers.' }),
  SLACK_BASE_URL: envUrl({ default: 'https://hooks.slack.com', about: "Where Slack's webhooks answer." }),
  ...DELIVERY_CONFIG,
  ...MONEY_CONFIG,
  ...WATCH_CONFIG,
  UBOT_DIGEST_WAIT_MS: envInteger({
    default: 30_000,
    minimum: 0,
    maximum: HOUR_MS,
    about: "Milliseconds for which a channel's first alert waits for others, to be one message with them; 0: none.",
  }),
  UBOT_DIGEST_INTERVAL_MS: envInteger({
    default: 300_000,
    minimum: 0,
    maximum: 24 * HOUR_MS,
    about: 'Milliseconds from one message to the next of a channel while alerts keep coming; both 0: no digests.',
  }),
  UBOT_NOTIFIER_LEASE_MS: envInteger({
    default: LEASE_MS,
    minimum: 300,
    maximum: HOUR_MS,
    about: 'Milliseconds after which a send that nobody ended counts as abandoned; a provider gets a quarter of it.',
  }),
  UBOT_NOTIFIER_GRACE_MS: envInteger({
    default: GRACE_MS,
    minimum: 0,
    maximum: HOUR_MS,
    about: 'Milliseconds before a message of unknown fate is looked up; the list at Twilio lags behind.',
  }),
});

export interface NotifierConfig {
  /** For channels of people whose owner has not said otherwise. */
  readonly digest: Digest;
  readonly databaseUrl: string;
  readonly internalSecret: string;
  readonly host: string;
  readonly port: number;
  readonly userManagerUrl: string;
  readonly publicUrl: string | null;
  readonly twilio: TwilioSettings | null;
  readonly webhook: AddressRules;
  readonly messengers: MessengerSettings;
  readonly push: PushConfig;
  readonly delivery: DeliverySettings;
  /** The operator's own channel modules. */
  readonly modules?: readonly ModuleSettings[];
  /** Absent: no prices and no caps, as in tests of something else. */
  readonly money?: MoneySettings;
  /** Absent: nobody watches, as in tests of something else. */
  readonly watch?: WatchSettings;
  /** A message waits no longer for its chart; 0: there are none. Absent: the default. */
  readonly pictureWaitMs?: number;
  /** Absent: no call is made again, as in tests of something else. */
  readonly callAgain?: CallAgain;
  readonly leaseMs: number;
  readonly graceMs: number;
}

export interface PushConfig {
  /** null: the pair of the database. */
  readonly keys: { readonly publicKey: string; readonly privateKey: string } | null;
  readonly subject: string;
}

/** Errors: throws CONFIG_INVALID, naming the variable. */
export function readNotifierConfig(env: Env): NotifierConfig {
  const values = readConfig(NOTIFIER_CONFIG, env);
  return {
    databaseUrl: values.DATABASE_URL,
    internalSecret: values.UBOT_INTERNAL_SECRET,
    host: values.NOTIFIER_HOST,
    port: values.NOTIFIER_PORT,
    userManagerUrl: values.USER_MANAGER_URL,
    publicUrl: values.UBOT_PUBLIC_URL ?? null,
    twilio: twilioSettings(values),
    webhook: values.UBOT_WEBHOOK_ALLOW_PRIVATE ?? PUBLIC_ONLY,
    messengers: messengerSettings(values),
    push: pushConfig(values),
    delivery: deliverySettings(values),
    modules: values.UBOT_MODULES_FILE?.channels ?? [],
    money: moneySettings(values),
    watch: watchSettings(values),
    pictureWaitMs: values.UBOT_PICTURE_WAIT_MS,
    callAgain: { retries: values.UBOT_CALL_RETRIES, waitMs: values.UBOT_CALL_RETRY_WAIT_MS },
    leaseMs: values.UBOT_NOTIFIER_LEASE_MS,
    graceMs: values.UBOT_NOTIFIER_GRACE_MS,
    digest: { waitMs: values.UBOT_DIGEST_WAIT_MS, intervalMs: values.UBOT_DIGEST_INTERVAL_MS },
  };
}

function pushConfig(values: Config<typeof NOTIFIER_CONFIG>): PushConfig {
  const { UBOT_VAPID_PUBLIC_KEY: publicKey, UBOT_VAPID_PRIVATE_KEY: privateKey } = values;
  if ((publicKey === undefined) !== (privateKey === undefined)) {
    throw mistake('UBOT_VAPID_PUBLIC_KEY and UBOT_VAPID_PRIVATE_KEY belong together: set both or neither.');
  }
  const publicUrl = values.UBOT_PUBLIC_URL ?? '';
  const mail = /[^\s<>@]+@[^\s<>@]+/.exec(values.UBOT_MAIL_FROM)?.[0];
  const subject = values.UBOT_VAPID_SUBJECT ?? (publicUrl.startsWith('https:') ? publicUrl : `mailto:${mail}`);
  const keys = publicKey === undefined || privateKey === undefined ? null : { publicKey, privateKey };
  return { keys, subject };
}

function messengerSettings(values: Config<typeof NOTIFIER_CONFIG>): MessengerSettings {
  const { UBOT_SMTP_URL: smtpUrl, TELEGRAM_BOT_TOKEN: botToken, PUSHOVER_TOKEN: appToken } = values;
  const publicUrl = values.UBOT_PUBLIC_URL ?? null;
  return {
    email: smtpUrl === undefined ? null : { smtpUrl, from: values.UBOT_MAIL_FROM, publicUrl },
    telegram: botToken === undefined ? null : { botToken, baseUrl: values.TELEGRAM_BASE_URL },
    pushover: appToken === undefined ? null : { appToken, baseUrl: values.PUSHOVER_BASE_URL },
    discordUrl: values.DISCORD_BASE_URL,
    slackUrl: values.SLACK_BASE_URL,
  };
}

function twilioSettings(values: Config<typeof NOTIFIER_CONFIG>): TwilioSettings | null {
  const accountSid = values.TWILIO_ACCOUNT_SID;
  const authToken = values.TWILIO_AUTH_TOKEN;
  if (accountSid === undefined && authToken === undefined) return null;
  if (accountSid === undefined) throw mistake('TWILIO_ACCOUNT_SID is not set, but TWILIO_AUTH_TOKEN is.');
  if (authToken === undefined) throw mistake('TWILIO_AUTH_TOKEN is not set, but TWILIO_ACCOUNT_SID is.');
  const whatsAppFrom = values.TWILIO_WHATSAPP_FROM ?? null;
  if (whatsAppFrom !== null && !E164.test(whatsAppFrom.replace(/^whatsapp:/, ''))) {
    throw mistake('TWILIO_WHATSAPP_FROM must be a number as +14155238886.');
  }
  return {
    accountSid,
    authToken,
    baseUrl: values.TWILIO_BASE_URL,
    from: values.TWILIO_FROM ?? null,
    messagingServiceSid: values.TWILIO_MESSAGING_SERVICE_SID ?? null,
    voiceFrom: values.TWILIO_VOICE_FROM ?? null,
    whatsAppFrom,
    whatsAppContentSid: values.TWILIO_WHATSAPP_CONTENT_SID ?? null,
    smsLimits: { maxSegments: values.UBOT_SMS_MAX_SEGMENTS, transliterate: values.UBOT_SMS_TRANSLITERATE },
  };
}

function mistake(sentence: string): UbotError {
  return new UbotError('CONFIG_INVALID', sentence);
}
