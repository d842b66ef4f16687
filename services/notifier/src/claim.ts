import { renderAlertText } from '@ubot/alerting';
import { DEFAULT_SETTINGS, DEFAULT_TRIGGER, ERRORS, type ChannelKind, type ChannelTarget } from '@ubot/contracts';
import {
  endUnsent,
  lockDueNotifications,
  markSending,
  withTransaction,
  type ClaimedNotification,
  type Database,
} from '@ubot/db';
import { newId } from '@ubot/service-kit';
import type { Lanes } from './lanes.ts';
import { referenceOf } from './reference.ts';

/** A notification that is ours to send: 'sending' in the ledger, committed. */
export interface ReadyToSend {
  readonly notification: ClaimedNotification;
  readonly kind: ChannelKind;
  readonly target: ChannelTarget;
  readonly signingSecret: string | null;
  readonly text: string;
  readonly reference: string;
  /** Attempts with this one. */
  readonly attempts: number;
  readonly owner: string;
  readonly claimedAtMs: number;
}

interface Unsent {
  readonly state: 'failed' | 'not_sent';
  readonly errorCode: string;
  readonly errorDetail: string;
}

export interface ClaimOptions {
  readonly db: Database;
  readonly lanes: Lanes;
  readonly nowMs: () => number;
  readonly leaseMs: number;
  readonly onUnsent: (id: string, errorCode: string) => void;
}

/**
 * Claims due notifications of one channel kind (null: of channels that are gone). Those that can go are 'sending' and
 * committed when this returns; those that cannot are ended with their reason.
 */
export async function claimDue(options: ClaimOptions, kind: ChannelKind | null, limit: number): Promise<ReadyToSend[]> {
  const { db, lanes, leaseMs } = options;
  return withTransaction(db, async (tx) => {
    const nowMs = options.nowMs();
    const lease = { owner: newId(), untilMs: nowMs + leaseMs };
    const ready: ReadyToSend[] = [];
    for (const notification of await lockDueNotifications(tx, { kind, limit, nowMs })) {
      const { id } = notification;
      const unsent = reasonNotToSend(notification, { kind, lanes, nowMs });
      const provider = kind === null ? undefined : lanes.driver(kind)?.name;
      if (unsent !== null || provider === undefined || kind === null || notification.channel === null) {
        const end = unsent ?? GONE;
        await endUnsent(tx, { id, ...end, nowMs });
        options.onUnsent(id, end.errorCode);
        continue;
      }
      const reference = referenceOf(id);
      const text = notification.body ?? render(notification, reference);
      if (text === null) {
        await endUnsent(tx, { id, ...UNREADABLE, nowMs });
        options.onUnsent(id, UNREADABLE.errorCode);
        continue;
      }
      await markSending(tx, { id, body: text, provider, lease, nowMs });
      ready.push({
        notification,
        kind,
        target: notification.channel.target,
        signingSecret: notification.channel.signingSecret,
        text,
        reference,
        attempts: notification.attempts + 1,
        owner: lease.owner,
        claimedAtMs: nowMs,
      });
    }
    return ready;
  });
}

const GONE: Unsent = { state: 'failed', errorCode: 'CHANNEL_GONE', errorDetail: ERRORS.CHANNEL_GONE.sentence };

const UNVERIFIED: Unsent = {
  state: 'not_sent',
  errorCode: 'CHANNEL_UNVERIFIED',
  errorDetail: ERRORS.CHANNEL_UNVERIFIED.sentence,
};

const UNREADABLE: Unsent = {
  state: 'failed',
  errorCode: 'INTERNAL',
  errorDetail: 'The text of this alert could not be made.',
};

function reasonNotToSend(
  notification: ClaimedNotification,
  { kind, lanes, nowMs }: { kind: ChannelKind | null; lanes: Lanes; nowMs: number },
): Unsent | null {
  const { channel, alert } = notification;
  if (kind === null || channel === null || !channel.enabled) return GONE;
  if (!channel.verified) return UNVERIFIED;
  const maxAgeMs = notification.maxAgeMs ?? DEFAULT_TRIGGER.maxAgeMs;
  const ageMs = nowMs - alert.triggeredAtMs;
  if (ageMs > maxAgeMs) {
    const errorDetail = `The alert was ${Math.round(ageMs / 1_000)} s old, and its strategy sends none older than ${Math.round(maxAgeMs / 1_000)} s.`;
    return { state: 'not_sent', errorCode: 'too_late', errorDetail };
  }
  if (lanes.driver(kind) === undefined) {
    const errorDetail = `${NAMES[kind]} is not configured on this uBot; the operator's settings for it are missing.`;
    return { state: 'failed', errorCode: 'CHANNEL_NOT_CONFIGURED', errorDetail };
  }
  return null;
}

const NAMES: Readonly<Record<ChannelKind, string>> = {
  sms: 'SMS',
  whatsapp: 'WhatsApp',
  webhook: 'The webhook channel',
  log: 'The log channel',
  email: 'E-mail',
  telegram: 'Telegram',
  discord: 'Discord',
  slack: 'Slack',
  ntfy: 'ntfy',
  pushover: 'Pushover',
};

/** null when it cannot be made: one alert that is not as it should be must not hold up the others. */
function render({ alert, template, timeZone }: ClaimedNotification, reference: string): string | null {
  try {
    return renderAlertText({ alert, template, timeZone: timeZone ?? DEFAULT_SETTINGS.timeZone, reference });
  } catch {
    return null;
  }
}
