import type { ErrorCode } from '@ubot/contracts';
import type { GlobalMetrics } from '@ubot/market';
import type { CoinInfo } from '../types.ts';
import type { CallError, CallResult, Client } from './client.ts';
import { finite, notNegative, type Ticker } from '../shared/tickers.ts';
import { globalMetricsOf, tickerOf, timeMs } from './normalise.ts';
import { keyData, mapData, mappedCoin } from './schemas.ts';
import { COINS_PER_PAGE_MAX } from './planPolls.ts';

/** v3 gives quotes as an array, v1 as an object; which of them a host still knows is found out once. */
const LISTING_PATHS = ['/v3/cryptocurrency/listings/latest', '/v1/cryptocurrency/listings/latest'] as const;
const GLOBAL_PATH = '/v1/global-metrics/quotes/latest';
const KEY_PATH = '/v1/key/info';
const MAP_PATH = '/v1/cryptocurrency/map';

export interface CallContext {
  readonly signal: AbortSignal;
  readonly resetAtMs: number | null;
}

export type Fetched<T> =
  { readonly ok: true; readonly value: T; readonly creditCount: number } | ({ readonly ok: false } & CallError);

export interface Listing {
  /** Each coin once, best ranked first. */
  readonly tickers: readonly Ticker[];
  readonly leftOutCount: number;
  /** A later page failed: its coins are missing, the others stand. */
  readonly pageFailure: CallError | null;
}

export interface KeyInfo {
  readonly creditsMonthly: number | null;
  readonly creditsLeft: number | null;
  readonly resetAtMs: number | null;
  readonly rateLimitMinute: number | null;
}

export interface Endpoints {
  listings(coins: number, context: CallContext): Promise<Fetched<Listing>>;
  global(context: CallContext): Promise<Fetched<GlobalMetrics>>;
  key(context: CallContext): Promise<Fetched<KeyInfo>>;
  map(coins: number, context: CallContext): Promise<Fetched<readonly CoinInfo[]>>;
  historical(query: Readonly<Record<string, string | number>>, context: CallContext): Promise<CallResult>;
}

/** The provider's calls that we use, at the first of `prefixes` (and of the listing's versions) that exists. */
export function createEndpoints(client: Client, options: { prefixes: readonly string[]; keyless: boolean }): Endpoints {
  const { prefixes, keyless } = options;
  const listingPaths = prefixes.flatMap((prefix) => LISTING_PATHS.map((path) => ({ prefix, path })));
  let known = 0;
  // Where no key is wanted, an answer that asks for one says that this is not the place.
  const isAway = (code: ErrorCode) => code === 'SOURCE_GONE' || (keyless && code === 'SOURCE_KEY_REFUSED');

  async function callListing(query: Record<string, string | number>, context: CallContext): Promise<CallResult> {
    for (;;) {
      const { prefix, path } = listingPaths[known]!;
      const result = await client.call({ path: prefix + path, query, ...context });
      if (result.ok || !isAway(result.failure.code)) return result;
      if (known + 1 >= listingPaths.length) {
        // All gone: the next poll looks from the start again, in case the host was only mending.
        known = 0;
        return result;
      }
      known += 1;
    }
  }

  const call = (path: string, query: Record<string, string | number>, context: CallContext) =>
    client.call({ path: listingPaths[known]!.prefix + path, query, ...context });

  return {
    async listings(coins, context) {
      const byId = new Map<number, Ticker>();
      const leftOut = new Set<unknown>();
      let leftOutCount = 0;
      let creditCount = 0;
      let pageFailure: CallError | null = null;
      for (let start = 1; start <= coins; start += COINS_PER_PAGE_MAX) {
        const limit = Math.min(COINS_PER_PAGE_MAX, coins - start + 1);
        const result = await callListing({ start, limit, convert: 'USD' }, context);
        const page = result.ok && Array.isArray(result.answer.data) ? (result.answer.data as unknown[]) : null;
        if (page === null) {
          const error = result.ok ? unreadable('listings') : result;
          if (start === 1) return error;
          pageFailure = error;
          leftOutCount += limit;
          break;
        }
        creditCount += result.ok ? result.answer.creditCount : 0;
        for (const coin of page) {
          const ticker = tickerOf(coin);
          if (ticker === null) leftOut.add(coin);
          // Ranks move between two pages: a coin may come twice, and the first word stands.
          else if (!byId.has(ticker.info.id)) byId.set(ticker.info.id, ticker);
        }
        if (page.length < limit) break;
      }
      const value = { tickers: [...byId.values()], leftOutCount: leftOutCount + leftOut.size, pageFailure };
      return { ok: true, value, creditCount };
    },

    async global(context) {
      const result = await call(GLOBAL_PATH, { convert: 'USD' }, context);
      if (!result.ok) return result;
      const value = globalMetricsOf(result.answer.data);
      return value === null
        ? unreadable('global metrics')
        : { ok: true, value, creditCount: result.answer.creditCount };
    },

    async key(context) {
      const result = await call(KEY_PATH, {}, context);
      if (!result.ok) return result;
      const value = keyInfoOf(result.answer.data);
      return value === null ? unreadable('key info') : { ok: true, value, creditCount: result.answer.creditCount };
    },

    async map(coins, context) {
      const query = { start: 1, limit: Math.min(coins, COINS_PER_PAGE_MAX), sort: 'cmc_rank' };
      const result = await call(MAP_PATH, query, context);
      if (!result.ok) return result;
      const { data, creditCount } = result.answer;
      if (!mapData.Check(data)) return unreadable('map');
      const value = data.flatMap((coin): CoinInfo[] =>
        mappedCoin.Check(coin)
          ? [{ id: coin.id, symbol: coin.symbol, name: coin.name, slug: coin.slug, rank: coin.rank ?? null }]
          : [],
      );
      return { ok: true, value, creditCount };
    },

    historical: (query, context) => call('/v3/cryptocurrency/quotes/historical', { convert: 'USD', ...query }, context),
  };
}

function keyInfoOf(data: unknown): KeyInfo | null {
  if (!keyData.Check(data)) return null;
  const { plan, usage } = data;
  const creditsMonthly = positiveOrNull(plan.credit_limit_monthly);
  const used = notNegative(usage?.current_month?.credits_used);
  const left = notNegative(usage?.current_month?.credits_left);
  const derived = creditsMonthly === null ? NaN : Math.max(0, creditsMonthly - used);
  const creditsLeft = Number.isNaN(left) ? derived : left;
  const resetAtMs = timeMs(plan.credit_limit_monthly_reset_timestamp);
  return {
    creditsMonthly,
    creditsLeft: Number.isNaN(creditsLeft) ? null : creditsLeft,
    resetAtMs: Number.isNaN(resetAtMs) ? null : resetAtMs,
    rateLimitMinute: positiveOrNull(plan.rate_limit_minute),
  };
}

function positiveOrNull(value: unknown): number | null {
  const number = finite(value);
  return number > 0 ? number : null;
}

function unreadable(what: string): { ok: false } & CallError {
  const detail = `CoinMarketCap's answer for ${what} does not have the documented shape.`;
  return { ok: false, errorCode: 0, failure: { code: 'SOURCE_ANSWER_INVALID', detail } };
}
