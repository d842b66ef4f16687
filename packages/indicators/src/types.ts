/** One closing time over a range of coin slots `from <= slot < to`. */
export interface ColumnStep {
  readonly from: number;
  readonly to: number;
  /** When the candle opened, milliseconds since 1970 UTC. NaN where nobody says: what needs it is then unknown. */
  readonly openAtMs: number;
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

/** `volume` is the candle's own; `volume_24h` the provider's rolling figure. A source has the one or the other. */
export type CandleInput = 'open' | 'high' | 'low' | 'close' | 'volume' | 'volume_24h';

/**
 * What an output is measured in. `input`: what goes in, which is a price unless the user chose another series; `volume`
 * and `input_volume` (price times volume) grow with the volume too; `percent`, `ratio`, `candles` and `flag` (0 or 1) are
 * the same at every price. `other` follows none of these rules.
 */
export type OutputUnit = 'input' | 'volume' | 'input_volume' | 'percent' | 'ratio' | 'candles' | 'flag' | 'other';

export type IndicatorFamily = 'trend' | 'momentum' | 'volatility' | 'volume' | 'candles' | 'pattern';

/** How a chart draws an indicator. */
export interface ChartHint {
  /** Over the candles, or in a pane of its own below them. */
  readonly pane: 'price' | 'own';
  /** Horizontal lines that traders look for, 30 and 70 of an RSI. */
  readonly levels?: readonly number[];
}

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
  /** As people call it: "Relative strength index". */
  readonly title: string;
  readonly family: IndicatorFamily;
  /** ['value'] when there is one. */
  readonly outputs: readonly string[];
  /** One per output. */
  readonly units: readonly OutputUnit[];
  /** Borders that an output never passes, whatever goes in; null: none. One per output. */
  readonly ranges: readonly (readonly [minimum: number, maximum: number] | null)[];
  readonly chart: ChartHint;
  /** 'series': one number series of the user's choice, close by default. */
  readonly inputs: 'series' | readonly CandleInput[];
  /** What must hold between parameters, as a sentence when it does not. */
  readonly conflict?: (params: readonly number[]) => string | null;
  /** How many candles until every output is defined. */
  warmUp(params: readonly number[]): number;
  /**
   * How many candles until what came before them no longer shows in any digit: a run that began later is then equal to one
   * that began earlier, to the bit, on a market that moves. null: it never forgets its beginning (a running total).
   */
  stable(params: readonly number[]): number | null;
  create(params: readonly number[], memory: IndicatorMemory): IndicatorColumns;
}

/** Indicator state restarts after more than this many missing candles of a coin; shorter gaps are bridged. */
export const GAP_LIMIT_CANDLES = 10;

/** An input beyond this is taken as unknown: its square still fits a double, so nothing an indicator does overflows. */
export const LARGEST_INPUT = 1e150;

/**
 * Candles until an average that takes in 1 / `divisor` of each new value has forgotten how it was seeded: e^-40 is less
 * than the last digit of a double, and as long again lets two runs that differ in that digit alone meet.
 */
export function forgottenAfter(divisor: number): number {
  return Math.ceil(80 * divisor);
}

/** The longest period of an indicator: the look-back limit of the language. */
export const LONGEST_PERIOD = 5_000;
