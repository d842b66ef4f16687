/** One closing time over a range of coin slots `from <= slot < to`. */
export interface ColumnStep {
  readonly from: number;
  readonly to: number;
  /** The indicator's inputs in the order of its definition, by coin slot. NaN is unknown. */
  readonly inputs: readonly Float64Array[];
  /** By coin slot: 1 when this coin has a candle now, 0 when it has none. */
  readonly present: Uint8Array;
}

/**
 * One indicator with its parameters over all coins.
 *
 * Shape:  `outputs[o][slot]` is the value as of the coin's last candle, NaN while unknown.
 * Edges:  a coin that is not present is left alone: its state and its outputs stay as they were. An input that is unknown
 *         (NaN, infinite, or beyond LARGEST_INPUT) makes that candle's outputs NaN and is otherwise passed over, so that
 *         one unknown cell never spreads to later candles.
 */
export interface IndicatorColumns {
  readonly outputs: readonly Float64Array[];
  /** A candle closed. */
  step(step: ColumnStep): void;
  /** What `step` would write for the open candle, into columns of the caller's; state and outputs stay as they are. */
  peek(step: ColumnStep, into: readonly Float64Array[]): void;
  /** Forgets a range of coins: unknown until warm again. */
  reset(from: number, to: number): void;
}

export interface IndicatorParam {
  readonly name: string;
  readonly kind: 'integer' | 'number';
  readonly minimum: number;
  readonly maximum: number;
  readonly default: number;
}

export type CandleInput = 'open' | 'high' | 'low' | 'close' | 'volume_24h';

/** Where an indicator's state lives: `allocate` is asked for columns in a fixed order, for fixed lengths. */
export interface IndicatorMemory {
  /** Coin slots. */
  readonly capacity: number;
  /**
   * Zero-filled memory, or memory that an instance of the same indicator, parameters and capacity has been laid over
   * before: then the new instance sees the same state. Lay the first one before another thread lays its own.
   */
  readonly allocate: (length: number) => Float64Array;
}

export interface IndicatorDefinition {
  readonly name: string;
  /** One plain sentence for people. */
  readonly about: string;
  readonly params: readonly IndicatorParam[];
  /** ['value'] when there is one. */
  readonly outputs: readonly string[];
  /** 'series': one number series of the user's choice, close by default. */
  readonly inputs: 'series' | readonly CandleInput[];
  /** What must hold between parameters, as a sentence when it does not. */
  readonly conflict?: (params: readonly number[]) => string | null;
  /** How many candles until every output is defined. */
  warmUp(params: readonly number[]): number;
  create(params: readonly number[], memory: IndicatorMemory): IndicatorColumns;
}

/** Indicator state restarts after more than this many missing candles of a coin; shorter gaps are bridged. */
export const GAP_LIMIT_CANDLES = 10;

/** An input beyond this is taken as unknown: its square still fits a double, so nothing an indicator does overflows. */
export const LARGEST_INPUT = 1e150;

/** The longest period of an indicator: the look-back limit of the language. */
export const LONGEST_PERIOD = 5_000;
