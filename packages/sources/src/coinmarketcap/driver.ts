import type { Result } from '@ubot/contracts';
import type { GlobalMetrics } from '@ubot/market';
import type { MarketSource, PollOutcome, PollRequest, PollSchedule, SourceLog } from '../types.ts';
import { createAllowance } from './allowance.ts';
import { createClient, type CallError, type ClientOptions } from './client.ts';
import { createEndpoints, type Fetched } from './endpoints.ts';
import { historyOf } from './historical.ts';
import { snapshotOf } from '../shared/tickers.ts';
import { FASTEST_INTERVAL_MS, planPolls } from './planPolls.ts';
import { createRest } from './rest.ts';

const MINUTE_MS = 60_000;
const KEYLESS_INTERVAL_MS = 5 * MINUTE_MS;
const KEYLESS_GLOBAL_INTERVAL_MS = 15 * MINUTE_MS;
/** A documented subset of the calls answers without a key under these; the older name second. */
const KEYLESS_PREFIXES = ['/public-api', '/trial-pro-api'] as const;
export interface CoinMarketCapOptions extends ClientOptions {
  readonly coins: number;
  readonly intervalMs?: number;
  readonly log: SourceLog;
}

export interface CoinMarketCapSource extends MarketSource {
  /** One small call: whether the provider answers us at all. */
  probe(signal: AbortSignal): Promise<Result<true>>;
}

/** CoinMarketCap with a key (cadence from its plan) or without (the keyless path, gently). */
export function createCoinMarketCap(options: CoinMarketCapOptions): CoinMarketCapSource {
  const keyless = options.apiKey === null;
  const { nowMs, log } = options;
  const endpoints = createEndpoints(createClient(options), { prefixes: keyless ? KEYLESS_PREFIXES : [''], keyless });
  const allowance = createAllowance(nowMs);
  const rest = createRest(options);
  let costs: { listing?: number; global?: number } = {};

  const context = (signal: AbortSignal) => ({ signal, resetAtMs: allowance.current().resetAtMs });

  async function askKey(signal: AbortSignal): Promise<void> {
    if (keyless || !allowance.isDue()) return;
    const info = await endpoints.key(context(signal));
    if (info.ok) {
      allowance.learned(info.value);
      return;
    }
    allowance.askedInVain();
    rest.refusedKey(info);
    log({ event: 'source.key-info-failed', code: info.failure.code, detail: info.failure.detail });
  }

  function plan(): Result<PollSchedule> {
    if (keyless) return { ok: true, value: keylessSchedule(options, rest.slowFactor()) };
    const planned = planPolls({
      ...allowance.current(),
      coins: options.coins,
      nowMs: nowMs(),
      ...(options.intervalMs !== undefined && { overrideIntervalMs: options.intervalMs }),
      fastestIntervalMs: isProvider(options.baseUrl) ? FASTEST_INTERVAL_MS : OTHER_HOST_FASTEST_INTERVAL_MS,
      ...(costs.listing !== undefined && { creditsPerListing: costs.listing }),
      ...(costs.global !== undefined && { creditsPerGlobal: costs.global }),
    });
    return planned.ok ? { ok: true, value: slowed(planned.value, rest.slowFactor()) } : planned;
  }

  function failed(error: CallError): Result<never> {
    if (error.errorCode === 1010) allowance.exhausted();
    rest.failed(error);
    return { ok: false, failure: error.failure };
  }

  async function fetchGlobal(request: PollRequest): Promise<{ global: GlobalMetrics | null; creditCount: number }> {
    if (!request.wantGlobal) return { global: null, creditCount: 0 };
    const result = await endpoints.global(context(request.signal));
    if (result.ok) {
      costs = { ...costs, global: result.creditCount };
      return { global: result.value, creditCount: result.creditCount };
    }
    // Prices without the market's totals are worth more than neither.
    log({ event: 'source.global-failed', code: result.failure.code, detail: result.failure.detail });
    return { global: null, creditCount: 0 };
  }

  return {
    name: 'coinmarketcap',
    label: keyless ? 'CoinMarketCap (without a key)' : 'CoinMarketCap',
    demo: false,

    async schedule() {
      await askKey(AbortSignal.timeout(KEY_TIMEOUT_MS));
      const refusal = rest.refusal();
      return refusal === null || !rest.isFinal() ? plan() : { ok: false, failure: refusal };
    },

    async poll(request): Promise<Result<PollOutcome>> {
      const refusal = rest.refusal();
      if (refusal !== null) return { ok: false, failure: refusal };
      const listing = await endpoints.listings(options.coins, context(request.signal));
      if (!listing.ok) return failed(listing);
      const { tickers, leftOutCount, pageFailure } = listing.value;
      if (tickers.length === 0) return failed(emptyListing(leftOutCount));
      if (pageFailure === null) {
        rest.succeeded();
        costs = { ...costs, listing: listing.creditCount };
      } else {
        rest.failed(pageFailure);
        log({ event: 'source.page-failed', code: pageFailure.failure.code, detail: pageFailure.failure.detail });
      }
      const { global, creditCount } = await fetchGlobal(request);
      allowance.spent(listing.creditCount + creditCount);
      const scheduled = plan();
      const pollIntervalMs = scheduled.ok ? scheduled.value.intervalMs : KEYLESS_INTERVAL_MS;
      const about = { takenAtMs: request.nominalAtMs, source: 'coinmarketcap', pollIntervalMs, global };
      return {
        ok: true,
        value: {
          snapshot: snapshotOf(tickers, about),
          coins: tickers.map((ticker) => ticker.info),
          leftOutCount,
          creditCount: listing.creditCount + creditCount,
          creditsLeft: allowance.current().creditsLeft,
        },
      };
    },

    async *history(request) {
      if (keyless) return;
      await askKey(request.signal ?? AbortSignal.timeout(KEY_TIMEOUT_MS));
      const scheduled = plan();
      if (!scheduled.ok) return;
      yield* historyOf({
        endpoints,
        coins: options.coins,
        request,
        budgetCredits: warmUpBudget(scheduled.value, allowance.current(), nowMs()),
        context,
        onSpent: (creditCount) => allowance.spent(creditCount),
        log,
      });
    },

    async probe(signal) {
      const result: Fetched<unknown> = await endpoints.listings(1, context(signal));
      return result.ok ? { ok: true, value: true } : { ok: false, failure: result.failure };
    },

    async close() {},
  };
}

const KEY_TIMEOUT_MS = 20_000;
/** Another host that speaks the protocol (a recording, a cache of one's own) keeps its own pace. */
const OTHER_HOST_FASTEST_INTERVAL_MS = 1_000;

function isProvider(baseUrl: string): boolean {
  return /(?:^|\.)coinmarketcap\.com$/i.test(new URL(baseUrl).hostname);
}

function keylessSchedule({ coins, intervalMs: wantedMs }: CoinMarketCapOptions, factor: number): PollSchedule {
  const intervalMs = Math.max(KEYLESS_INTERVAL_MS, wantedMs ?? 0) * factor;
  const globalIntervalMs = Math.max(KEYLESS_GLOBAL_INTERVAL_MS, intervalMs);
  const every = `top ${coins} every ${intervalMs / MINUTE_MS} min, global every ${globalIntervalMs / MINUTE_MS} min`;
  const sentence = `${every}, without a key (set CMC_API_KEY for more)`;
  return { intervalMs, globalIntervalMs, sentence, creditsPerMonth: 0, creditsAllowed: null };
}

function slowed(schedule: PollSchedule, factor: number): PollSchedule {
  if (factor === 1) return schedule;
  return {
    ...schedule,
    intervalMs: schedule.intervalMs * factor,
    globalIntervalMs: Math.max(schedule.globalIntervalMs, schedule.intervalMs * factor),
    sentence: `${schedule.sentence}; ${factor} times slower for now, because the source asked for it`,
  };
}

function emptyListing(leftOutCount: number): CallError {
  const detail = `CoinMarketCap's listing held no usable coin (${leftOutCount} were left out).`;
  return { errorCode: 0, failure: { code: 'SOURCE_ANSWER_INVALID', detail } };
}

/** What the month's polls do not need, and at most a fifth of the allowance. */
function warmUpBudget(
  schedule: PollSchedule,
  allowance: { creditsLeft: number | null; creditsMonthly: number | null; resetAtMs: number | null },
  atMs: number,
): number {
  const { creditsLeft, creditsMonthly, resetAtMs } = allowance;
  if (creditsLeft === null || creditsMonthly === null) return 0;
  const months = ((resetAtMs ?? atMs + MONTH_MS) - atMs) / MONTH_MS;
  return Math.min(creditsMonthly / 5, creditsLeft - schedule.creditsPerMonth * months);
}

const MONTH_MS = 30 * 86_400_000;
