import type { Notification } from '@ubot/contracts';

const isStopped = ({ state }: Notification): boolean => state === 'not_sent' || state === 'failed';
const isWaiting = ({ state, errorDetail }: Notification): boolean => state === 'queued' && errorDetail !== null;

/**
 * What has become of an alert that was made, where its messages did not simply go out: silenced, capped, held, refused.
 *
 * Shape: → a sentence that begins with "of it", as "Nothing of it was sent: …"; null when there is nothing to add.
 */
export function outcomeOf(notifications: readonly Notification[]): string | null {
  const stopped = notifications.filter(isStopped);
  const waiting = notifications.filter(isWaiting);
  if (stopped.length === 0 && waiting.length === 0) return null;
  if (stopped.length === notifications.length) return `Nothing of it was sent: ${whyOf(stopped)}`;
  if (waiting.length === notifications.length) return `It waits: ${whyOf(waiting)}`;
  return `Not all of it went out: ${whyOf([...stopped, ...waiting])}`;
}

/** Each reason once, with the kinds of channels that it holds for where there are several reasons. */
function whyOf(notifications: readonly Notification[]): string {
  const kinds = new Map<string, Set<string>>();
  for (const { errorDetail, errorCode, channelKind } of notifications) {
    const why = errorDetail ?? errorCode ?? 'no reason is recorded.';
    kinds.set(why, (kinds.get(why) ?? new Set()).add(channelKind));
  }
  const reasons = [...kinds];
  if (reasons.length === 1) return reasons[0]?.[0] ?? '';
  return reasons.map(([why, of]) => `${[...of].join(', ')}: ${why}`).join(' ');
}
