import { TIMEFRAMES, type Result, type Timeframe } from '@ubot/contracts';
import { foldCandles, TIMEFRAME_MS, type Candle } from '@ubot/market';
import { parseCandlesArgs } from './candlesArgs.ts';
import { CANDLE_FILE_HELP } from './candlesHelp.ts';
import { csvTable } from './csv.ts';
import { readCandleFile, type CandleFile } from './csvCandles.ts';

/** What a command writes: CSV to stdout, notes to stderr. */
export interface TableOutput {
  readonly csv: string;
  readonly notes: readonly string[];
}

export const CANDLES_HELP = `ubot candles --candles FILE.csv --timeframe ${TIMEFRAMES.join('|')}

Folds the file to a longer timeframe: time,open,high,low,close,volume.
A candle is printed for every bucket that holds at least one row, the first and the last also when they are incomplete:
it is what the file holds. Buckets without a row stay absent. Volume is added up in decimals. A day begins at 00:00 UTC,
a week on Monday.

${CANDLE_FILE_HELP}`;

/** The command line of `ubot candles`. Errors: VALIDATION_FAILED, CSV_INVALID. */
export async function candlesCommand(args: readonly string[]): Promise<Result<TableOutput>> {
  const parsed = parseCandlesArgs(args);
  if (!parsed.ok) return parsed;
  const { path, timeframe, rest } = parsed.value;
  if (timeframe === null || rest.length > 0) {
    const detail = timeframe === null ? '--timeframe is missing.' : `${rest[0]} is not an option of this command.`;
    return { ok: false, failure: { code: 'VALIDATION_FAILED', detail } };
  }
  return candlesTable({ path, timeframe });
}

/** `ubot candles`: a candle file folded to a longer timeframe. Errors: CSV_INVALID. */
export async function candlesTable(options: { path: string; timeframe: Timeframe }): Promise<Result<TableOutput>> {
  const read = await readCandleFile(options.path);
  if (!read.ok) return read;
  const { openAtMs, notes } = read.value;
  const stepMs = shortestStepMs(openAtMs);
  if (stepMs < Infinity && stepMs > TIMEFRAME_MS[options.timeframe]) {
    const detail = `The rows of ${options.path} are ${stepMs / 60_000} minutes apart; they cannot be folded to ${options.timeframe}.`;
    return { ok: false, failure: { code: 'CSV_INVALID', detail } };
  }
  const folded = foldCandles({ candles: observedCandles(read.value), to: options.timeframe });
  const column = (pick: (candle: Candle) => number) => Float64Array.from(folded, pick);
  const columns = [
    column((candle) => candle.openAtMs),
    column((candle) => candle.open),
    column((candle) => candle.high),
    column((candle) => candle.low),
    column((candle) => candle.close),
    column((candle) => candle.volume ?? NaN),
  ];
  const csv = csvTable(['time', 'open', 'high', 'low', 'close', 'volume'], columns, folded.length);
  return { ok: true, value: { csv, notes } };
}

/** The rows of a file as candles, one sample each. A row without any price is a gap: nobody observed one. */
function observedCandles(file: CandleFile): Candle[] {
  const candles: Candle[] = [];
  for (let at = 0; at < file.openAtMs.length; at++) {
    const [open, high, low, close] = [file.open[at]!, file.high[at]!, file.low[at]!, file.close[at]!];
    if ([open, high, low, close].every(Number.isNaN)) continue;
    candles.push({
      openAtMs: file.openAtMs[at]!,
      open,
      high,
      low,
      close,
      volume24hUsd: NaN,
      marketCapUsd: NaN,
      samples: 1,
      volume: file.volume[at]!,
    });
  }
  return candles;
}

function shortestStepMs(openAtMs: Float64Array): number {
  let shortest = Infinity;
  for (let at = 1; at < openAtMs.length; at++) shortest = Math.min(shortest, openAtMs[at]! - openAtMs[at - 1]!);
  return shortest;
}
