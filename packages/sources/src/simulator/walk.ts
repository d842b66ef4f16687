import type { SnapshotColumns } from '@ubot/market';
import type { SimulatedCoin } from './coins.ts';
import { historyInstants, historyWindows } from './history.ts';
import { createSimulatedMarket, type SimulatedMarket } from './market.ts';
import { CHANGE_SPANS_MS, createPastPrices, type PastPrices } from './pastPrices.ts';
import { createRandom, seedOf } from './random.ts';

const MINUTE_MS = 60_000;
/** After a long absence the market walks on in at most so many steps. */
const CATCH_UP_STEPS_MAX = 500;

/** A simulated market that moves through time, forward only, and remembers a week of prices. */
export interface MarketWalk {
  readonly market: Pick<SimulatedMarket, 'prices' | 'volumes'>;
  readonly past: Pick<PastPrices, 'at'>;
  /** null: it has not begun. */
  standsAtMs(): number | null;
  /** Goes on from a stored snapshot of the same market. */
  resume(snapshot: SnapshotColumns): void;
  /** Walks to this instant; the first time through its whole history. */
  to(atMs: number): void;
  /** Walks through history, one step at a time; each instant is where the market then stands. */
  history(toMs: number): Generator<number>;
}

/** The same seed and the same instants give the same prices. */
export function createMarketWalk(coins: readonly SimulatedCoin[], seed: number): MarketWalk {
  const market = createSimulatedMarket(coins);
  const past = createPastPrices();
  let standsAtMs: number | null = null;

  function standAt(atMs: number): void {
    standsAtMs = atMs;
    past.add(atMs, market.prices);
  }

  function* history(toMs: number): Generator<number> {
    const random = createRandom(seedOf(seed, 'history'));
    for (const atMs of historyInstants(historyWindows(toMs), toMs)) {
      if (standsAtMs !== null) market.advance(atMs - standsAtMs, random);
      standAt(atMs);
      yield atMs;
    }
  }

  function walkOn(fromMs: number, toMs: number): void {
    // Seeded by where it stands, so that the same walk from a stored snapshot gives the same prices.
    const random = createRandom(seedOf(seed, 'live', fromMs));
    const stepMs = Math.max(MINUTE_MS, (toMs - fromMs) / CATCH_UP_STEPS_MAX);
    for (let atMs = fromMs; atMs < toMs;) {
      const next = Math.min(toMs, atMs + stepMs);
      market.advance(next - atMs, random);
      standAt(next);
      atMs = next;
    }
  }

  return {
    market,
    past,
    history,
    standsAtMs: () => standsAtMs,

    resume(snapshot) {
      const rowOf = new Map(Array.from(snapshot.coinIds, (id, row) => [id, row]));
      const rows = coins.map((coin) => rowOf.get(coin.info.id));
      for (const [slot, row] of rows.entries()) {
        if (row === undefined) continue;
        market.place(slot, { priceUsd: snapshot.priceUsd[row]!, volume24hUsd: snapshot.volume24hUsd[row]! });
      }
      // What it says about an hour, a day and a week ago is enough for the percent changes to go on.
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
    },

    to(atMs) {
      if (standsAtMs !== null) walkOn(standsAtMs, atMs);
      else for (const step of history(atMs)) void step;
    },
  };
}
