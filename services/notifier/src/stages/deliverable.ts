import { DEFAULT_TRIGGER, ERRORS, kindOfLane, type ChannelKind, type ChannelLane } from '@ubot/contracts';
import { eachAlone, type Verdict } from './frame.ts';

const GONE: Verdict = { end: 'failed', reason: 'CHANNEL_GONE', detail: ERRORS.CHANNEL_GONE.sentence };

const UNVERIFIED: Verdict = {
  end: 'not_sent',
  reason: 'CHANNEL_UNVERIFIED',
  detail: ERRORS.CHANNEL_UNVERIFIED.sentence,
};

/** Whether there is a channel to send to, a driver that can, and an alert that is young enough. */
export const deliverable = eachAlone(({ kind, lanes, nowMs }, notification) => {
  const { channel, alert } = notification;
  if (kind === null || channel === null || !channel.enabled) return GONE;
  if (!channel.verified) return UNVERIFIED;
  const maxAgeMs = notification.maxAgeMs ?? DEFAULT_TRIGGER.maxAgeMs;
  const ageMs = nowMs - alert.triggeredAtMs - notification.heldMs;
  if (ageMs > maxAgeMs) {
    const detail = `The alert was ${Math.round(ageMs / 1_000)} s old, and its strategy sends none older than ${Math.round(maxAgeMs / 1_000)} s.`;
    return { end: 'not_sent', reason: 'too_late', detail };
  }
  if (lanes.driver(kind) === undefined) {
    const detail = `${nameOf(kind)} is not configured on this uBot; the operator's settings for it are missing.`;
    return { end: 'failed', reason: 'CHANNEL_NOT_CONFIGURED', detail };
  }
  return null;
});

const nameOf = (lane: ChannelLane): string =>
  lane.startsWith('module:')
    ? `The channel module "${lane.slice('module:'.length)}"`
    : NAMES[kindOfLane(lane) ?? 'module'];

const NAMES: Readonly<Record<ChannelKind, string>> = {
  sms: 'SMS',
  whatsapp: 'WhatsApp',
  voice: 'Voice calls',
  webhook: 'The webhook channel',
  log: 'The log channel',
  email: 'E-mail',
  telegram: 'Telegram',
  discord: 'Discord',
  slack: 'Slack',
  ntfy: 'ntfy',
  pushover: 'Pushover',
  module: 'The channel module',
  web_push: 'Web Push',
};
