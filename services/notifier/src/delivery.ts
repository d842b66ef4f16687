import type { Delivery } from '@ubot/db';
import { twilioErrorMeaning, type ProviderCharge } from '@ubot/notify';

/** What a provider says of a message: in a callback, or when it was looked up. */
export interface ProviderWord {
  readonly messageSid: string;
  readonly status: string;
  readonly errorCode: number | null;
  /** What it takes for the message; null or absent: it does not say. */
  readonly charge?: ProviderCharge | null;
  /** Of SMS. */
  readonly segments?: number | null;
}

export type DeliveryChange =
  | {
      readonly change: true;
      readonly state: 'sent' | 'delivered' | 'failed';
      readonly error: { readonly code: string; readonly detail: string } | null;
    }
  | { readonly change: false; readonly reason: 'repeated' | 'older' | 'another_message' | 'not_a_status' };

/** How far a message has come. What is not named here says nothing. */
const RANKS: ReadonlyMap<string, number> = new Map([
  ['accepted', 1],
  ['scheduled', 1],
  ['queued', 2],
  ['sending', 3],
  ['initiated', 3],
  ['ringing', 3],
  ['sent', 4],
  ['in-progress', 4],
  ['undelivered', 5],
  ['failed', 5],
  ['busy', 5],
  ['no-answer', 5],
  ['canceled', 5],
  ['delivered', 6],
  // Of a call: somebody, or something, has taken it.
  ['completed', 6],
  ['read', 7],
]);
const ENDED_BADLY = 5;
const DELIVERED = 6;

type Judged = Pick<Delivery, 'state' | 'providerMessageId' | 'providerStatus' | 'earlierMessageIds'>;

/**
 * What a provider's word changes. Words come late, twice and in any order: a later status is never set back, a delivery
 * outweighs a failure, and a word about another message than the recorded one changes nothing.
 */
export function judgeDelivery(current: Judged, word: ProviderWord): DeliveryChange {
  const rank = RANKS.get(word.status);
  if (rank === undefined) return { change: false, reason: 'not_a_status' };
  const isNew = current.providerMessageId === null;
  // A second attempt is under way or has been taken; what became of the first no longer counts.
  const isEarlier = current.earlierMessageIds.includes(word.messageSid);
  if (isEarlier || (!isNew && current.providerMessageId !== word.messageSid))
    return { change: false, reason: 'another_message' };
  const known = isNew ? 0 : (RANKS.get(current.providerStatus ?? '') ?? 0);
  const isOpen = current.state === 'queued' || current.state === 'sending' || current.state === 'unknown';
  // The answer to the send itself may have named an end already, without its consequences.
  const isKnown = rank === known && !(current.state === 'sent' && rank >= ENDED_BADLY);
  if (!isOpen && isKnown) return { change: false, reason: 'repeated' };
  if (!isOpen && rank < known) return { change: false, reason: 'older' };
  // Expired or given up here, and yet it was taken: only a delivery is news then.
  if (rank < DELIVERED && (current.state === 'failed' || current.state === 'not_sent') && isNew) {
    return { change: false, reason: 'older' };
  }
  if (rank >= DELIVERED) return { change: true, state: 'delivered', error: null };
  if (rank < ENDED_BADLY) return { change: true, state: 'sent', error: null };
  return { change: true, state: 'failed', error: errorOf(word) };
}

function errorOf({ messageSid, status, errorCode }: ProviderWord): { code: string; detail: string } {
  const code = errorCode === null ? '' : `, error ${errorCode}`;
  const meaning = twilioErrorMeaning(errorCode);
  const sentence = meaning === null ? '' : ` ${meaning.sentence}`;
  const detail = `Twilio reports the ${messageSid.startsWith('CA') ? 'call' : 'message'} as ${status}${code}.${sentence}`;
  return { code: meaning?.class === 'expired' ? 'expired' : 'CHANNEL_REFUSED', detail };
}
