import type { Timeframe } from '@ubot/market';
import type { BoolNode, ConditionPlan, IndicatorNode, NumberNode } from '@ubot/strategy';
import { asOfClose, readingsAtClose } from './align.ts';
import { createGrid, type CandleHistory, type Grid } from './candles.ts';
import {
  arithmeticColumn,
  filled,
  functionColumn,
  indicatorColumns,
  negated,
  pastColumn,
  seriesColumn,
} from './numbers.ts';
import { andColumn, compareColumn, crossesColumn, notColumn, orColumn, trendColumn } from './verdicts.ts';

/** Conditions and numbers over the history of one coin. */
export interface History {
  /** When the candles of a timeframe opened; every answer on that timeframe is aligned with these. */
  openAtMs(timeframe: Timeframe): Float64Array;
  /** The verdict at the close of each candle of the plan's timeframe: 1 true, 0 false, -1 unknown. */
  evaluate(plan: Pick<ConditionPlan, 'root' | 'timeframe'>): Int8Array;
  /** A number of a plan at the close of each candle of a timeframe, NaN where unknown. */
  valueOf(node: NumberNode, timeframe: Timeframe): Float64Array;
}

/**
 * Evaluates conditions over history, whole columns at a time: previews, backtests, files.
 *
 * Shape:  one coin's candles; every distinct part of all conditions asked of it is computed once and kept.
 * Edges:  the verdicts are those that the live engine gives at the close of each candle. What an answer holds is shared:
 *         do not write into it. The last folded candle may be incomplete: it is what the given ones hold.
 * Errors: none that are expected; columns of different lengths are a bug and thrown.
 */
export function createHistory(history: CandleHistory): History {
  const frames = new Map<Timeframe, Frame>();
  const frameOf = (timeframe: Timeframe): Frame =>
    remembered(frames, timeframe, () => createFrame({ history, timeframe, frameOf }));
  return {
    openAtMs: (timeframe) => frameOf(timeframe).grid.openAtMs,
    evaluate: ({ root, timeframe }) => frameOf(timeframe).verdicts(root),
    valueOf: (node, timeframe) => frameOf(timeframe).numbers(node),
  };
}

/** Everything on one timeframe. */
interface Frame {
  readonly grid: Grid;
  numbers(node: NumberNode): Float64Array;
  verdicts(node: BoolNode): Int8Array;
}

interface FrameOptions {
  readonly history: CandleHistory;
  readonly timeframe: Timeframe;
  readonly frameOf: (timeframe: Timeframe) => Frame;
}

function createFrame({ history, timeframe, frameOf }: FrameOptions): Frame {
  const grid = createGrid(history.candles, timeframe);
  const length = grid.openAtMs.length;
  const numberOf = new Map<string, Float64Array>();
  const verdictOf = new Map<string, Int8Array>();
  const outputsOf = new Map<string, Float64Array[]>();
  const otherOf = new Map<number, Grid>();

  const numbers = (node: NumberNode): Float64Array => remembered(numberOf, node.key, () => computeNumber(node));
  const verdicts = (node: BoolNode): Int8Array => remembered(verdictOf, node.key, () => judge(node));

  /** One candle ago; a constant was what it is, also before the first candle. */
  const before = (node: NumberNode): Float64Array =>
    node.kind === 'constant'
      ? numbers(node)
      : remembered(numberOf, `(${node.key})[1]`, () => pastColumn(grid, numbers(node), 1));

  const outputs = (node: IndicatorNode): Float64Array[] => {
    const key = `${node.name}(${node.params.join()})${node.input?.key ?? ''}`;
    return remembered(outputsOf, key, () => indicatorColumns(grid, node, numbers));
  };

  const computeNumber = (node: NumberNode): Float64Array => {
    switch (node.kind) {
      case 'constant':
        return filled(length, node.value);
      case 'series':
        return seriesColumn(grid, node.series);
      case 'market': {
        const values = history.market?.[node.metric];
        return values === undefined ? filled(length, NaN) : readingsAtClose(grid, history.market!, values);
      }
      case 'coin_series': {
        const other = remembered(otherOf, node.coinId, () =>
          createGrid(history.coins?.get(node.coinId) ?? {}, timeframe),
        );
        return asOfClose(grid, other, seriesColumn(other, node.series));
      }
      case 'frame': {
        const frame = frameOf(node.timeframe);
        return asOfClose(grid, frame.grid, frame.numbers(node.of));
      }
      case 'indicator':
        return outputs(node)[node.outputIndex]!;
      case 'past':
        return pastColumn(grid, numbers(node.of), node.candles);
      case 'negate':
        return negated(numbers(node.operand));
      case 'arithmetic':
        return arithmeticColumn(node.op, numbers(node.left), numbers(node.right));
      case 'function':
        return functionColumn(node.name, node.args.map(numbers));
    }
  };

  const judge = (node: BoolNode): Int8Array => {
    switch (node.kind) {
      case 'compare':
        return compareColumn(node.op, { left: numbers(node.left), right: numbers(node.right) });
      case 'crosses': {
        const now = { left: numbers(node.left), right: numbers(node.right) };
        return crossesColumn(node.direction, now, { left: before(node.left), right: before(node.right) });
      }
      case 'trend':
        return trendColumn(grid, numbers(node.of), node);
      case 'not':
        return notColumn(verdicts(node.operand));
      case 'and':
        return node.operands.map(verdicts).reduce(andColumn);
      case 'or':
        return node.operands.map(verdicts).reduce(orColumn);
    }
  };

  return { grid, numbers, verdicts };
}

function remembered<Key, Value>(known: Map<Key, Value>, key: Key, compute: () => Value): Value {
  const value = known.get(key);
  if (value !== undefined) return value;
  const computed = compute();
  known.set(key, computed);
  return computed;
}
