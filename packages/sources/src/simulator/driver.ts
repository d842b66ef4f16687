import type { Result } from '@ubot/contracts';
import {
  createCandleFolder,
  createGlobalCandleFolder,
  TIMEFRAMES,
  type CandleColumns,
  type GlobalMetrics,
  type SnapshotColumns,
} from '@ubot/market';
import type {
  CoinInfo,
  HistoryPart,
  HistoryRequest,
  MarketSource,
  PollOutcome,
  PollRequest,
  PollSchedule,
} from '../types.ts';
import { simulatedCoins } from './coins.ts';
import { historyInstants, historyWindows } from './history.ts';
import { createSimulatedMarket } from './market.ts';
import { CHANGE_SPANS_MS, createPastPrices } from './pastPrices.ts';
import { createRandom, seedOf } from './random.ts';

export const DEMO_SOURCE_NAME = 'demo';
export const DEMO_COINS_DEFAULT = 250;
const MINUTE_MS = 60_000;
const DEMO_INTERVAL_MS = MINUTE_MS;
const BITCOIN_ID = 1;
const ETHEREUM_ID = 1027;
/** After a long absence the market walks on in at most so many steps. */
const CATCH_UP_STEPS_MAX = 500;
/** Candle columns handed over at a time: about 100 KB each for 250 coins. */
const HISTORY_PART_COLUMNS = 64;

export interface SimulatorOptions {
  readonly seed?: number;
  readonly coins?: number;
  readonly intervalMs?: number;
  /** The last stored snapshot of this source: the market goes on from there without a jump. */
  readonly resume?: SnapshotColumns | null;
}

/** The demo market as a source like any other: the same seed, the same past and the same times give the same prices. */
export function createSimulator(options: SimulatorOptions = {}): MarketSource {
  const seed = options.seed ?? 1;
  const intervalMs = options.intervalMs ?? DEMO_INTERVAL_MS;
  const coins = simulatedCoins({ count: options.coins ?? DEMO_COINS_DEFAULT, seed });
  const coinIds = Int32Array.from(coins, (coin) => coin.info.id);
  const market = createSimulatedMarket(coins);
  const past = createPastPrices();
  let standsAtMs: number | null = null;

  function standAt(atMs: number): void {
    standsAtMs = atMs;
    past.add(atMs, market.prices);
  }

  function resumeFrom(snapshot: SnapshotColumns): void {
    const rowOf = new Map(Array.from(snapshot.coinIds, (id, row) => [id, row]));
    const rows = Array.from(coinIds, (id) => rowOf.get(id));
    for (const [slot, row] of rows.entries()) {
      if (row === undefined) continue;
      market.place(slot, { priceUsd: snapshot.priceUsd[row]!, volume24hUsd: snapshot.volume24hUsd[row]! });
    }
    // What the snapshot says about an hour, a day and a week ago is enough for the percent changes to go on.
    const looks: [number, Float64Array][] = [
      [CHANGE_SPANS_MS.week, snapshot.percentChange7d],
      [CHANGE_SPANS_MS.day, snapshot.percentChange24h],
      [CHANGE_SPANS_MS.hour, snapshot.percentChange1h],
    ];
    for (const [spanMs, change] of looks) {
      const then = market.prices.map((price, slot) => price / (1 + (change[rows[slot] ?? -1] || 0) / 100));
      past.add(snapshot.takenAtMs - spanMs, then);
    }
    standAt(snapshot.takenAtMs);
  }

  function walkTo(atMs: number): void {
    if (standsAtMs === null) {
      walkHistory(atMs);
      return;
    }
    if (atMs <= standsAtMs) return;
    const random = createRandom(seedOf(seed, 'live', standsAtMs));
    const fromMs = standsAtMs;
    const stepMs = Math.max(MINUTE_MS, (atMs - fromMs) / CATCH_UP_STEPS_MAX);
    for (let at = fromMs; at < atMs;) {
      const next = Math.min(atMs, at + stepMs);
      market.advance(next - at, random);
      standAt(next);
      at = next;
    }
  }

  function walkHistory(toMs: number): void {
    for (const step of steps(toMs)) void step;
  }

  function* steps(toMs: number): Generator<number> {
    const random = createRandom(seedOf(seed, 'history'));
    for (const atMs of historyInstants(historyWindows(toMs), toMs)) {
      if (standsAtMs !== null) market.advance(atMs - standsAtMs, random);
      standAt(atMs);
      yield atMs;
    }
  }

  function* historyParts(request: HistoryRequest): Generator<HistoryPart> {
    const toMs = Math.floor(request.toMs / MINUTE_MS) * MINUTE_MS;
    const wantedFrom = new Map(
      historyWindows(toMs).map((window) => [window.timeframe, Math.max(window.fromMs, request.fromMs ?? 0)]),
    );
    const isWanted = (columns: Pick<CandleColumns, 'timeframe' | 'openAtMs'>) =>
      columns.openAtMs >= wantedFrom.get(columns.timeframe)!;
    const folder = createCandleFolder({ timeframes: TIMEFRAMES });
    const globalFolder = createGlobalCandleFolder({ timeframes: TIMEFRAMES });
    let part: { candles: HistoryPart['candles'][number][]; globalCandles: HistoryPart['globalCandles'][number][] } = {
      candles: [],
      globalCandles: [],
    };
    for (const atMs of steps(toMs)) {
      const sample = sampleAt(atMs);
      part.candles.push(...folder.addSnapshot(sample).filter(isWanted));
      part.globalCandles.push(...globalFolder.addSnapshot(sample).filter(isWanted));
      if (part.candles.length < HISTORY_PART_COLUMNS) continue;
      yield part;
      part = { candles: [], globalCandles: [] };
    }
    if (part.candles.length > 0) yield part;
  }

  const unknown = new Float64Array(coins.length).fill(NaN);
  const unranked = new Int32Array(coins.length);

  /** What a candle needs of this instant. */
  function sampleAt(atMs: number): SnapshotColumns {
    const marketCapUsd = market.prices.map((price, slot) => price * coins[slot]!.supply);
    return {
      takenAtMs: atMs,
      source: DEMO_SOURCE_NAME,
      pollIntervalMs: intervalMs,
      coinIds,
      priceUsd: market.prices.slice(),
      volume24hUsd: market.volumes.slice(),
      marketCapUsd,
      rank: unranked,
      percentChange1h: unknown,
      percentChange24h: unknown,
      percentChange7d: unknown,
      providerTimeMs: new Float64Array(coins.length).fill(atMs),
      global: globalOf(marketCapUsd, atMs),
    };
  }

  function globalOf(marketCapUsd: Float64Array, atMs: number): GlobalMetrics {
    const total = sum(marketCapUsd);
    const dominance = (id: number) => {
      const slot = coinIds.indexOf(id);
      return slot === -1 ? 0 : (100 * marketCapUsd[slot]!) / total;
    };
    return {
      totalMarketCapUsd: total,
      totalVolume24hUsd: sum(market.volumes),
      btcDominancePct: dominance(BITCOIN_ID),
      ethDominancePct: dominance(ETHEREUM_ID),
      providerTimeMs: atMs,
    };
  }

  function changeSince(spanMs: number, atMs: number): Float64Array {
    const then = past.at(atMs - spanMs);
    if (then === null) return unknown.slice();
    return market.prices.map((price, slot) => 100 * (price / then[slot]! - 1));
  }

  function snapshotAt(request: PollRequest): SnapshotColumns {
    const atMs = request.nominalAtMs;
    const sample = sampleAt(atMs);
    return {
      ...sample,
      rank: ranksOf(sample.marketCapUsd),
      percentChange1h: changeSince(CHANGE_SPANS_MS.hour, atMs),
      percentChange24h: changeSince(CHANGE_SPANS_MS.day, atMs),
      percentChange7d: changeSince(CHANGE_SPANS_MS.week, atMs),
      global: request.wantGlobal ? sample.global : null,
    };
  }

  if (options.resume?.source === DEMO_SOURCE_NAME) resumeFrom(options.resume);

  return {
    name: DEMO_SOURCE_NAME,
    label: 'demo market',
    demo: true,
    coins: () => coins.map(({ info }): CoinInfo => ({ ...info, rank: null })),

    async schedule(): Promise<Result<PollSchedule>> {
      const sentence = `demo market: ${coins.length} simulated coins and global metrics every ${spanText(intervalMs)}`;
      return {
        ok: true,
        value: { intervalMs, globalIntervalMs: intervalMs, sentence, creditsPerMonth: 0, creditsAllowed: null },
      };
    },

    async poll(request): Promise<Result<PollOutcome>> {
      if (standsAtMs !== null && request.nominalAtMs < standsAtMs) {
        const detail = 'The demo market does not go back in time.';
        return { ok: false, failure: { code: 'SNAPSHOT_OUT_OF_ORDER', detail } };
      }
      walkTo(request.nominalAtMs);
      const snapshot = snapshotAt(request);
      const infos = coins.map(({ info }, slot): CoinInfo => ({ ...info, rank: snapshot.rank[slot]! }));
      return { ok: true, value: { snapshot, coins: infos, leftOutCount: 0, creditCount: 0, creditsLeft: null } };
    },

    async *history(request): AsyncGenerator<Result<HistoryPart>> {
      // Prices that go on from a stored snapshot have a past already.
      if (standsAtMs !== null) return;
      for (const part of historyParts(request)) {
        if (request.signal?.aborted === true) return;
        yield { ok: true, value: part };
      }
    },

    async close() {},
  };
}

function ranksOf(marketCapUsd: Float64Array): Int32Array {
  const order = Array.from(marketCapUsd, (_, slot) => slot).sort((a, b) => marketCapUsd[b]! - marketCapUsd[a]!);
  const ranks = new Int32Array(order.length);
  for (const [position, slot] of order.entries()) ranks[slot] = position + 1;
  return ranks;
}

function sum(values: Float64Array): number {
  let total = 0;
  for (const value of values) total += value;
  return total;
}

function spanText(ms: number): string {
  return ms % MINUTE_MS === 0 ? `${ms / MINUTE_MS} min` : `${ms / 1_000} s`;
}
