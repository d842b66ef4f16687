import { optedOutOf, pausesOfNotifications, type ClaimedNotification } from '@ubot/db';
import type { Stage, Verdict } from './frame.ts';

export const OPTED_OUT_SENTENCE =
  'STOP was written from this number; nothing goes there until START is written from it.';

/** Whether the owner of the number wants messages, and whether any would arrive. */
export const reachable: Stage = async ({ tx }, batch) => {
  const optedOut = await optedOutOf(tx, batch.flatMap(numberOf));
  const pauses = await pausesOfNotifications(
    tx,
    batch.map(({ id }) => id),
  );
  const verdicts = new Map<string, Verdict>();
  for (const notification of batch) {
    const pause = pauses.get(notification.id);
    if (numberOf(notification).some((number) => optedOut.has(number)) || pause?.reason === 'opted_out') {
      verdicts.set(notification.id, { end: 'not_sent', reason: 'opted_out', detail: OPTED_OUT_SENTENCE });
    } else if (pause !== undefined) {
      const detail = `The channel is paused: ${pause.detail}`;
      verdicts.set(notification.id, { end: 'not_sent', reason: 'channel_paused', detail });
    }
  }
  return verdicts;
};

function numberOf({ channel }: ClaimedNotification): string[] {
  const target = channel?.target;
  return target !== undefined && (target.kind === 'sms' || target.kind === 'whatsapp') ? [target.to] : [];
}
