import { CHANNEL_KINDS, UbotError } from '@ubot/contracts';
import { envInteger, envNumber, envString } from '@ubot/service-kit';
import { CONCURRENCY, type Concurrency } from './lanes.ts';
import type { Rate, RateRules } from './limits.ts';

const RATE = { minimum: 0.01, maximum: 10_000 } as const;

export const DELIVERY_CONFIG = {
  TWILIO_SMS_PER_SECOND: envNumber({
    optional: true,
    ...RATE,
    about:
      'SMS a second from your sender. Without it by the sender: a US or Canadian number 1, a toll-free one 3, a short code 100, anything else 10.',
  }),
  TWILIO_WHATSAPP_PER_SECOND: envNumber({
    default: 80,
    ...RATE,
    about: 'WhatsApp messages a second from your sender.',
  }),
  TWILIO_CALLS_PER_SECOND: envNumber({ default: 1, ...RATE, about: 'Calls a second from your number.' }),
  TELEGRAM_PER_SECOND: envNumber({ default: 30, ...RATE, about: 'Telegram messages a second over all chats.' }),
  UBOT_MAIL_PER_SECOND: envNumber({ default: 10, ...RATE, about: 'E-mails a second.' }),
  UBOT_CHAT_PER_SECOND: envNumber({
    default: 1,
    ...RATE,
    about: 'Messages a second to one Telegram chat, Discord webhook or Slack webhook.',
  }),
  UBOT_PICTURE_WAIT_MS: envInteger({
    default: 800,
    minimum: 0,
    maximum: 10_000,
    about: 'Milliseconds that a message waits for its chart at most before it goes without; 0: no charts.',
  }),
  UBOT_CALL_RETRIES: envInteger({
    default: 2,
    minimum: 0,
    maximum: 5,
    about: 'How often a call that nobody took (busy, no answer) is made again; 0: never.',
  }),
  UBOT_CALL_RETRY_WAIT_MS: envInteger({
    default: 180_000,
    minimum: 0,
    maximum: 3_600_000,
    about:
      'Milliseconds from a call that nobody took to the next; none is made for an alert that would be too old by then.',
  }),
  UBOT_NOTIFIER_COUNT: envInteger({
    default: 1,
    minimum: 1,
    maximum: 100,
    about: 'Notifiers that run at a time: each takes its part of every rate.',
  }),
  UBOT_NOTIFIER_CONCURRENCY: envString({
    optional: true,
    pattern: /^[a-z_]+=[0-9]{1,3}(,[a-z_]+=[0-9]{1,3})*$/,
    about: 'Messages that one kind of channel has under way at a time, as sms=64,webhook=128; the others keep theirs.',
  }),
};

export interface DeliverySettings {
  readonly concurrency: Concurrency;
  readonly rates: RateRules;
}

/** For tests of something else. */
export const UNLIMITED_DELIVERY: DeliverySettings = { concurrency: CONCURRENCY, rates: { senders: {}, targets: {} } };

interface Values {
  readonly TWILIO_FROM?: string | undefined;
  readonly TWILIO_MESSAGING_SERVICE_SID?: string | undefined;
  readonly TWILIO_SMS_PER_SECOND?: number | undefined;
  readonly TWILIO_WHATSAPP_PER_SECOND: number;
  readonly TWILIO_CALLS_PER_SECOND: number;
  readonly TELEGRAM_PER_SECOND: number;
  readonly UBOT_MAIL_PER_SECOND: number;
  readonly UBOT_CHAT_PER_SECOND: number;
  readonly UBOT_NOTIFIER_COUNT: number;
  readonly UBOT_NOTIFIER_CONCURRENCY?: string | undefined;
}

/** Errors: throws CONFIG_INVALID for a channel kind that does not exist. */
export function deliverySettings(values: Values): DeliverySettings {
  const share = (perSecond: number, burst: number): Rate => ({
    perSecond: perSecond / values.UBOT_NOTIFIER_COUNT,
    burst: Math.max(1, burst / values.UBOT_NOTIFIER_COUNT),
  });
  // A tenth of a second's worth at once: fine enough for a provider that counts seconds.
  const sender = (perSecond: number): Rate => share(perSecond, perSecond / 10);
  const chat = share(values.UBOT_CHAT_PER_SECOND, 1);
  return {
    concurrency: concurrencyOf(values.UBOT_NOTIFIER_CONCURRENCY),
    rates: {
      senders: {
        sms: sender(values.TWILIO_SMS_PER_SECOND ?? smsPerSecond(values)),
        whatsapp: sender(values.TWILIO_WHATSAPP_PER_SECOND),
        voice: sender(values.TWILIO_CALLS_PER_SECOND),
        telegram: sender(values.TELEGRAM_PER_SECOND),
        email: sender(values.UBOT_MAIL_PER_SECOND),
      },
      targets: { telegram: chat, discord: chat, slack: chat, webhook: share(50, 50) },
    },
  };
}

const TOLL_FREE = /^\+1(800|833|844|855|866|877|888)/;

/** What Twilio sends a second from a kind of sender; what it gets beyond that it queues, and drops what grows too old. */
function smsPerSecond({ TWILIO_FROM: from, TWILIO_MESSAGING_SERVICE_SID: service }: Values): number {
  if (service !== undefined || from === undefined) return 10;
  if (/^[0-9]{5,6}$/.test(from)) return 100;
  if (TOLL_FREE.test(from)) return 3;
  return from.startsWith('+1') ? 1 : 10;
}

function concurrencyOf(text: string | undefined): Concurrency {
  const named = (text ?? '').split(',').filter((part) => part !== '');
  const changes = named.map((part) => {
    const [name, count] = part.split('=');
    const kind = CHANNEL_KINDS.find((known) => known === name);
    if (kind !== undefined && Number(count) > 0) return [kind, Number(count)] as const;
    const sentence = `UBOT_NOTIFIER_CONCURRENCY must name channel kinds with at least 1 each, not "${part}".`;
    throw new UbotError('CONFIG_INVALID', sentence);
  });
  return { ...CONCURRENCY, ...Object.fromEntries(changes) };
}
