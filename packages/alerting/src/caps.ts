import { decimalOf, microsOf, type Caps, type CapState } from '@ubot/contracts';
import { formatTime } from './render.ts';

/** One cap. `most` is a number of messages, or millionths of the currency's unit. */
export interface CapLimit extends Pick<CapState, 'setBy' | 'what' | 'period'> {
  readonly most: number;
}

/** What has gone out in a day or a month; money in millionths. */
export interface Sent {
  readonly messages: number;
  readonly micros: number;
}

/** The caps of one setter, those of a day before those of a month. */
export function capLimits(setBy: CapLimit['setBy'], caps: Caps | null): CapLimit[] {
  const { messagesPerDay, messagesPerMonth, moneyPerDay, moneyPerMonth } = caps ?? {};
  const limits: CapLimit[] = [];
  const add = (what: CapLimit['what'], period: CapLimit['period'], most: number | undefined): void => {
    if (most !== undefined) limits.push({ setBy, what, period, most });
  };
  add('messages', 'day', messagesPerDay);
  add('money', 'day', moneyPerDay === undefined ? undefined : microsOf(moneyPerDay));
  add('messages', 'month', messagesPerMonth);
  add('money', 'month', moneyPerMonth === undefined ? undefined : microsOf(moneyPerMonth));
  return limits;
}

/**
 * The first cap that one more message would pass; null: it may go.
 *
 * Shape: `sentIn` is what has gone out already in a cap's period; `micros` is what this message is thought to cost.
 * Edges: what costs nothing (or nobody knows what) passes every cap on money.
 */
export function capReached(
  limits: readonly CapLimit[],
  { sentIn, micros }: { sentIn: (limit: CapLimit) => Sent; micros: number },
): CapLimit | null {
  const isPassed = (limit: CapLimit): boolean => {
    const sent = sentIn(limit);
    if (limit.what === 'messages') return sent.messages + 1 > limit.most;
    return micros > 0 && sent.micros + micros > limit.most;
  };
  return limits.find(isPassed) ?? null;
}

/** "Your cap of 20 messages a day is reached; it begins anew at 2026-11-22 00:00 GMT+1." */
export function capSentence(
  limit: CapLimit,
  { endsAtMs, timeZone, currency }: { endsAtMs: number; timeZone: string; currency: string | null },
): string {
  const { setBy, what, period, most } = limit;
  const thing = what === 'messages' ? `${most} ${most === 1 ? 'message' : 'messages'}` : moneyText(most, currency);
  const [whose, whom] = OWNERS[setBy];
  return `${whose} cap of ${thing} a ${period}${whom} is reached; it begins anew at ${formatTime(endsAtMs, timeZone)}.`;
}

const OWNERS: Readonly<Record<CapLimit['setBy'], readonly [string, string]>> = {
  user: ['Your', ''],
  operator: ["The operator's", ' for your account'],
  everybody: ["The operator's", ' for all users together'],
};

const moneyText = (micros: number, currency: string | null): string => `${decimalOf(micros)} ${currency ?? ''}`.trim();
