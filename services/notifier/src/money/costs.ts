import { calendarDay, calendarEnds, capLimits, type CapLimit } from '@ubot/alerting';
import {
  decimalOf,
  DEFAULT_SETTINGS,
  microsOf,
  type AdminCostsAnswer,
  type CapState,
  type CostsAnswer,
  type CostTotal,
} from '@ubot/contracts';
import {
  countKey,
  EVERYBODY,
  lockCounts,
  readAllCosts,
  readCapFacts,
  readCosts,
  readNotices,
  withTransaction,
  type CountKey,
  type Database,
  type MessageCount,
} from '@ubot/db';
import type { PriceTable } from './priceTable.ts';
import type { MoneySettings } from './settings.ts';

const NOTICES = 50;
/** No time zone is further from UTC than this. */
const FURTHEST_ZONE_MS = 86_400_000;

export interface CostsOptions extends Pick<MoneySettings, 'userCaps' | 'everybodysCaps'> {
  readonly db: Database;
  readonly prices: PriceTable;
  readonly nowMs: () => number;
}

export interface Costs {
  /** What a user's messages of a month cost; of the month that runs in his time zone when none is named. */
  ofUser(userId: string, month: string | undefined): Promise<CostsAnswer>;
  ofAll(month: string | undefined): Promise<AdminCostsAnswer>;
  /** Caps of everybody together, as they stand now. */
  everybodysCaps(): Promise<CapState[]>;
}

export function createCosts(options: CostsOptions): Costs {
  const { db, prices, nowMs } = options;
  const { currency } = prices;

  const everybodysCaps: Costs['everybodysCaps'] = async () => {
    const given = { owner: EVERYBODY, timeZone: 'UTC', nowMs: nowMs() };
    return capStates(db, prices, { limits: capLimits('everybody', options.everybodysCaps), ...given });
  };

  return {
    everybodysCaps,
    async ofUser(userId, asked) {
      const facts = await readCapFacts(db, userId);
      const timeZone = facts?.timeZone ?? DEFAULT_SETTINGS.timeZone;
      const now = nowMs();
      const month = asked ?? calendarDay(now, timeZone).month;
      const lines = await readCosts(db, { userId, month });
      const limits = [
        ...capLimits('user', facts?.ownCaps ?? null),
        ...capLimits('operator', { ...options.userCaps, ...facts?.operatorCaps }),
      ];
      const firstMs = Date.parse(`${month}-01T00:00:00Z`);
      const notices = await readNotices(db, {
        userId,
        fromMs: firstMs - FURTHEST_ZONE_MS,
        toMs: calendarEnds(firstMs, 'UTC').monthEndsMs + FURTHEST_ZONE_MS,
        limit: NOTICES,
      });
      return {
        month,
        timeZone,
        currency,
        ...sumsOf(lines),
        lines,
        caps: await capStates(db, prices, { limits, owner: userId, timeZone, nowMs: now }),
        notices: notices.filter(({ atMs }) => calendarDay(atMs, timeZone).month === month),
      };
    },
    async ofAll(asked) {
      const month = asked ?? calendarDay(nowMs(), 'UTC').month;
      const lines = await readAllCosts(db, { month });
      return { month, currency, ...sumsOf(lines), lines, caps: await everybodysCaps() };
    },
  };
}

/** Counts that nobody has asked for yet are begun, so that a cap shows what was sent before it was set. */
async function capStates(
  db: Database,
  { currency }: PriceTable,
  given: { limits: readonly CapLimit[]; owner: string; timeZone: string; nowMs: number },
): Promise<CapState[]> {
  const { limits, owner, timeZone, nowMs } = given;
  if (limits.length === 0) return [];
  const { day, month } = calendarDay(nowMs, timeZone);
  const keys: CountKey[] = [
    { owner, period: day },
    { owner, period: month },
  ];
  const counts = await withTransaction(db, (tx) => lockCounts(tx, { needed: keys, ifKept: [], currency }));
  const { dayEndsMs, monthEndsMs } = calendarEnds(nowMs, timeZone);
  return limits.map(({ setBy, what, period, most }) => {
    const count: MessageCount | undefined = counts.get(countKey({ owner, period: period === 'day' ? day : month }));
    const isMoney = what === 'money';
    return {
      setBy,
      what,
      period,
      limit: isMoney ? decimalOf(most) : String(most),
      used: isMoney ? decimalOf(count?.micros ?? 0) : String(count?.messages ?? 0),
      endsAtMs: period === 'day' ? dayEndsMs : monthEndsMs,
    };
  });
}

interface Line {
  readonly messages: number;
  readonly segments: number;
  readonly currency: string | null;
  readonly amount: string;
  readonly estimatedAmount: string;
}

function sumsOf(lines: readonly Line[]): { messages: number; segments: number; totals: CostTotal[] } {
  const sums = new Map<string, { amount: number; estimated: number }>();
  for (const { currency, amount, estimatedAmount } of lines) {
    if (currency === null) continue;
    const sum = sums.get(currency) ?? { amount: 0, estimated: 0 };
    const estimated = sum.estimated + microsOf(estimatedAmount);
    sums.set(currency, { amount: sum.amount + microsOf(amount), estimated });
  }
  return {
    messages: lines.reduce((sum, { messages }) => sum + messages, 0),
    segments: lines.reduce((sum, { segments }) => sum + segments, 0),
    totals: [...sums].map(([currency, { amount, estimated }]) => ({
      currency,
      amount: decimalOf(amount),
      estimatedAmount: decimalOf(estimated),
    })),
  };
}
