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
    const held = heldSlots(state.samples, coins);
    if (held.coinIds.length === 0) return null;
    const { slots } = held;
    return {
      timeframe,
      openAtMs,
      coinIds: held.coinIds,
      open: gather(state.open, slots),
      high: gather(state.high, slots),
      low: gather(state.low, slots),
      close: gather(state.close, slots),
      volume24hUsd: gather(state.volume24hUsd, slots),
      marketCapUsd: gather(state.marketCapUsd, slots),
      samples: slots.map((slot) => state.samples[slot]!),
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

/** The coins that have a sample. A coin that came after the last fold has a slot beyond `samples`: no sample either. */
function heldSlots(samples: Int32Array, coins: AscendingCoins): AscendingCoins {
  const coinIds = new Int32Array(coins.slots.length);
  const slots = new Int32Array(coins.slots.length);
  let count = 0;
  for (let i = 0; i < coins.slots.length; i++) {
    const slot = coins.slots[i]!;
    if (slot >= samples.length || samples[slot] === 0) continue;
    coinIds[count] = coins.coinIds[i]!;
    slots[count] = slot;
    count++;
  }
  return { coinIds: coinIds.slice(0, count), slots: slots.subarray(0, count) };
}

function gather(column: Float64Array, slots: Int32Array): Float64Array {
  const gathered = new Float64Array(slots.length);
  for (let i = 0; i < slots.length; i++) gathered[i] = column[slots[i]!]!;
  return gathered;
}
