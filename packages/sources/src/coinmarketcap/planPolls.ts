import type { Result } from '@ubot/contracts';
import type { PollSchedule } from '../types.ts';

const SECOND_MS = 1_000;
const MINUTE_MS = 60 * SECOND_MS;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;
/** What "a month" means in a sentence about credits. */
const MONTH_MS = 30 * DAY_MS;

/** One credit pays for so many coins of a listing, rounded up on each page. */
export const COINS_PER_CREDIT = 200;
export const COINS_PER_PAGE_MAX = 5_000;
const GLOBAL_CREDITS = 1;

/** The provider refreshes listings every 60 s and global metrics every 5 minutes: asking faster pays for nothing. */
export const FASTEST_INTERVAL_MS = MINUTE_MS;
const GLOBAL_MINUTES = [5, 10, 15, 30, 60] as const;
/** Global metrics are not polled more seldom than this, unless prices are. */
const GLOBAL_SLOWEST_MINUTES = 15;
const LISTING_MINUTES = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 12, 15, 20, 30, 60] as const;
/** A plan that cannot pay for a poll an hour is refused. */
const SLOWEST_MINUTES = 60;
/** Near the end of an allowance it may get slower than any plan: better seldom than not at all until the reset. */
const LAST_RESORT_MINUTES = [120, 180, 240, 360, 720, 1_440] as const;
/** Kept back for retries and for what a restart asks: credits are counted by the provider, not by us. */
const RESERVE_CREDITS = 10;

/** While the plan is not known: no paid or free plan of the provider gave less. */
export const ASSUMED_CREDITS_MONTHLY = 10_000;
export const ASSUMED_RATE_LIMIT_MINUTE = 30;

export interface PlanPollsInput {
  readonly coins: number;
  /** null: the plan is not known; a cautious one is assumed. */
  readonly creditsMonthly: number | null;
  readonly creditsLeft: number | null;
  readonly resetAtMs: number | null;
  readonly rateLimitMinute: number | null;
  readonly nowMs: number;
  readonly overrideIntervalMs?: number;
  /** Below this an override is refused; the provider's own refresh when absent. */
  readonly fastestIntervalMs?: number;
  /** What answers really cost, where they have said so. */
  readonly creditsPerListing?: number;
  readonly creditsPerGlobal?: number;
}

interface Cadence {
  readonly listingMinutes: number;
  readonly globalMinutes: number;
}

/** Credits of one listing of so many coins, over all its pages. */
export function listingCredits(coins: number): number {
  const fullPages = Math.floor(coins / COINS_PER_PAGE_MAX);
  const rest = coins % COINS_PER_PAGE_MAX;
  return (fullPages * COINS_PER_PAGE_MAX) / COINS_PER_CREDIT + Math.ceil(rest / COINS_PER_CREDIT);
}

/**
 * The fastest cadence that the plan pays for: over a month, and with what is left until the allowance is renewed.
 *
 * Units:  credits; 30-day months in sentences, the real time until `resetAtMs` for what is left.
 * Edges:  listings at most every minute, global metrics at most every 5; an allowance that runs low makes it slower
 *         than the plan alone would.
 * Errors: SOURCE_SCHEDULE_UNPAYABLE when an override or even the slowest cadence costs too much;
 *         SOURCE_ALLOWANCE_SPENT, with the time until the reset, when what is left pays for nothing.
 */
export function planPolls(input: PlanPollsInput): Result<PollSchedule> {
  const costs = costsOf(input);
  const allowed = input.creditsMonthly ?? ASSUMED_CREDITS_MONTHLY;
  const paysMonth = (cadence: Cadence) => costs.over(cadence, MONTH_MS) <= allowed && costs.fitsMinute(cadence);
  if (input.overrideIntervalMs !== undefined) return planOverride(input, input.overrideIntervalMs, paysMonth);

  const byPlan = cadences(LISTING_MINUTES).find(paysMonth);
  if (byPlan === undefined) return refusePlan(input);
  const byLeft = cadences([...LISTING_MINUTES, ...LAST_RESORT_MINUTES]).find(
    (cadence) => paysMonth(cadence) && costs.paysUntilReset(cadence),
  );
  if (byLeft === undefined) return allowanceSpent(input);
  return { ok: true, value: scheduleOf(input, byLeft, isSlower(byLeft, byPlan)) };
}

function planOverride(
  input: PlanPollsInput,
  overrideIntervalMs: number,
  paysMonth: (cadence: Cadence) => boolean,
): Result<PollSchedule> {
  const listingMinutes = overrideIntervalMs / MINUTE_MS;
  const fastestMs = input.fastestIntervalMs ?? FASTEST_INTERVAL_MS;
  if (overrideIntervalMs < fastestMs) {
    const every = `${fastestMs / SECOND_MS} s`;
    return unpayable(
      `CoinMarketCap refreshes its prices every ${every}; an interval of ${overrideIntervalMs / SECOND_MS} s is too short.`,
    );
  }
  const cadence = cadences([listingMinutes]).find(paysMonth);
  if (cadence === undefined) {
    const cheapest = cadences([listingMinutes]).at(-1)!;
    const fastest = planPolls({ ...input, overrideIntervalMs: undefined });
    const instead = fastest.ok ? ` The fastest that it pays for is: ${fastest.value.sentence}.` : '';
    return unpayable(`The plan does not pay for ${describe(input, cheapest)}.${instead}`);
  }
  if (!costsOf(input).paysUntilReset(cadence)) {
    // The operator's choice stays a wish: what is left decides.
    const slowed = planPolls({ ...input, overrideIntervalMs: undefined });
    if (!slowed.ok || slowed.value.intervalMs > overrideIntervalMs) return slowed;
  }
  return { ok: true, value: scheduleOf(input, cadence, false) };
}

/** Every cadence worth having, the best first: prices before global metrics. */
function cadences(listingMinutes: readonly number[]): Cadence[] {
  return listingMinutes.flatMap((listing) => {
    const slowest = Math.max(GLOBAL_SLOWEST_MINUTES, listing);
    const global = GLOBAL_MINUTES.filter(
      (minutes) => minutes >= Math.min(listing, SLOWEST_MINUTES) && minutes <= slowest,
    );
    const choices: readonly number[] = listing > SLOWEST_MINUTES || global.length === 0 ? [slowest] : global;
    return choices.map((globalMinutes) => ({ listingMinutes: listing, globalMinutes }));
  });
}

function costsOf(input: PlanPollsInput) {
  const perListing = input.creditsPerListing ?? listingCredits(input.coins);
  const perGlobal = input.creditsPerGlobal ?? GLOBAL_CREDITS;
  const untilResetMs = (input.resetAtMs ?? input.nowMs + MONTH_MS) - input.nowMs;
  const over = (cadence: Cadence, spanMs: number) => {
    const minutes = spanMs / MINUTE_MS;
    return Math.ceil((minutes / cadence.listingMinutes) * perListing + (minutes / cadence.globalMinutes) * perGlobal);
  };
  return {
    over,
    /** All pages and the global metrics may fall into one minute. */
    fitsMinute: (cadence: Cadence) => {
      const requests = Math.ceil(input.coins / COINS_PER_PAGE_MAX) + 1;
      return requests / cadence.listingMinutes <= (input.rateLimitMinute ?? ASSUMED_RATE_LIMIT_MINUTE);
    },
    paysUntilReset: (cadence: Cadence) =>
      input.creditsLeft === null ||
      untilResetMs <= 0 ||
      over(cadence, untilResetMs) + RESERVE_CREDITS <= input.creditsLeft,
  };
}

function scheduleOf(input: PlanPollsInput, cadence: Cadence, slowed: boolean): PollSchedule {
  const creditsAllowed = input.creditsMonthly;
  const allowance = creditsAllowed === null ? `an assumed ${count(ASSUMED_CREDITS_MONTHLY)}` : count(creditsAllowed);
  const perMonth = costsOf(input).over(cadence, MONTH_MS);
  const left = slowed
    ? `; slowed down, ${count(input.creditsLeft ?? 0)} credits are left until ${dateText(input)}`
    : '';
  return {
    intervalMs: cadence.listingMinutes * MINUTE_MS,
    globalIntervalMs: cadence.globalMinutes * MINUTE_MS,
    sentence: `${cadenceText(input, cadence)}: ${count(perMonth)} of ${allowance} credits a month${left}`,
    creditsPerMonth: perMonth,
    creditsAllowed,
  };
}

function refusePlan(input: PlanPollsInput): Result<never> {
  const slowest = describe(input, { listingMinutes: SLOWEST_MINUTES, globalMinutes: SLOWEST_MINUTES });
  const allowed = count(input.creditsMonthly ?? ASSUMED_CREDITS_MONTHLY);
  return unpayable(`Even the slowest schedule, ${slowest}, is more than the plan's ${allowed}. Configure fewer coins.`);
}

function allowanceSpent(input: PlanPollsInput): Result<never> {
  const detail = `${count(input.creditsLeft ?? 0)} credits are left until ${dateText(input)}: too few for one poll a day.`;
  const retryAfterMs = Math.max(MINUTE_MS, (input.resetAtMs ?? input.nowMs + DAY_MS) - input.nowMs);
  return { ok: false, failure: { code: 'SOURCE_ALLOWANCE_SPENT', detail, retryAfterMs } };
}

function describe(input: PlanPollsInput, cadence: Cadence): string {
  return `${cadenceText(input, cadence)}: ${count(costsOf(input).over(cadence, MONTH_MS))} credits a month`;
}

function cadenceText(input: PlanPollsInput, { listingMinutes, globalMinutes }: Cadence): string {
  return `top ${count(input.coins)} every ${span(listingMinutes)}, global every ${span(globalMinutes)}`;
}

const isSlower = (one: Cadence, other: Cadence) =>
  one.listingMinutes > other.listingMinutes || one.globalMinutes > other.globalMinutes;
const unpayable = (detail: string): Result<never> => ({
  ok: false,
  failure: { code: 'SOURCE_SCHEDULE_UNPAYABLE', detail },
});
const count = (value: number) => String(Math.round(value)).replaceAll(/\B(?=(?:\d{3})+$)/g, ',');
const span = (minutes: number) => {
  if (!Number.isInteger(minutes)) return `${Math.round(minutes * 60)} s`;
  return minutes > SLOWEST_MINUTES ? `${minutes / 60} h` : `${minutes} min`;
};
const dateText = ({ resetAtMs, nowMs }: PlanPollsInput) =>
  `${new Date(resetAtMs ?? nowMs + MONTH_MS).toISOString().slice(0, 16).replace('T', ' ')} UTC`;
