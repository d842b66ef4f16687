import type { GlobalMetric, Timeframe } from '@ubot/contracts';

/** The number series of the coin that a condition may read. */
export const SERIES_NAMES = [
  'price',
  'open',
  'high',
  'low',
  'close',
  'volume',
  'volume_24h',
  'market_cap',
  'rank',
  'percent_change_1h',
  'percent_change_24h',
  'percent_change_7d',
] as const;
export type SeriesName = (typeof SERIES_NAMES)[number];

/** Kleene's three truth values; only `true` fires. */
export type Verdict = 'true' | 'false' | 'unknown';

export const COMPARE_OPERATORS = ['<', '<=', '>', '>=', '==', '!='] as const;
export type CompareOperator = (typeof COMPARE_OPERATORS)[number];

export const ARITHMETIC_OPERATORS = ['+', '-', '*', '/'] as const;
export type ArithmeticOperator = (typeof ARITHMETIC_OPERATORS)[number];

export const CROSS_DIRECTIONS = ['above', 'below', 'either'] as const;
export type CrossDirection = (typeof CROSS_DIRECTIONS)[number];

export const NUMBER_FUNCTIONS = ['abs', 'min', 'max'] as const;
export type NumberFunction = (typeof NUMBER_FUNCTIONS)[number];

export const TREND_DIRECTIONS = ['rising', 'falling'] as const;
export type TrendDirection = (typeof TREND_DIRECTIONS)[number];

interface NodeText {
  /** Canonical text: equal for equal expressions, readable as a condition again, free of the user's own names. */
  readonly key: string;
  /** As the user would read it: an own name where the user gave one. */
  readonly text: string;
}

export interface ConstantNode extends NodeText {
  readonly kind: 'constant';
  readonly value: number;
}
export interface SeriesNode extends NodeText {
  readonly kind: 'series';
  readonly series: SeriesName;
}
export interface MarketNode extends NodeText {
  readonly kind: 'market';
  readonly metric: GlobalMetric;
}
export interface IndicatorNode extends NodeText {
  readonly kind: 'indicator';
  readonly name: string;
  readonly params: readonly number[];
  readonly output: string;
  readonly outputIndex: number;
  /** What it is computed over; null is its default: `close`, or the candle columns that its definition names. */
  readonly input: NumberNode | null;
}
export interface ArithmeticNode extends NodeText {
  readonly kind: 'arithmetic';
  readonly op: ArithmeticOperator;
  readonly left: NumberNode;
  readonly right: NumberNode;
}
export interface NegateNode extends NodeText {
  readonly kind: 'negate';
  readonly operand: NumberNode;
}
export interface FunctionNode extends NodeText {
  readonly kind: 'function';
  readonly name: NumberFunction;
  readonly args: readonly NumberNode[];
}

/** A series of one named coin, the same for every coin that the condition is asked of: `coin("bitcoin").close`. */
export interface CoinSeriesNode extends NodeText {
  readonly kind: 'coin_series';
  readonly coinId: number;
  readonly series: SeriesName;
}
/** `x[n]`: the value n candles ago; unknown when it was unknown then or there was no candle yet. */
export interface PastNode extends NodeText {
  readonly kind: 'past';
  readonly of: NumberNode;
  readonly candles: number;
}
/** The value of `of` on another timeframe as of its last closed candle; a frame never stands inside another. */
export interface FrameNode extends NodeText {
  readonly kind: 'frame';
  readonly timeframe: Timeframe;
  readonly of: NumberNode;
}

/** A part of a condition that has a number as its value; NaN is unknown. */
export type NumberNode =
  | ConstantNode
  | SeriesNode
  | MarketNode
  | CoinSeriesNode
  | IndicatorNode
  | PastNode
  | FrameNode
  | ArithmeticNode
  | NegateNode
  | FunctionNode;

export interface CompareNode extends NodeText {
  readonly kind: 'compare';
  readonly op: CompareOperator;
  readonly left: NumberNode;
  readonly right: NumberNode;
}
/** `a crosses above b`: a > b now and a <= b one candle ago; unknown when any of the four is unknown. */
export interface CrossesNode extends NodeText {
  readonly kind: 'crosses';
  readonly direction: CrossDirection;
  readonly left: NumberNode;
  readonly right: NumberNode;
}
/** `rising(x, n)`: x rose, strictly, at each of the last n candles; unknown when any of the n + 1 values is. */
export interface TrendNode extends NodeText {
  readonly kind: 'trend';
  readonly direction: TrendDirection;
  readonly of: NumberNode;
  readonly candles: number;
}
/** Two operands or more, in the order written; never directly a node of its own kind. */
export interface ListNode extends NodeText {
  readonly kind: 'and' | 'or';
  readonly operands: readonly BoolNode[];
}
export interface NotNode extends NodeText {
  readonly kind: 'not';
  readonly operand: BoolNode;
}

/** A part of a condition whose value is a verdict. A chain `30 < x < 70` is an `and` of two compares. */
export type BoolNode = CompareNode | CrossesNode | TrendNode | ListNode | NotNode;

/** One of the strategy's own indicators, checked. */
export interface NamedNode {
  readonly name: string;
  readonly node: NumberNode;
}

/** A checked condition: what the engine evaluates. Plain data, so that it can be sent to a worker. */
export interface ConditionPlan {
  readonly root: BoolNode;
  readonly timeframe: Timeframe;
  /** The condition as the user wrote it. */
  readonly text: string;
  /** The user's own names in the order given, also those that the condition does not use. */
  readonly named: readonly NamedNode[];
}
