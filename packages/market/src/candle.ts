import type { Timeframe } from './timeframe.ts';

/**
 * One coin's candle.
 *
 * Units:  prices in USD; `volume24hUsd` and `marketCapUsd` are the provider's figures at the candle's last sample, NaN
 *         when it gave none. `samples` is how many observed prices the candle was built from.
 * Edges:  built from one sample it has open = high = low = close. A candle nobody observed does not exist.
 */
export interface Candle {
  readonly openAtMs: number;
  readonly open: number;
  readonly high: number;
  readonly low: number;
  readonly close: number;
  readonly volume24hUsd: number;
  readonly marketCapUsd: number;
  readonly samples: number;
  /** The candle's own traded volume, which exchange files have and polled prices have not. NaN or absent: unknown. */
  readonly volume?: number;
}

/** What a candle says of a coin in numbers. */
export type CandleField = Exclude<keyof Candle, 'openAtMs' | 'samples'>;

/** One candle time of many coins: entry i of every column belongs to coinIds[i]. Coins ascending, each once. */
export interface CandleColumns {
  readonly timeframe: Timeframe;
  readonly openAtMs: number;
  readonly coinIds: Int32Array;
  readonly open: Float64Array;
  readonly high: Float64Array;
  readonly low: Float64Array;
  readonly close: Float64Array;
  readonly volume24hUsd: Float64Array;
  readonly marketCapUsd: Float64Array;
  readonly samples: Int32Array;
  /** The candles' own traded volume, where the source has it. */
  readonly volume?: Float64Array;
}
