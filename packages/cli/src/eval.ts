import {
  TIMEFRAMES,
  type Diagnostic,
  type ErrorCode,
  type Failure,
  type Result,
  type Timeframe,
} from '@ubot/contracts';
import { createEngine, createSliceRunner } from '@ubot/engine';
import { foldCandles, TIMEFRAME_MS, type Candle, type CandleColumns } from '@ubot/market';
import { checkCondition, type ConditionPlan } from '@ubot/strategy';
import type { TableOutput } from './candles.ts';
import { parseCandlesArgs } from './candlesArgs.ts';
import { csvField } from './csv.ts';
import { readCandleFile, type CandleFile } from './csvCandles.ts';

export const EVAL_HELP = `ubot eval --candles FILE.csv --timeframe ${TIMEFRAMES.join('|')} "CONDITION" …
  Prints time and each condition's verdict (true, false or unknown) for every candle, as the live scanner would have
  judged it at the candle's close. price is the close. A file's volume is the candle's own, so volume_24h (the rolling
  24 h figure), market_cap, rank, percent_change_* and market.* are unknown. Rows closer together than the timeframe are
  folded to it first; more than 10 missing candles make indicators begin afresh.`;

/** The command line of `ubot eval`. Errors: VALIDATION_FAILED, CSV_INVALID, those of the condition language. */
export async function evalCommand(args: readonly string[]): Promise<Result<TableOutput>> {
  const parsed = parseCandlesArgs(args);
  if (!parsed.ok) return parsed;
  const { path, timeframe, rest } = parsed.value;
  if (timeframe === null || rest.length === 0) {
    const detail = timeframe === null ? '--timeframe is missing.' : 'No condition is given.';
    return { ok: false, failure: { code: 'VALIDATION_FAILED', detail } };
  }
  return evalTable({ path, timeframe, conditions: rest });
}

/**
 * `ubot eval`: conditions over a candle file, by the engine of the live scanner.
 *
 * Shape:  one row per candle: its open time in milliseconds, then a verdict per condition, headed by the texts as given.
 * Edges:  a row without any price is a gap, and unknown; one without a close is a candle whose close is unknown. Warnings about a condition are notes.
 * Errors: CSV_INVALID; the code of the first mistake in a condition, with all mistakes of all conditions in `detail`.
 */
export async function evalTable(options: {
  path: string;
  timeframe: Timeframe;
  conditions: readonly string[];
}): Promise<Result<TableOutput>> {
  const { path, timeframe, conditions } = options;
  const checked = checkAll(conditions, timeframe);
  if (!checked.ok) return checked;
  const read = await readCandleFile(path);
  if (!read.ok) return read;
  const { candles, notes } = candlesOf(read.value, timeframe);
  const judge = createJudge(checked.value.plans, timeframe);
  const lines = [['time', ...conditions].map(csvField).join(',')];
  for (const candle of candles) lines.push([candle.openAtMs, ...judge(candle)].join(','));
  const allNotes = [...read.value.notes, ...notes, ...checked.value.warnings];
  return { ok: true, value: { csv: `${lines.join('\n')}\n`, notes: allNotes } };
}

function checkAll(
  conditions: readonly string[],
  timeframe: Timeframe,
): Result<{ plans: ConditionPlan[]; warnings: string[] }> {
  const plans: ConditionPlan[] = [];
  const warnings: string[] = [];
  const mistakes: string[] = [];
  let code: string | null = null;
  for (const text of conditions) {
    const checked = checkCondition({ text, timeframe });
    const shown = checked.diagnostics.map((diagnostic) => showDiagnostic(text, diagnostic));
    if (checked.ok) {
      plans.push(checked.plan);
      warnings.push(...shown);
      continue;
    }
    mistakes.push(...shown);
    code ??= checked.diagnostics.find(({ severity }) => severity === 'error')?.code ?? null;
  }
  if (mistakes.length === 0) return { ok: true, value: { plans, warnings } };
  // Codes of conditions are codes of the registry.
  const summary = mistakes.length === 1 ? 'There is a mistake:' : `There are ${mistakes.length} mistakes:`;
  const detail = [summary, ...mistakes].join('\n');
  const failure: Failure = { code: (code ?? 'CONDITION_SYNTAX') as ErrorCode, detail };
  return { ok: false, failure };
}

/**
 * A diagnostic as a person reads it: code, span and message, the line of the text with carets under the span, the hint.
 * Offsets count UTF-16 code units from the beginning of the condition.
 */
export function showDiagnostic(text: string, { code, from, to, message, hint }: Diagnostic): string {
  const lineFrom = text.lastIndexOf('\n', from - 1) + 1;
  const lineEnd = text.indexOf('\n', from);
  const line = text.slice(lineFrom, lineEnd === -1 ? text.length : lineEnd);
  const column = from - lineFrom;
  // Tabs stay tabs, so that the carets stand where the text does.
  const indent = line.slice(0, column).replaceAll(/[^\t]/g, ' ');
  const carets = '^'.repeat(Math.max(1, Math.min(to - from, line.length - column)));
  const shown = [`${code} ${from}-${to}: ${message}`, `  ${line}`, `  ${indent}${carets}`];
  return [...shown, ...(hint === null ? [] : [`  hint: ${hint}`])].join('\n');
}

function candlesOf(file: CandleFile, timeframe: Timeframe): { candles: Candle[]; notes: string[] } {
  const candles = Array.from(file.openAtMs, (openAtMs, at): Candle => {
    const [open, high, low, close] = [file.open[at]!, file.high[at]!, file.low[at]!, file.close[at]!];
    return { openAtMs, open, high, low, close, volume24hUsd: NaN, marketCapUsd: NaN, samples: 1 };
  });
  const stepMs = usualStepMs(file.openAtMs);
  const wantedMs = TIMEFRAME_MS[timeframe];
  if (stepMs < wantedMs) {
    const note = `The rows are ${stepMs / 1_000} s apart and were folded to ${timeframe}.`;
    const observed = candles.filter(isObserved);
    return { candles: foldCandles({ candles: observed, to: timeframe }), notes: [note] };
  }
  const sparse = stepMs > wantedMs && stepMs < Infinity;
  const note = `The rows are ${stepMs / 1_000} s apart, further than ${timeframe}: what lies between counts as missing.`;
  return { candles, notes: sparse ? [note] : [] };
}

/** The median distance of two rows; Infinity when there are fewer than two. */
function usualStepMs(openAtMs: Float64Array): number {
  const steps = openAtMs.slice(1).map((atMs, i) => atMs - openAtMs[i]!);
  return steps.sort()[steps.length >> 1] ?? Infinity;
}

const COIN_ID = 1;
/** The smallest slice: there is one coin. */
const SLOTS = 64;

/** Judges one closed candle after the other, as the scanner does. */
function createJudge(plans: readonly ConditionPlan[], timeframe: Timeframe): (candle: Candle) => string[] {
  const engine = createEngine({ name: 'eval', slotsPerSlice: SLOTS });
  const runner = createSliceRunner();
  engine.put(
    plans.map((condition, handle) => ({ handle, condition, rearm: null, on: 'candle_close' as const, coins: null })),
  );
  const nothing = new Float64Array(0);
  return (candle) => {
    const closed = isObserved(candle) ? [columnsOf(candle, timeframe)] : [];
    const tasks = engine.accept({
      snapshot: {
        takenAtMs: candle.openAtMs + TIMEFRAME_MS[timeframe],
        source: 'file',
        pollIntervalMs: TIMEFRAME_MS[timeframe],
        coinIds: new Int32Array(0),
        priceUsd: nothing,
        volume24hUsd: nothing,
        marketCapUsd: nothing,
        rank: new Int32Array(0),
        percentChange1h: nothing,
        percentChange24h: nothing,
        percentChange7d: nothing,
        providerTimeMs: nothing,
        global: null,
      },
      closed,
      openOf: () => null,
      isStale: () => false,
    });
    engine.finish(tasks.map((task) => runner.run(task)));
    if (closed.length === 0) return plans.map(() => 'unknown');
    return plans.map((_, i) => engine.verdictOf({ plan: plans[i]!, on: 'candle_close', coinId: COIN_ID }) ?? 'unknown');
  };
}

/** A row without any price is a gap: nobody observed one. */
function isObserved({ open, high, low, close }: Candle): boolean {
  return ![open, high, low, close].every(Number.isNaN);
}

function columnsOf(candle: Candle, timeframe: Timeframe): CandleColumns {
  return {
    timeframe,
    openAtMs: candle.openAtMs,
    coinIds: Int32Array.of(COIN_ID),
    open: Float64Array.of(candle.open),
    high: Float64Array.of(candle.high),
    low: Float64Array.of(candle.low),
    close: Float64Array.of(candle.close),
    volume24hUsd: Float64Array.of(candle.volume24hUsd),
    marketCapUsd: Float64Array.of(candle.marketCapUsd),
    samples: Int32Array.of(candle.samples),
  };
}
