import type { Candle, CandleColumns } from './candle.ts';
import { timeframeCloseMs, timeframeOpenMs, type Timeframe } from './timeframe.ts';

/** Observed samples: sample k is of slot slots[k] and stands in row rows[k] of the columns. */
export interface SampleBatch {
  readonly takenAtMs: number;
  readonly slots: Int32Array;
  readonly rows: Int32Array;
  readonly price: Float64Array;
  readonly volume24hUsd: Float64Array;
  readonly marketCapUsd: Float64Array;
}

/** Coin ids in ascending order with the slot of each. */
export interface AscendingCoins {
  readonly coinIds: Int32Array;
  readonly slots: Int32Array;
}

interface State {
  open: Float64Array;
  high: Float64Array;
  low: Float64Array;
  close: Float64Array;
  volume24hUsd: Float64Array;
  marketCapUsd: Float64Array;
  samples: Int32Array;
}

const FIRST_CAPACITY = 1_024;

function grown(old: State | null, capacity: number): State {
  const numbers = (from?: Float64Array) => {
    const column = new Float64Array(capacity);
    if (from !== undefined) column.set(from);
    return column;
  };
  const samples = new Int32Array(capacity);
  if (old !== null) samples.set(old.samples);
  return {
    open: numbers(old?.open),
    high: numbers(old?.high),
    low: numbers(old?.low),
    close: numbers(old?.close),
    volume24hUsd: numbers(old?.volume24hUsd),
    marketCapUsd: numbers(old?.marketCapUsd),
    samples,
  };
}

export interface OpenCandles {
  readonly timeframe: Timeframe;
  openAtMs(): number;
  /** Ends the open candle when `atMs` is at or after its close; what was in it, or null. */
  closeBefore(atMs: number, coins: AscendingCoins): CandleColumns | null;
  fold(batch: SampleBatch, slotCount: number): void;
  candle(slot: number): Candle | null;
  columns(coins: AscendingCoins): CandleColumns | null;
  restore(columns: CandleColumns, slots: Int32Array, slotCount: number): void;
}

/** The open candles of one timeframe, by coin slot in typed arrays; samples 0 means that the coin has none. */
export function createOpenCandles(timeframe: Timeframe): OpenCandles {
  let state = grown(null, FIRST_CAPACITY);
  let openAtMs = -Infinity;

  const makeRoom = (slotCount: number): void => {
    if (slotCount > state.samples.length) state = grown(state, Math.max(slotCount, 2 * state.samples.length));
  };

  const columns = (coins: AscendingCoins): CandleColumns | null => {
    // A coin that came after the last `fold` has a slot beyond the columns: undefined is no sample either.
    const held = coins.slots.filter((slot) => (state.samples[slot] ?? 0) > 0);
    if (held.length === 0) return null;
    const gather = (column: Float64Array) => Float64Array.from(held, (slot) => column[slot]!);
    return {
      timeframe,
      openAtMs,
      coinIds: coins.coinIds.filter((_, i) => (state.samples[coins.slots[i]!] ?? 0) > 0),
      open: gather(state.open),
      high: gather(state.high),
      low: gather(state.low),
      close: gather(state.close),
      volume24hUsd: gather(state.volume24hUsd),
      marketCapUsd: gather(state.marketCapUsd),
      samples: held.map((slot) => state.samples[slot]!),
    };
  };

  return {
    timeframe,
    openAtMs: () => openAtMs,
    columns,

    closeBefore(atMs, coins) {
      if (atMs < timeframeCloseMs(timeframe, openAtMs)) return null;
      const closed = columns(coins);
      state.samples.fill(0);
      openAtMs = timeframeOpenMs(timeframe, atMs);
      return closed;
    },

    fold(batch, slotCount) {
      makeRoom(slotCount);
      foldBatch(state, batch);
    },

    candle(slot) {
      const samples = state.samples[slot] ?? 0;
      if (samples === 0) return null;
      return {
        openAtMs,
        open: state.open[slot]!,
        high: state.high[slot]!,
        low: state.low[slot]!,
        close: state.close[slot]!,
        volume24hUsd: state.volume24hUsd[slot]!,
        marketCapUsd: state.marketCapUsd[slot]!,
        samples,
      };
    },

    restore(from, slots, slotCount) {
      makeRoom(slotCount);
      openAtMs = from.openAtMs;
      state.samples.fill(0);
      for (let i = 0; i < slots.length; i++) {
        const slot = slots[i]!;
        state.open[slot] = from.open[i]!;
        state.high[slot] = from.high[i]!;
        state.low[slot] = from.low[i]!;
        state.close[slot] = from.close[i]!;
        state.volume24hUsd[slot] = from.volume24hUsd[i]!;
        state.marketCapUsd[slot] = from.marketCapUsd[i]!;
        state.samples[slot] = from.samples[i]!;
      }
    },
  };
}

function foldBatch(state: State, batch: SampleBatch): void {
  const { open, high, low, close, volume24hUsd, marketCapUsd, samples } = state;
  const { slots, rows, price } = batch;
  for (let k = 0; k < slots.length; k++) {
    const slot = slots[k]!;
    const row = rows[k]!;
    const value = price[row]!;
    if (samples[slot] === 0) {
      open[slot] = value;
      high[slot] = value;
      low[slot] = value;
    } else {
      if (value > high[slot]!) high[slot] = value;
      if (value < low[slot]!) low[slot] = value;
    }
    close[slot] = value;
    volume24hUsd[slot] = batch.volume24hUsd[row]!;
    marketCapUsd[slot] = batch.marketCapUsd[row]!;
    samples[slot]! += 1;
  }
}
