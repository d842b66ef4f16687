import type { lookup as systemLookup } from 'node:dns';
import type { ChannelKind } from '@ubot/contracts';
import type { MessengerSettings } from './messengers.ts';
import { createDiscordDriver } from './discord/driver.ts';
import { createEmailDriver } from './email/driver.ts';
import { createLogDriver } from './log/driver.ts';
import { createNtfyDriver } from './ntfy/driver.ts';
import { createPushoverDriver } from './pushover/driver.ts';
import { createSlackDriver } from './slack/driver.ts';
import { createTelegramDriver } from './telegram/driver.ts';
import { createTwilioClient, type TwilioSettings } from './shared/twilioClient.ts';
import { createTwilioSmsDriver } from './twilio-sms/driver.ts';
import { createTwilioVoiceDriver } from './twilio-voice/driver.ts';
import { createTwilioWhatsAppDriver } from './twilio-whatsapp/driver.ts';
import type { ChannelDriver } from './types.ts';
import type { AddressRules } from './shared/addresses.ts';
import { createWebPushDriver, type WebPushSettings } from './web-push/driver.ts';
import { createWebhookDriver } from './webhook/driver.ts';

export interface ChannelDriversConfig {
  /** null: SMS and WhatsApp are not to be had. */
  readonly twilio: TwilioSettings | null;
  /** Where the outside reaches uBot; without it no status callback is asked for. */
  readonly publicUrl: string | null;
  readonly webhook: AddressRules;
  readonly messengers: MessengerSettings;
  /** Absent: browsers get no push messages. */
  readonly webPush?: WebPushSettings;
  readonly log: (fields: Readonly<Record<string, unknown>>) => void;
  readonly nowMs: () => number;
  /** How long a provider may take to answer. */
  readonly timeoutMs?: number;
  readonly lookup?: typeof systemLookup;
}

/** The drivers that the configuration allows. A kind that is absent is not configured. */
export function createChannelDrivers(config: ChannelDriversConfig): ReadonlyMap<ChannelKind, ChannelDriver> {
  const { twilio, messengers, publicUrl, nowMs, timeoutMs, lookup } = config;
  const drivers: ChannelDriver[] = [
    createLogDriver(config.log),
    createWebhookDriver({
      addresses: config.webhook,
      nowMs,
      ...(timeoutMs !== undefined && { timeoutMs }),
      ...(lookup !== undefined && { lookup }),
    }),
    createNtfyDriver({ addresses: config.webhook, timeoutMs, lookup }),
    createDiscordDriver({ baseUrl: messengers.discordUrl, timeoutMs }),
    createSlackDriver({ baseUrl: messengers.slackUrl, timeoutMs }),
  ];
  if (config.webPush !== undefined) {
    drivers.push(createWebPushDriver({ settings: config.webPush, addresses: config.webhook, timeoutMs, lookup }));
  }
  if (messengers.email !== null) drivers.push(createEmailDriver({ settings: messengers.email, timeoutMs }));
  if (messengers.telegram !== null) drivers.push(createTelegramDriver({ settings: messengers.telegram, timeoutMs }));
  if (messengers.pushover !== null) drivers.push(createPushoverDriver({ settings: messengers.pushover, timeoutMs }));
  if (twilio !== null) {
    const client = createTwilioClient(twilio, timeoutMs === undefined ? {} : { timeoutMs });
    if (twilio.from !== null || twilio.messagingServiceSid !== null) {
      drivers.push(createTwilioSmsDriver({ client, settings: twilio, publicUrl }));
    }
    const { voiceFrom = null, whatsAppFrom } = twilio;
    if (voiceFrom !== null) drivers.push(createTwilioVoiceDriver({ client, from: voiceFrom, publicUrl }));
    if (whatsAppFrom !== null) {
      drivers.push(createTwilioWhatsAppDriver({ client, settings: { ...twilio, whatsAppFrom }, publicUrl }));
    }
  }
  return new Map(drivers.map((driver) => [driver.kind, driver]));
}
