import { optOut, pauseChannelOf, type Transaction } from '@ubot/db';
import type { Refusal } from '@ubot/notify';
import type { Logger } from '@ubot/service-kit';
import { OPTED_OUT_SENTENCE } from './stages/reachable.ts';

/**
 * What a lasting failure means for the channel: nothing more goes there until its user does something. The one place
 * where channels are paused, whichever driver or callback has learnt of it.
 */
export async function pauseAfter(
  tx: Transaction,
  failed: { notificationId: string; lasting: NonNullable<Refusal['lasting']>; detail: string; nowMs: number },
  log: Logger,
): Promise<void> {
  const { notificationId, lasting: reason, detail, nowMs } = failed;
  const paused = await pauseChannelOf(tx, { notificationId, reason, detail, nowMs });
  if (paused === null || !paused.isNew) return;
  log.warn({ event: 'channel.paused', channelId: paused.channelId, kind: paused.target.kind, reason });
  if (reason === 'opted_out' && (paused.target.kind === 'sms' || paused.target.kind === 'whatsapp')) {
    await optOut(tx, { number: paused.target.to, by: 'provider', detail: OPTED_OUT_SENTENCE, nowMs });
  }
}
