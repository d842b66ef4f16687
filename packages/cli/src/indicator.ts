import type { Result } from '@ubot/contracts';
import { INDICATORS } from '@ubot/indicators';
import { parseIndicatorCall } from '@ubot/strategy';
import { parseCandlesArgs } from './candlesArgs.ts';
import type { TableOutput } from './candles.ts';
import { CANDLE_FILE_HELP } from './candlesHelp.ts';
import { csvTable } from './csv.ts';
import { readCandleFile } from './csvCandles.ts';
import { indicatorColumns } from './indicatorNodes.ts';

export const INDICATOR_HELP = `ubot indicator --candles FILE.csv "rsi(14)" "macd(12,26,9)" "bbands(20,2).upper" …

Prints time and a column per output, headed by the text as given (text.output where there are several). Over another
series: "sma(volume, 20)" or "ema(high - low, 10)"; one without parameters needs no parentheses: "obv". Known are
${[...INDICATORS.keys()].join(', ')}.
Rows are taken as consecutive candles, however far apart they are. A row whose input is unknown prints an empty cell and
is passed over by the indicator.

${CANDLE_FILE_HELP}`;

/** The command line of `ubot indicator`. Errors: VALIDATION_FAILED, CSV_INVALID, those of the condition language. */
export async function indicatorCommand(args: readonly string[]): Promise<Result<TableOutput>> {
  const parsed = parseCandlesArgs(args);
  if (!parsed.ok) return parsed;
  const { path, timeframe, rest } = parsed.value;
  if (timeframe !== null || rest.length === 0) {
    const detail = rest.length === 0 ? 'No indicator is named.' : '--timeframe is not an option of this command.';
    return { ok: false, failure: { code: 'VALIDATION_FAILED', detail } };
  }
  return indicatorTable({ path, expressions: rest });
}

/**
 * `ubot indicator`: indicators over a candle file, by the kernels of the live engine.
 *
 * Shape:  one row per row of the file: time in milliseconds, then a column per output; empty where unknown.
 * Errors: CSV_INVALID; those of the condition language for an expression that is not an indicator.
 */
export async function indicatorTable(options: {
  path: string;
  expressions: readonly string[];
}): Promise<Result<TableOutput>> {
  const calls = [];
  for (const text of options.expressions) {
    const call = parseIndicatorCall(text);
    if (!call.ok) return { ok: false, failure: { ...call.failure, detail: `${text}: ${call.failure.detail}` } };
    const { name, params, input, output, outputNamed } = call.value;
    calls.push({ text, name, params, input, output: outputNamed ? output : null });
  }
  const read = await readCandleFile(options.path);
  if (!read.ok) return read;
  const file = read.value;
  const header = ['time'];
  const columns: Float64Array[] = [file.openAtMs];
  for (const { text, name, params, output, input } of calls) {
    const computed = indicatorColumns({ name, params, input }, file);
    if (!computed.ok) return computed;
    const outputs = INDICATORS.get(name)!.outputs;
    outputs.forEach((outputName, i) => {
      if (output !== null && output !== outputName) return;
      header.push(output === null && outputs.length > 1 ? `${text}.${outputName}` : text);
      columns.push(computed.value[i]!);
    });
  }
  return { ok: true, value: { csv: csvTable(header, columns, file.openAtMs.length), notes: file.notes } };
}
