import { UbotError } from '@ubot/contracts';
import type { OperatorSettings } from '@ubot/notify';
import { envInteger, envString, envUrl } from '@ubot/service-kit';
import type { WatchLimits } from './judge.ts';

const DAY_S = 86_400;

export const WATCH_CONFIG = {
  UBOT_WATCH_WEBHOOK_URL: envUrl({
    optional: true,
    secret: true,
    about:
      'Where the operator is told of troubles of uBot itself: a POST with JSON; a webhook of Slack or Discord fits.',
  }),
  UBOT_WATCH_EMAIL: envString({
    optional: true,
    pattern: /^[^@\s,]+@[^@\s,]+$/,
    about: 'The address that troubles of uBot itself are mailed to; needs UBOT_SMTP_URL.',
  }),
  UBOT_WATCH_EVERY_S: envInteger({ default: 15, minimum: 1, maximum: 3_600, about: 'Seconds between two looks.' }),
  UBOT_WATCH_SOURCE_STALE_S: envInteger({
    default: 600,
    minimum: 1,
    maximum: DAY_S,
    about: 'Seconds after which the newest snapshot counts as stale; at least three polls.',
  }),
  UBOT_WATCH_QUEUE_AGE_S: envInteger({
    default: 300,
    minimum: 1,
    maximum: DAY_S,
    about: 'Seconds that a notification may be due and wait.',
  }),
  UBOT_WATCH_NOTHING_DELIVERED_S: envInteger({
    default: 900,
    minimum: 1,
    maximum: DAY_S,
    about: 'Seconds without any delivery, while some were due, that the operator is told of.',
  }),
  UBOT_DEADMAN_URL: envUrl({
    optional: true,
    secret: true,
    about: 'Asked (GET) again and again while everything is well; a service there raises the alarm when that stops.',
  }),
  UBOT_DEADMAN_EVERY_S: envInteger({
    default: 60,
    minimum: 1,
    maximum: 3_600,
    about: 'Seconds between two such pings.',
  }),
};

export interface WatchSettings {
  readonly everyMs: number;
  readonly limits: WatchLimits;
  readonly operator: OperatorSettings;
  readonly deadman: { readonly url: string; readonly everyMs: number } | null;
}

interface Values {
  readonly UBOT_WATCH_WEBHOOK_URL?: string | undefined;
  readonly UBOT_WATCH_EMAIL?: string | undefined;
  readonly UBOT_WATCH_EVERY_S: number;
  readonly UBOT_WATCH_SOURCE_STALE_S: number;
  readonly UBOT_WATCH_QUEUE_AGE_S: number;
  readonly UBOT_WATCH_NOTHING_DELIVERED_S: number;
  readonly UBOT_DEADMAN_URL?: string | undefined;
  readonly UBOT_DEADMAN_EVERY_S: number;
  readonly UBOT_SMTP_URL?: string | undefined;
  readonly UBOT_MAIL_FROM: string;
}

/** Told at four fifths of a cap: time enough to raise it or to look why. */
const SPENDING_PART = 0.8;

/** Errors: throws CONFIG_INVALID for an address without a mail server. */
export function watchSettings(values: Values): WatchSettings {
  const { UBOT_WATCH_EMAIL: to, UBOT_SMTP_URL: smtpUrl, UBOT_DEADMAN_URL: deadmanUrl } = values;
  if (to !== undefined && smtpUrl === undefined) {
    throw new UbotError('CONFIG_INVALID', 'UBOT_WATCH_EMAIL is set, but UBOT_SMTP_URL is not.');
  }
  return {
    everyMs: values.UBOT_WATCH_EVERY_S * 1_000,
    limits: {
      sourceStaleMs: values.UBOT_WATCH_SOURCE_STALE_S * 1_000,
      queueAgeMs: values.UBOT_WATCH_QUEUE_AGE_S * 1_000,
      nothingDeliveredMs: values.UBOT_WATCH_NOTHING_DELIVERED_S * 1_000,
      spendingPart: SPENDING_PART,
    },
    operator: {
      webhookUrl: values.UBOT_WATCH_WEBHOOK_URL ?? null,
      email: to === undefined || smtpUrl === undefined ? null : { smtpUrl, from: values.UBOT_MAIL_FROM, to },
    },
    deadman: deadmanUrl === undefined ? null : { url: deadmanUrl, everyMs: values.UBOT_DEADMAN_EVERY_S * 1_000 },
  };
}
