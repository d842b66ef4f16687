import type { SnapshotColumns } from './snapshot.ts';

export interface TestCoin {
  id: number;
  price: number;
  volume24hUsd?: number;
  marketCapUsd?: number;
  providerTimeMs?: number;
}

/** A snapshot from a few rows; what a row leaves out is unknown. */
export function snapshotOf(
  takenAtMs: number,
  coins: readonly TestCoin[],
  rest: Partial<SnapshotColumns> = {},
): SnapshotColumns {
  const column = (pick: (coin: TestCoin) => number | undefined) => Float64Array.from(coins, (c) => pick(c) ?? NaN);
  return {
    takenAtMs,
    source: 'test',
    pollIntervalMs: 60_000,
    coinIds: Int32Array.from(coins, (coin) => coin.id),
    priceUsd: column((coin) => coin.price),
    volume24hUsd: column((coin) => coin.volume24hUsd),
    marketCapUsd: column((coin) => coin.marketCapUsd),
    rank: new Int32Array(coins.length),
    percentChange1h: column(() => NaN),
    percentChange24h: column(() => NaN),
    percentChange7d: column(() => NaN),
    providerTimeMs: column((coin) => coin.providerTimeMs),
    global: null,
    ...rest,
  };
}
