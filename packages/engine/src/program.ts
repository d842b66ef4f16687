import type { GlobalMetric } from '@ubot/contracts';
import { GAP_LIMIT_CANDLES, type IndicatorDefinition } from '@ubot/indicators';
import type { Timeframe } from '@ubot/market';
import type { ArithmeticOperator, ConditionPlan, NumberFunction, SeriesName } from '@ubot/strategy';

/** At the close of a candle, or at every snapshot over the open candle. */
export type EvaluationMode = 'candle_close' | 'snapshot';
export const EVALUATION_MODES: readonly EvaluationMode[] = ['candle_close', 'snapshot'];

/** What the engine needs to know of a strategy. Give the same value to `put` and to `remove`. */
export interface EngineStrategy {
  /** Any whole number from 0 to LARGEST_HANDLE that no other strategy has; it comes back with what changed. */
  readonly handle: number;
  readonly condition: ConditionPlan;
  readonly rearm: ConditionPlan | null;
  readonly on: EvaluationMode;
  /** The coins it is asked of; null: every coin. */
  readonly coins: readonly number[] | null;
}
export const LARGEST_HANDLE = 2 ** 29 - 1;

/** A series of the coin, by coin slot. `price` is `close`: the latest sample of the candle. */
export type ColumnName = Exclude<SeriesName, 'price'>;
/** A number that is the same for every coin: of the market, or of one named coin. */
export type ScalarName = `market.${GlobalMetric}` | `coin(${number}).${ColumnName}`;

/** An indicator over all coins of a slice; inputs are indices of numbers. `state` is where its memory lies. */
export interface InstanceOp {
  readonly key: string;
  readonly name: string;
  readonly params: readonly number[];
  readonly inputs: readonly number[];
  readonly state: Region;
}
/** A part of a slice's state memory, in 8-byte cells of one of its chunks. */
export interface Region {
  readonly chunk: number;
  readonly offset: number;
  readonly length: number;
}

/** One distinct number of a timeframe: index i of `numbers`. Operands are indices of numbers of a lower level. */
export type NumberOp = {
  readonly key: string;
  /** Higher than that of every operand: the order of computing. */
  readonly level: number;
  /** Reads another timeframe, so that it is computed after all timeframes that close at the same time. */
  readonly framed: boolean;
  /** Also computed over the open candle. */
  readonly peek: boolean;
} & (
  | { readonly op: 'constant'; readonly value: number }
  | { readonly op: 'column'; readonly column: number }
  | { readonly op: 'scalar'; readonly scalar: number }
  | { readonly op: 'output'; readonly instance: number; readonly output: number }
  | { readonly op: 'frame'; readonly timeframe: Timeframe; readonly number: number }
  | { readonly op: 'arithmetic'; readonly sign: ArithmeticOperator; readonly left: number; readonly right: number }
  | { readonly op: 'negate'; readonly operand: number }
  | { readonly op: 'function'; readonly name: NumberFunction; readonly args: readonly number[] }
);

/** The numbers of one timeframe, each distinct one once; null where one was removed. Plain data. */
export interface TimeframeProgram {
  readonly timeframe: Timeframe;
  readonly instances: readonly (InstanceOp | null)[];
  readonly numbers: readonly (NumberOp | null)[];
}

export type Program = readonly TimeframeProgram[];

/** The numbers that an operation reads on its own timeframe, those of its indicator included. */
export function operandsOf(op: NumberOp, instances: readonly (InstanceOp | null)[]): readonly number[] {
  switch (op.op) {
    case 'output':
      return instances[op.instance]!.inputs;
    case 'arithmetic':
      return [op.left, op.right];
    case 'negate':
      return [op.operand];
    case 'function':
      return op.args;
    default:
      return [];
  }
}

/** Closed candles kept per timeframe at least, so that a strategy that comes later finds some. */
export const MIN_RING_ROWS = 256;
/** However long an indicator is, no more candles than these are kept (the language's look-back limit). */
export const MAX_RING_ROWS = 5_000;
/** Kept for indicators that never forget their beginning (running totals, stops): enough for a trend to show. */
export const ENDLESS_ROWS = 1_000;

/**
 * How far back an engine's indicators begin. full: until nothing from before shows in any digit, with room for strategies
 * that come later. near: what is left out weighs less than 1/20,000, for an eighth of the candles, and nothing else fits.
 */
export type EngineDepth = 'full' | 'near';

const NEAR_PART = 8;

/** Candles until an indicator is defined and has forgotten what came before, as far as it has to. */
export function settledAfter(
  definition: Pick<IndicatorDefinition, 'stable' | 'warmUp'>,
  params: readonly number[],
  depth: EngineDepth,
): number {
  const stable = definition.stable(params) ?? ENDLESS_ROWS;
  return depth === 'near' ? Math.max(definition.warmUp(params), Math.ceil(stable / NEAR_PART)) : stable;
}

/** Rounded up in doublings, so that the next strategy, a little longer, mostly fits the ring that is there. */
export function ringRows(deepest: number, depth: EngineDepth): number {
  // A coin may have missed a few candles, and what was evaluated last is looked for among those that are kept.
  if (depth === 'near') return Math.min(deepest + GAP_LIMIT_CANDLES + 1, MAX_RING_ROWS);
  let rows = MIN_RING_ROWS;
  while (rows < deepest && rows < MAX_RING_ROWS) rows *= 2;
  return Math.min(rows, MAX_RING_ROWS);
}

export function encodeProgram(program: Program): SharedArrayBuffer {
  const bytes = new TextEncoder().encode(JSON.stringify(program));
  const shared = new SharedArrayBuffer(bytes.length);
  new Uint8Array(shared).set(bytes);
  return shared;
}

export function decodeProgram(shared: SharedArrayBuffer): Program {
  // Written by `encodeProgram` in this process. TextDecoder does not read shared memory, hence the copy.
  const parsed: unknown = JSON.parse(new TextDecoder().decode(new Uint8Array(shared).slice()));
  return parsed as Program;
}
