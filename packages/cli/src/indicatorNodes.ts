import type { Result } from '@ubot/contracts';
import { computeIndicator, INDICATORS } from '@ubot/indicators';
import type { ArithmeticOperator, NumberFunction, NumberNode, SeriesName } from '@ubot/strategy';
import type { CandleFile } from './csvCandles.ts';

type Column = Result<Float64Array>;

/** All outputs of an indicator over a file; `input` null is its default. */
export function indicatorColumns(
  call: { name: string; params: readonly number[]; input: NumberNode | null },
  file: CandleFile,
): Result<Float64Array[]> {
  const definition = INDICATORS.get(call.name);
  if (definition === undefined) throw new Error(`The grammar let through an unknown indicator: ${call.name}`);
  const inputs: Float64Array[] = [];
  if (definition.inputs === 'series') {
    const input = call.input === null ? seriesColumn('close', file) : numberColumn(call.input, file);
    if (!input.ok) return input;
    inputs.push(input.value);
  } else {
    for (const name of definition.inputs) {
      const input = seriesColumn(name, file);
      if (!input.ok) return input;
      inputs.push(input.value);
    }
  }
  const { openAtMs } = file;
  return { ok: true, value: computeIndicator({ definition, params: call.params, inputs, openAtMs }) };
}

/** The values of a number expression, one per row of the file. */
function numberColumn(node: NumberNode, file: CandleFile): Column {
  switch (node.kind) {
    case 'series':
      return seriesColumn(node.series, file);
    case 'indicator': {
      const columns = indicatorColumns(node, file);
      return columns.ok ? { ok: true, value: columns.value[node.outputIndex]! } : columns;
    }
    case 'constant':
      return { ok: true, value: new Float64Array(file.close.length).fill(node.value) };
    case 'arithmetic':
      return combined([node.left, node.right], file, ([left, right]) => ARITHMETIC[node.op](left!, right!));
    case 'negate':
      return combined([node.operand], file, ([value]) => -value!);
    case 'function':
      return combined(node.args, file, FUNCTIONS[node.name]);
    case 'past':
      return shifted(node, file);
    case 'coin_series':
    case 'frame':
    case 'market':
      return unsupported(`${node.text}, which a candle file does not hold`);
  }
}

const ARITHMETIC: Record<ArithmeticOperator, (left: number, right: number) => number> = {
  '+': (left, right) => left + right,
  '-': (left, right) => left - right,
  '*': (left, right) => left * right,
  '/': (left, right) => left / right,
};

// Math.min and Math.max of an unknown value are unknown, as they should be.
const FUNCTIONS: Record<NumberFunction, (values: readonly number[]) => number> = {
  abs: ([value]) => Math.abs(value!),
  min: (values) => Math.min(...values),
  max: (values) => Math.max(...values),
};

/** Row by row; a result that is not finite (a division by zero) is unknown. */
function combined(
  operands: readonly NumberNode[],
  file: CandleFile,
  combine: (values: readonly number[]) => number,
): Column {
  const columns: Float64Array[] = [];
  for (const operand of operands) {
    const column = numberColumn(operand, file);
    if (!column.ok) return column;
    columns.push(column.value);
  }
  const value = Float64Array.from(file.close, (_, row) => {
    const result = combine(columns.map((column) => column[row]!));
    return Number.isFinite(result) ? result : NaN;
  });
  return { ok: true, value };
}

/** Every row has the value of some rows before it; the first have none. */
function shifted({ of, candles }: NumberNode & { kind: 'past' }, file: CandleFile): Column {
  const column = numberColumn(of, file);
  if (!column.ok) return column;
  return { ok: true, value: column.value.map((_, row) => column.value[row - candles] ?? NaN) };
}

function seriesColumn(series: SeriesName, file: CandleFile): Column {
  switch (series) {
    case 'open':
    case 'high':
    case 'low':
    case 'close':
      return { ok: true, value: file[series] };
    case 'price':
      return { ok: true, value: file.close };
    case 'volume':
      return { ok: true, value: file.volume };
    case 'volume_24h':
      return unsupported('volume_24h, which a candle file does not hold; its own volume is `volume`');
    case 'market_cap':
    case 'rank':
    case 'percent_change_1h':
    case 'percent_change_24h':
    case 'percent_change_7d':
      return unsupported(`${series}, which a candle file does not hold`);
  }
}

function unsupported(what: string): Column {
  return {
    ok: false,
    failure: { code: 'CONDITION_SERIES_UNAVAILABLE', detail: `This command cannot compute ${what}.` },
  };
}
