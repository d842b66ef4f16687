import type { SnapshotColumns } from '@ubot/market';
import type { CoinInfo } from '../types.ts';

const TEXT_CHARS_MAX = 200;

export interface Ticker {
  readonly info: CoinInfo;
  readonly priceUsd: number;
  readonly volume24hUsd: number;
  readonly marketCapUsd: number;
  readonly percentChange1h: number;
  readonly percentChange24h: number;
  readonly percentChange7d: number;
  readonly providerTimeMs: number;
}

/** Tickers as columns, in the order given. */
export function snapshotOf(
  tickers: readonly Ticker[],
  about: Pick<SnapshotColumns, 'takenAtMs' | 'source' | 'pollIntervalMs' | 'global'>,
): SnapshotColumns {
  const column = (valueOf: (ticker: Ticker) => number) => Float64Array.from(tickers, valueOf);
  return {
    ...about,
    coinIds: Int32Array.from(tickers, (ticker) => ticker.info.id),
    priceUsd: column((ticker) => ticker.priceUsd),
    volume24hUsd: column((ticker) => ticker.volume24hUsd),
    marketCapUsd: column((ticker) => ticker.marketCapUsd),
    rank: Int32Array.from(tickers, (ticker) => ticker.info.rank ?? 0),
    percentChange1h: column((ticker) => ticker.percentChange1h),
    percentChange24h: column((ticker) => ticker.percentChange24h),
    percentChange7d: column((ticker) => ticker.percentChange7d),
    providerTimeMs: column((ticker) => ticker.providerTimeMs),
  };
}

export function finite(value: unknown): number {
  return typeof value === 'number' && Number.isFinite(value) ? value : NaN;
}

export function notNegative(value: unknown): number {
  const number = finite(value);
  return number >= 0 ? number : NaN;
}

/** Text as a database can keep it: no NUL, no lone surrogates, of sane length. */
export function text(value: unknown): string | null {
  if (typeof value !== 'string') return null;
  const wellFormed = Buffer.from(value, 'utf8').toString('utf8');
  const kept = wellFormed.replaceAll('\u0000', '').trim().slice(0, TEXT_CHARS_MAX);
  return kept === '' ? null : kept;
}
