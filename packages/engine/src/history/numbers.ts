import { computeIndicator, INDICATORS } from '@ubot/indicators';
import type { ArithmeticOperator, IndicatorNode, NumberFunction, NumberNode, SeriesName } from '@ubot/strategy';
import type { Grid } from './candles.ts';

/** Reads the columns of a node's operands. */
export type ReadColumn = (node: NumberNode) => Float64Array;

export function filled(length: number, value: number): Float64Array {
  return new Float64Array(length).fill(value);
}

export function seriesColumn(grid: Grid, name: SeriesName): Float64Array {
  return grid.series(name) ?? filled(grid.openAtMs.length, NaN);
}

/** The value some candles ago, within the run of candles that has no longer gap. */
export function pastColumn({ bounds, openAtMs }: Grid, values: Float64Array, candles: number): Float64Array {
  const result = filled(openAtMs.length, NaN);
  for (let run = 0; run + 1 < bounds.length; run++) {
    const from = bounds[run]!;
    const to = bounds[run + 1]!;
    if (to - from > candles) result.set(values.subarray(from, to - candles), from + candles);
  }
  return result;
}

/** Every output of an indicator, stepped afresh through each run of candles without a longer gap. */
export function indicatorColumns(grid: Grid, node: IndicatorNode, read: ReadColumn): Float64Array[] {
  const definition = INDICATORS.get(node.name);
  if (definition === undefined) throw new Error(`A checked plan names the indicator ${node.name}, which is unknown.`);
  const { params } = node;
  const inputs =
    definition.inputs === 'series'
      ? [node.input === null ? seriesColumn(grid, 'close') : read(node.input)]
      : definition.inputs.map((name) => seriesColumn(grid, name));
  const { bounds, openAtMs } = grid;
  const wholly = (from: number, to: number) =>
    computeIndicator({
      definition,
      params,
      inputs: inputs.map((input) => input.subarray(from, to)),
      openAtMs: openAtMs.subarray(from, to),
    });
  if (bounds.length <= 2) return wholly(0, openAtMs.length);
  const outputs = definition.outputs.map(() => new Float64Array(openAtMs.length));
  for (let run = 0; run + 1 < bounds.length; run++) {
    const parts = wholly(bounds[run]!, bounds[run + 1]!);
    parts.forEach((part, i) => outputs[i]!.set(part, bounds[run]!));
  }
  return outputs;
}

export function negated(values: Float64Array): Float64Array {
  const result = new Float64Array(values.length);
  for (let i = 0; i < result.length; i++) result[i] = -values[i]!;
  return result;
}

/** Division by zero has no value, and what is too large for a number has none either. */
export function arithmeticColumn(op: ArithmeticOperator, left: Float64Array, right: Float64Array): Float64Array {
  const result = new Float64Array(left.length);
  switch (op) {
    case '+':
      for (let i = 0; i < result.length; i++) result[i] = left[i]! + right[i]!;
      break;
    case '-':
      for (let i = 0; i < result.length; i++) result[i] = left[i]! - right[i]!;
      break;
    case '*':
      for (let i = 0; i < result.length; i++) result[i] = left[i]! * right[i]!;
      break;
    case '/':
      for (let i = 0; i < result.length; i++) result[i] = left[i]! / right[i]!;
      break;
  }
  // x - x is 0 for every finite x, and NaN for infinities and NaN.
  for (let i = 0; i < result.length; i++) if (result[i]! - result[i]! !== 0) result[i] = NaN;
  return result;
}

export function functionColumn(name: NumberFunction, args: readonly Float64Array[]): Float64Array {
  const result = Float64Array.from(args[0]!);
  if (name === 'abs') for (let i = 0; i < result.length; i++) result[i] = Math.abs(result[i]!);
  // Math.min and Math.max of NaN are NaN.
  for (const arg of args.slice(1)) {
    if (name === 'min') for (let i = 0; i < result.length; i++) result[i] = Math.min(result[i]!, arg[i]!);
    else for (let i = 0; i < result.length; i++) result[i] = Math.max(result[i]!, arg[i]!);
  }
  return result;
}
