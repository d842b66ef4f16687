import {
  TIMEFRAMES,
  type Diagnostic,
  type ErrorCode,
  type Failure,
  type Result,
  type Timeframe,
} from '@ubot/contracts';
import { verdictName } from '@ubot/engine';
import { checkCondition, type ConditionPlan } from '@ubot/strategy';
import type { TableOutput } from './candles.ts';
import { parseCandlesArgs } from './candlesArgs.ts';
import { csvField } from './csv.ts';
import { readCandleFile } from './csvCandles.ts';
import { historyOfFile } from './fileHistory.ts';

export const EVAL_HELP = `ubot eval --candles FILE.csv --timeframe ${TIMEFRAMES.join('|')} "CONDITION" …
  Prints time and each condition's verdict (true, false or unknown) for every candle, as the live scanner would have
  judged it at the candle's close. price is the close. A file's volume is the candle's own, so volume_24h (the rolling
  24 h figure), market_cap, rank, percent_change_*, market.* and other coins are unknown. Rows closer together than the
  timeframe are folded to it; other timeframes (rsi(14) @ 4h) are folded from the same rows. More than 10 missing candles
  make indicators begin afresh.`;

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
 * `ubot eval`: conditions over a candle file, by the batch form of the live engine.
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
  const { history, rows, notes } = historyOfFile(read.value, timeframe);
  const verdicts = checked.value.plans.map((plan) => history.evaluate(plan));
  const lines = [['time', ...conditions].map(csvField).join(',')];
  rows.forEach(({ openAtMs, candle }) => {
    const told = verdicts.map((column) => (candle === null ? 'unknown' : verdictName(column[candle]!)));
    lines.push([openAtMs, ...told].join(','));
  });
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
