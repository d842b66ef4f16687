import type { ChannelKind } from '@ubot/contracts';
import { PUSHOVER_TOKEN, TELEGRAM_TOKEN } from '@ubot/testing';
import { REFERENCE } from './alert.testing.ts';
import {
  messenger,
  messengers,
  quoted,
  startLog,
  startMailServer,
  startPushService,
  startWebhook,
  twilio,
  type LocalProvider,
} from './contractProviders.testing.ts';
import { asMarkdownReader, asPlainForm, asPlainJson, asSlackReader } from './contractReaders.testing.ts';
import { createChannelDrivers, type ChannelDriversConfig } from './createChannelDrivers.ts';
import { textLimit } from './shared/limits.ts';
import { SMS_MAX_SEGMENTS, smsSegments } from './shared/smsText.ts';
import { NO_MESSENGERS } from './messengers.ts';
import type { ChannelDriver } from './types.ts';

const CHECKS = ['gone', 'invalid', 'limited', 'quoting', 'cut', 'hang', 'unreachable', 'aborted'] as const;
/** What not every kind of channel can go through, or not with the same end. */
export type Check = (typeof CHECKS)[number];

/** One kind of channel: its provider, and where it differs from what all have in common. */
export interface Contract {
  readonly name: string;
  readonly kind: ChannelKind;
  start(): Promise<LocalProvider>;
  /** What of a text its reader gets, and why not all of it. Absent: all. */
  readonly reads?: { readonly text: (text: string) => string; readonly because: string };
  /** How much of a text fits. null: any. */
  readonly longest: { readonly most: number; readonly size: (text: string) => number; readonly tail?: string } | null;
  /** So long a send that hangs is waited for, where it takes several turns before it can hang. */
  readonly hangingMs?: number;
  /** Ends that are not the common ones, and why. */
  readonly differs?: Partial<Record<Check, { readonly end: object; readonly because: string }>>;
  /** What cannot happen to it, and why. */
  readonly exempt?: Partial<Record<Check, string>>;
}

/** Kinds without a driver here. */
export const ELSEWHERE: Partial<Record<ChannelKind, string>> = {
  module: 'an operator’s own code, which the notifier runs and tests',
};

const inUnits = (kind: ChannelKind, most = textLimit(kind)?.most ?? 0) => ({
  most,
  size: (text: string) => text.length,
});
const inBytes = (kind: ChannelKind) => ({ most: textLimit(kind)?.most ?? 0, size: Buffer.byteLength });
const oneLine = (text: string): string => text.replaceAll(/\s+/g, ' ').trim();
/** Twilio's own credentials are wrong where it does not know their account. */
const TWILIO_DIFFERS: Contract['differs'] = {
  quoting: {
    end: { kind: 'retry', failure: { code: 'CHANNEL_NOT_CONFIGURED' } },
    because: 'an account that is not there is the operator’s to mend',
  },
};

const DISCORD_TOKEN = 'a-secret-of-a-channel';
const SLACK_SECRET = 'secretOfAChannel';
const NTFY_TOKEN = 'tk_secretOfATopic';
const USER_KEY = 'uQiRzpo4DXghDmr9QzzfQu27cmVRsG';

export const CONTRACTS: readonly Contract[] = [
  {
    name: 'sms',
    kind: 'sms',
    start: twilio('sms'),
    longest: { most: SMS_MAX_SEGMENTS, size: (text) => smsSegments(text).segments },
    differs: TWILIO_DIFFERS,
  },
  {
    name: 'whatsapp',
    kind: 'whatsapp',
    start: twilio('whatsapp'),
    longest: inUnits('whatsapp'),
    differs: TWILIO_DIFFERS,
  },
  {
    name: 'whatsapp (template)',
    kind: 'whatsapp',
    start: twilio('whatsapp', 'HX1'),
    reads: { text: oneLine, because: 'a template’s variable takes no line breaks' },
    longest: inUnits('whatsapp', 1_024),
    differs: TWILIO_DIFFERS,
  },
  {
    name: 'voice',
    kind: 'voice',
    start: twilio('voice'),
    reads: {
      text: (text) => oneLine(text.replaceAll(/https?:\/\/\S+/g, '').replace(` Ref ${REFERENCE}`, '')),
      because: 'addresses and the reference are for the eye',
    },
    longest: { ...inUnits('voice'), tail: '...' },
    differs: TWILIO_DIFFERS,
  },
  {
    name: 'email',
    kind: 'email',
    start: startMailServer,
    longest: null,
    hangingMs: 1_000,
    differs: {
      limited: {
        end: { kind: 'retry', failure: { code: 'CHANNEL_UNREACHABLE' } },
        because: 'a busy mail server names no time',
      },
    },
  },
  {
    name: 'telegram',
    kind: 'telegram',
    start: messenger({
      target: () => ({ kind: 'telegram', chatId: '-100200300' }),
      config: (baseUrl) => messengers({ telegram: { botToken: TELEGRAM_TOKEN, baseUrl } }),
      secrets: [TELEGRAM_TOKEN],
      read: asPlainJson({ text: 'text', markup: ['parse_mode', 'entities'] }),
      troubles: {
        gone: { status: 403, json: { ok: false, description: 'Forbidden: bot was blocked by the user' } },
        invalid: { status: 400, json: { ok: false, description: 'Bad Request: message is too long' } },
        limited: { status: 429, json: { ok: false, description: 'Too Many', parameters: { retry_after: 7 } } },
        quoting: { status: 400, json: { ok: false, description: quoted([TELEGRAM_TOKEN]) } },
      },
    }),
    longest: inUnits('telegram'),
  },
  {
    name: 'discord',
    kind: 'discord',
    start: messenger({
      target: () => ({ kind: 'discord', webhookId: '42', webhookToken: DISCORD_TOKEN }),
      config: (discordUrl) => messengers({ discordUrl }),
      secrets: [DISCORD_TOKEN],
      read: asMarkdownReader,
      troubles: {
        gone: { status: 404, json: { message: 'Unknown Webhook', code: 10_015 } },
        invalid: { status: 400, json: { message: 'Invalid Form Body', code: 50_035 } },
        limited: { status: 429, json: { message: 'You are being rate limited.', retry_after: 7 } },
        quoting: { status: 400, json: { message: quoted([DISCORD_TOKEN]) } },
      },
    }),
    longest: inUnits('discord'),
  },
  {
    name: 'slack',
    kind: 'slack',
    start: messenger({
      target: () => ({ kind: 'slack', path: `T0001/B0001/${SLACK_SECRET}` }),
      config: (slackUrl) => messengers({ slackUrl }),
      secrets: [SLACK_SECRET],
      read: asSlackReader,
      troubles: {
        gone: { status: 404, json: 'no_service' },
        invalid: { status: 400, json: 'invalid_payload' },
        limited: { status: 429, headers: { 'retry-after': '7' } },
        quoting: { status: 400, json: quoted([SLACK_SECRET]) },
      },
    }),
    longest: inUnits('slack'),
  },
  {
    name: 'ntfy',
    kind: 'ntfy',
    start: messenger({
      target: (server) => ({ kind: 'ntfy', server, topic: 'alerts', token: NTFY_TOKEN }),
      config: () => ({}),
      secrets: [NTFY_TOKEN],
      read: asPlainJson({ text: 'message', markup: ['markdown'] }),
      troubles: {
        gone: { status: 404 },
        invalid: { status: 400, json: { code: 40_012, error: 'message too long' } },
        limited: { status: 429, json: { code: 42_901, error: 'limit reached' }, headers: { 'retry-after': '7' } },
        quoting: { status: 403, json: { code: 40_301, error: quoted([NTFY_TOKEN]) } },
      },
    }),
    longest: inBytes('ntfy'),
    exempt: { gone: 'a topic exists as soon as somebody names it' },
  },
  {
    name: 'pushover',
    kind: 'pushover',
    start: messenger({
      target: () => ({ kind: 'pushover', userKey: USER_KEY }),
      config: (baseUrl) => messengers({ pushover: { appToken: PUSHOVER_TOKEN, baseUrl } }),
      secrets: [PUSHOVER_TOKEN, USER_KEY],
      read: asPlainForm({ text: 'message', markup: ['html'] }),
      troubles: {
        gone: { status: 400, json: { user: 'invalid', errors: ['user identifier is not a valid user'], status: 0 } },
        invalid: { status: 400, json: { message: 'cannot be blank', errors: ['message cannot be blank'], status: 0 } },
        limited: { status: 429, headers: { 'retry-after': '7' } },
        quoting: { status: 400, json: { errors: [quoted([PUSHOVER_TOKEN, USER_KEY])], status: 0 } },
      },
    }),
    longest: inUnits('pushover'),
  },
  {
    name: 'web_push',
    kind: 'web_push',
    start: startPushService,
    longest: inBytes('web_push'),
  },
  {
    name: 'webhook',
    kind: 'webhook',
    start: startWebhook,
    longest: null,
    differs: Object.fromEntries(
      (['cut', 'hang', 'aborted'] as const).map((check) => [
        check,
        {
          end: { kind: 'retry', failure: { code: 'CHANNEL_UNREACHABLE' } },
          because: 'a receiver knows a repeat by its id',
        },
      ]),
    ),
    exempt: { gone: 'an address that refuses one alert may take the next' },
  },
  {
    name: 'log',
    kind: 'log',
    start: startLog,
    longest: null,
    exempt: Object.fromEntries(CHECKS.map((check) => [check, 'a log has no provider that could answer'])),
  },
];

/** A driver as the notifier makes it, with the provider at an address that need not be its own. */
export function driverOf(
  contract: Contract,
  provider: LocalProvider,
  options: { origin?: string; timeoutMs: number; log?: ChannelDriversConfig['log'] },
): ChannelDriver {
  const { origin = provider.origin, timeoutMs, log = () => {} } = options;
  const drivers = createChannelDrivers({
    twilio: null,
    publicUrl: null,
    webhook: { allowPrivate: true, allowedRanges: [] },
    messengers: NO_MESSENGERS,
    log,
    nowMs: Date.now,
    timeoutMs,
    ...provider.config(origin),
  });
  const found = drivers.get(contract.kind);
  if (found === undefined) throw new Error(`no driver for ${contract.kind}`);
  return found;
}
