import { lockDelivery, saveDelivery, withTransaction, type Database } from '@ubot/db';
import type { Logger } from '@ubot/service-kit';
import { judgeDelivery, type ProviderWord } from './delivery.ts';

export interface RecordOptions {
  readonly db: Database;
  readonly nowMs: () => number;
  readonly log: Logger;
}

/**
 * Records a provider's word about a notification's message, in whatever order words come. A word that comes before our
 * own record of the send stands for it.
 *
 * Shape: → false when there is no such notification at this provider.
 */
export async function recordWord(options: RecordOptions, notificationId: string, word: ProviderWord): Promise<boolean> {
  const { db, nowMs, log } = options;
  return withTransaction(db, async (tx) => {
    const current = await lockDelivery(tx, notificationId);
    if (current === null) return false;
    const judged = judgeDelivery(current, word);
    const about = { notificationId, providerMessageId: word.messageSid, status: word.status };
    if (!judged.change) {
      const level = judged.reason === 'another_message' ? 'warn' : 'debug';
      log[level]({ event: 'delivery.unchanged', ...about, reason: judged.reason });
      return true;
    }
    await saveDelivery(tx, {
      id: notificationId,
      state: judged.state,
      providerMessageId: word.messageSid,
      providerStatus: word.status,
      error: judged.error,
      nowMs: nowMs(),
    });
    log.info({ event: `delivery.${judged.state}`, ...about, providerErrorCode: word.errorCode });
    return true;
  });
}
