import { parseArgs } from 'node:util';
import { TIMEFRAMES, type Failure, type Result, type Timeframe } from '@ubot/contracts';

/** The options of the commands that read a candle file. */
export interface CandlesArgs {
  readonly path: string;
  readonly timeframe: Timeframe | null;
  /** What stands on the command line besides the options. */
  readonly rest: readonly string[];
}

const misused = (detail: string): { ok: false; failure: Failure } => ({
  ok: false,
  failure: { code: 'VALIDATION_FAILED', detail },
});

/** Reads `--candles FILE`, `--timeframe T` and the rest. Errors: VALIDATION_FAILED with one sentence. */
export function parseCandlesArgs(args: readonly string[]): Result<CandlesArgs> {
  let parsed;
  try {
    parsed = parseArgs({
      args: [...args],
      options: { candles: { type: 'string' }, timeframe: { type: 'string' } },
      allowPositionals: true,
    });
  } catch (error) {
    // parseArgs throws on an unknown option or a missing value; its message names it.
    return misused(error instanceof Error ? error.message : String(error));
  }
  const { candles: path, timeframe } = parsed.values;
  if (path === undefined || path === '') return misused('--candles FILE.csv is missing.');
  const known = TIMEFRAMES.find((name) => name === timeframe) ?? null;
  if (timeframe !== undefined && known === null) {
    return misused(`--timeframe is ${timeframe}; it must be one of ${TIMEFRAMES.join(', ')}.`);
  }
  return { ok: true, value: { path, timeframe: known, rest: parsed.positionals } };
}
