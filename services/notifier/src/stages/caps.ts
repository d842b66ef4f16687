import {
  calendarDay,
  calendarEnds,
  capLimits,
  capReached,
  capSentence,
  type CapLimit,
  type Sent,
} from '@ubot/alerting';
import { DEFAULT_SETTINGS, MACHINE_KINDS, type ChannelTarget } from '@ubot/contracts';
import {
  addToCounts,
  countKey,
  countsOf,
  EVERYBODY,
  insertNotices,
  lockCounts,
  type ClaimedNotification,
  type CountKey,
  type MessageCount,
  type NewNotice,
  type Transaction,
} from '@ubot/db';
import { fitText, smsSegments, type SmsLimits } from '@ubot/notify';
import { newId } from '@ubot/service-kit';
import type { Estimate, PriceTable } from '../money/priceTable.ts';
import type { MoneySettings } from '../money/settings.ts';
import type { Verdict } from './frame.ts';

export interface CapsOptions extends Pick<MoneySettings, 'userCaps' | 'everybodysCaps'> {
  readonly prices: PriceTable;
  /** As the SMS driver cuts texts. */
  readonly smsLimits: SmsLimits | undefined;
}

/** What the caps ask of a message. */
export type Capped = Pick<
  ClaimedNotification,
  'userId' | 'purpose' | 'countedAtMs' | 'timeZone' | 'ownCaps' | 'operatorCaps'
>;

/** A message whose text is made, about to be sent. */
export interface Message {
  readonly notification: Capped;
  readonly target: ChannelTarget;
  readonly text: string;
  readonly reference: string;
}

/** A message that may go, and what is written down of it. */
export interface Counted {
  readonly segments: number | null;
  readonly estimate: Estimate | null;
  /** The day in the user's time zone that it counts for; null: it does not count, or has been counted. */
  readonly countedDay: string | null;
}

export interface Budget {
  /** Takes a message's part of the caps, or tells which of them it would pass. */
  take(message: Message): Counted | Extract<Verdict, { end: unknown }>;
  /** Writes down what was taken, and what users are to be told. */
  save(): Promise<void>;
}

/**
 * Caps on messages and money, of a day and of a month: the user's own, the operator's for the user, and those of everybody
 * together. They are asked when a text is made, since an SMS costs by its length.
 *
 * Opened with a claim's transaction and saved in it: the counts are locked in between, so that two notifiers never pass a
 * cap together, and what was counted is sent, or found by its lease. A message counts once, at its first attempt; a
 * digest is one message. Urgent ones are capped like all others.
 */
export interface OpenCaps {
  (given: { tx: Transaction; nowMs: number; batch: readonly Capped[] }): Promise<Budget>;
}

export function createCaps(options: CapsOptions): OpenCaps {
  return async ({ tx, nowMs, batch }) => {
    const everybodys = capLimits('everybody', options.everybodysCaps);
    const users = new Map(batch.map((one) => [one.userId, userOf(options, one, nowMs)]));
    const capped = [...users.values()].filter(({ limits }) => limits.length > 0);
    const uncapped = [...users.values()].filter(({ limits }) => limits.length === 0);
    const all = batch.length === 0 ? [] : periodsOf(EVERYBODY, calendarDay(nowMs, 'UTC'));
    const counts = await lockCounts(tx, {
      needed: [...(everybodys.length > 0 ? all : []), ...capped.flatMap((user) => periodsOf(user.userId, user))],
      ifKept: [...(everybodys.length > 0 ? [] : all), ...uncapped.flatMap((user) => periodsOf(user.userId, user))],
      currency: options.prices.currency,
    });
    return createBudget({ ...options, tx, nowMs, everybodys, users, counts });
  };
}

interface CappedUser {
  readonly userId: string;
  readonly timeZone: string;
  readonly day: string;
  readonly month: string;
  readonly limits: readonly CapLimit[];
}

function userOf(
  { userCaps }: CapsOptions,
  { userId, timeZone, ownCaps, operatorCaps }: Capped,
  nowMs: number,
): CappedUser {
  const zone = timeZone ?? DEFAULT_SETTINGS.timeZone;
  const limits = [...capLimits('user', ownCaps), ...capLimits('operator', { ...userCaps, ...operatorCaps })];
  return { userId, timeZone: zone, ...calendarDay(nowMs, zone), limits };
}

const periodsOf = (owner: string, { day, month }: { day: string; month: string }): CountKey[] => [
  { owner, period: day },
  { owner, period: month },
];

interface BudgetOptions extends CapsOptions {
  readonly tx: Transaction;
  readonly nowMs: number;
  readonly everybodys: readonly CapLimit[];
  readonly users: ReadonlyMap<string, CappedUser>;
  /** Changed as messages are taken. */
  readonly counts: Map<string, MessageCount>;
}

const NOTHING: Sent = { messages: 0, micros: 0 };

function createBudget(options: BudgetOptions): Budget {
  const { tx, nowMs, everybodys, users, counts, prices } = options;
  const taken: MessageCount[] = [];
  const notices: NewNotice[] = [];

  const ownerOf = ({ setBy, period }: CapLimit, { userId, day, month }: CappedUser): CountKey => {
    if (setBy === 'everybody') return { owner: EVERYBODY, period: calendarDay(nowMs, 'UTC')[period] };
    return { owner: userId, period: period === 'day' ? day : month };
  };

  const refuse = (limit: CapLimit, user: CappedUser): Extract<Verdict, { end: unknown }> => {
    const ends = calendarEnds(nowMs, limit.setBy === 'everybody' ? 'UTC' : user.timeZone);
    const endsAtMs = limit.period === 'day' ? ends.dayEndsMs : ends.monthEndsMs;
    const detail = capSentence(limit, { endsAtMs, timeZone: user.timeZone, currency: prices.currency });
    const subject = `${limit.setBy}/${limit.what}/${ownerOf(limit, user).period}`;
    const text = `Alerts are not sent: ${detail}`;
    if (!notices.some((notice) => notice.userId === user.userId && notice.subject === subject)) {
      notices.push({ id: newId(), userId: user.userId, kind: 'over_cap', subject, text, atMs: nowMs });
    }
    return { end: 'not_sent', reason: OVER_CAP, detail };
  };

  const count = (user: CappedUser, micros: number): void => {
    const counted = { userId: user.userId, countedAtMs: nowMs, countedDay: user.day };
    for (const change of countsOf(counted, { messages: 1, micros })) {
      const key = countKey(change);
      const before = counts.get(key);
      if (before === undefined) continue;
      counts.set(key, { ...before, messages: before.messages + 1, micros: before.micros + micros });
      taken.push(change);
    }
  };

  return {
    take(message) {
      const { notification, target } = message;
      const segments = segmentsOf(options, message);
      const estimate = prices.estimate(target, segments);
      const user = users.get(notification.userId);
      const isFree = MACHINE_KINDS.includes(target.kind) && estimate === null;
      if (user === undefined || isFree || notification.countedAtMs !== null || notification.purpose !== 'alert') {
        return { segments, estimate, countedDay: null };
      }
      const micros = estimate?.micros ?? 0;
      const sentIn = (limit: CapLimit): Sent => counts.get(countKey(ownerOf(limit, user))) ?? NOTHING;
      const reached = capReached([...user.limits, ...everybodys], { sentIn, micros });
      if (reached !== null) return refuse(reached, user);
      count(user, micros);
      return { segments, estimate, countedDay: user.day };
    },
    async save() {
      await addToCounts(tx, taken);
      await insertNotices(tx, notices);
    },
  };
}

export const OVER_CAP = 'over_cap';

/** As the driver will cut and write it; null: the kind has no segments. */
function segmentsOf({ smsLimits }: CapsOptions, { target, text, reference }: Message): number | null {
  if (target.kind !== 'sms') return null;
  return smsSegments(fitText('sms', text, reference, smsLimits)).segments;
}
