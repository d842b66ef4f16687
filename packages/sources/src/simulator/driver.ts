import type { Result } from '@ubot/contracts';
import type { SnapshotColumns } from '@ubot/market';
import type { CoinInfo, HistoryPart, MarketSource, PollOutcome, PollSchedule } from '../types.ts';
import { simulatedCoins } from './coins.ts';
import { historyCandles } from './historyCandles.ts';
import { createSampler } from './samples.ts';
import { createMarketWalk } from './walk.ts';

export const DEMO_SOURCE_NAME = 'demo';
export const DEMO_COINS_DEFAULT = 250;
const MINUTE_MS = 60_000;
const DEMO_INTERVAL_MS = MINUTE_MS;

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
  const begin = () => {
    const walk = createMarketWalk(coins, seed);
    return { walk, sampler: createSampler(coins, walk, { source: DEMO_SOURCE_NAME, pollIntervalMs: intervalMs }) };
  };
  let { walk, sampler } = begin();
  /** Prices that somebody has seen live, or will see go on: their past is not made anew. */
  let isLive = false;
  if (options.resume?.source === DEMO_SOURCE_NAME) {
    walk.resume(options.resume);
    isLive = true;
  }

  return {
    name: DEMO_SOURCE_NAME,
    label: 'demo market',
    demo: true,
    coins: () => coins.map(({ info }): CoinInfo => ({ ...info, rank: null })),

    async schedule(): Promise<Result<PollSchedule>> {
      const sentence = `demo market: ${coins.length} simulated coins and global metrics every ${spanText(intervalMs)}`;
      const cadence = { intervalMs, globalIntervalMs: intervalMs };
      return { ok: true, value: { ...cadence, sentence, creditsPerMonth: 0, creditsAllowed: null } };
    },

    async poll({ nominalAtMs, wantGlobal }): Promise<Result<PollOutcome>> {
      if (nominalAtMs < (walk.standsAtMs() ?? -Infinity)) {
        const detail = 'The demo market does not go back in time.';
        return { ok: false, failure: { code: 'SNAPSHOT_OUT_OF_ORDER', detail } };
      }
      isLive = true;
      walk.to(nominalAtMs);
      const whole = sampler.snapshot(nominalAtMs);
      const snapshot = wantGlobal ? whole : { ...whole, global: null };
      const infos = coins.map(({ info }, slot): CoinInfo => ({ ...info, rank: snapshot.rank[slot]! }));
      return { ok: true, value: { snapshot, coins: infos, leftOutCount: 0, creditCount: 0, creditsLeft: null } };
    },

    async *history(request): AsyncGenerator<Result<HistoryPart>> {
      if (isLive) return;
      // A warm-up that was broken off begins again.
      if (walk.standsAtMs() !== null) ({ walk, sampler } = begin());
      for (const part of historyCandles(walk, sampler, request)) {
        if (request.signal?.aborted === true) return;
        yield { ok: true, value: part };
      }
    },

    async close() {},
  };
}

function spanText(ms: number): string {
  return ms % MINUTE_MS === 0 ? `${ms / MINUTE_MS} min` : `${ms / 1_000} s`;
}
