import {
  closeWhatsAppSession,
  lockDelivery,
  saveDelivery,
  sendAnew,
  settlePrice,
  withTransaction,
  type Database,
  type Delivery,
  type Transaction,
} from '@ubot/db';
import { consequences, OUTSIDE_WINDOW, twilioErrorMeaning } from '@ubot/notify';
import type { Logger } from '@ubot/service-kit';
import { callAgainAt, type CallAgain } from './callAgain.ts';
import { judgeDelivery, type ProviderWord } from './delivery.ts';
import { pauseAfter } from './pauses.ts';
import { mayFallBack } from './way.ts';

export interface RecordOptions {
  readonly db: Database;
  readonly nowMs: () => number;
  readonly log: Logger;
  /** The currency that money is counted in; null: in none. */
  readonly countsIn: string | null;
  readonly callAgain: CallAgain;
}

/**
 * Records a provider's word about a notification's message, in whatever order words come. A word that comes before our
 * own record of the send stands for it. A failure may have consequences: the message goes by another way, the call is
 * made again, or the channel is paused.
 *
 * Shape: → false when there is no such notification at this provider.
 */
export async function recordWord(options: RecordOptions, notificationId: string, word: ProviderWord): Promise<boolean> {
  const { db } = options;
  return withTransaction(db, async (tx) => {
    const current = await lockDelivery(tx, notificationId);
    if (current === null) return false;
    await judgeWord(options, tx, { notificationId, current, word });
    const { charge, segments = null, messageSid: providerMessageId } = word;
    if (charge != null) {
      const price = { ...charge, providerMessageId, segments };
      await settlePrice(tx, { id: notificationId, price, countsIn: options.countsIn });
    }
    return true;
  });
}

async function judgeWord(
  { nowMs, callAgain, log }: RecordOptions,
  tx: Transaction,
  { notificationId, current, word }: Pick<Failed, 'notificationId' | 'current' | 'word'>,
): Promise<void> {
  const judged = judgeDelivery(current, word);
  const about = { notificationId, providerMessageId: word.messageSid, status: word.status };
  if (!judged.change) {
    const level = judged.reason === 'another_message' ? 'warn' : 'debug';
    log[level]({ event: 'delivery.unchanged', ...about, reason: judged.reason });
    return;
  }
  const { state } = judged;
  const error = judged.error === null ? null : afterSeveralCalls(judged.error, current);
  if (error !== null) {
    const failed = { notificationId, current, word, detail: error.detail, nowMs: nowMs() };
    if ((await goesAnew(tx, failed)) || (await callsAgain(tx, failed, callAgain))) {
      log.info({ event: 'delivery.sent_anew', ...about, providerErrorCode: word.errorCode });
      return;
    }
  }
  await saveDelivery(tx, {
    id: notificationId,
    state,
    providerMessageId: word.messageSid,
    providerStatus: word.status,
    error,
    nowMs: nowMs(),
  });
  const { lasting } = state === 'failed' ? consequences(twilioErrorMeaning(word.errorCode)) : {};
  if (lasting !== undefined && error !== null) {
    await pauseAfter(tx, { notificationId, lasting, detail: error.detail, nowMs: nowMs() }, log);
  }
  log.info({ event: `delivery.${state}`, ...about, providerErrorCode: word.errorCode });
}

interface Failed {
  readonly notificationId: string;
  readonly current: Delivery;
  readonly word: ProviderWord;
  readonly detail: string;
  readonly nowMs: number;
}

/**
 * Whether a message that WhatsApp took and then failed goes once more: as the template when the window was thought to be
 * open and was not, without the picture that could not be fetched, by SMS where the user wants that.
 */
async function goesAnew(tx: Transaction, { notificationId, current, word, detail, nowMs }: Failed): Promise<boolean> {
  const { target } = current;
  const meaning = twilioErrorMeaning(word.errorCode)?.class;
  if (target?.kind !== 'whatsapp' || (meaning !== 'other_way' && meaning !== 'picture')) return false;
  const again = { id: notificationId, owner: null, failedMessageId: word.messageSid, reason: detail, nowMs };
  if (meaning === 'picture') {
    // The second message has no picture that could be refused.
    const isFirst = current.earlierMessageIds.length === 0;
    return isFirst && sendAnew(tx, { ...again, sentAs: null, errorCode: 'picture_refused' });
  }
  if (word.errorCode === OUTSIDE_WINDOW && (await closeWhatsAppSession(tx, target.to, nowMs))) {
    return sendAnew(tx, { ...again, sentAs: null, errorCode: 'whatsapp_window' });
  }
  return mayFallBack(current) && sendAnew(tx, { ...again, sentAs: 'sms', errorCode: 'whatsapp_fallback' });
}

/** A call that nobody took is made again, in the place of the one that has ended. */
async function callsAgain(
  tx: Transaction,
  { notificationId, current, word, detail, nowMs }: Failed,
  callAgain: CallAgain,
): Promise<boolean> {
  const next = callAgainAt(current, word, { ...callAgain, nowMs });
  if (next === null) return false;
  const reason = `${detail} Call ${next.call} of ${callAgain.retries + 1} follows.`;
  const again = { id: notificationId, owner: null, failedMessageId: word.messageSid, sentAs: null } as const;
  return sendAnew(tx, { ...again, errorCode: 'call_again', reason, atMs: next.atMs, staysCounted: true, nowMs });
}

function afterSeveralCalls(error: { code: string; detail: string }, { target, earlierMessageIds }: Delivery) {
  if (target?.kind !== 'voice' || earlierMessageIds.length === 0) return error;
  return { ...error, detail: `${error.detail} It was call ${earlierMessageIds.length + 1}; nobody took any.` };
}
