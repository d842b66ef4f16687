import { TIMEFRAMES, type Result, type Timeframe } from '@ubot/market';
import { SERIES_NAMES, type SeriesName, type Verdict } from './plan.ts';

/** One condition of a spec file and what it is at each candle. */
export interface SpecCase {
  /** Line of its `when`, 1-based. */
  readonly line: number;
  readonly condition: string;
  readonly indicators: readonly { readonly name: string; readonly expression: string }[];
  /** One verdict for each candle, oldest first. */
  readonly verdicts: readonly Verdict[];
}

/** A block of candles and the conditions that are asked of it. */
export interface SpecBlock {
  /** Line of its `candles`, 1-based. */
  readonly line: number;
  readonly timeframe: Timeframe;
  /** Columns of equal length, oldest candle first; NaN is a candle without that value. */
  readonly series: ReadonlyMap<SeriesName, Float64Array>;
  /** 1 where there is a candle, 0 where nobody observed one (`-` in every column). */
  readonly present: Uint8Array;
  readonly cases: readonly SpecCase[];
}

export interface SpecFile {
  readonly blocks: readonly SpecBlock[];
}

interface OpenCase {
  line: number;
  condition: string;
  verdicts: (Verdict | undefined)[];
}
interface OpenBlock {
  line: number;
  timeframe: Timeframe;
  columns: Map<SeriesName, (number | null)[]>;
  indicators: { name: string; expression: string }[];
  cases: OpenCase[];
}

const SERIES: ReadonlyMap<string, SeriesName> = new Map(SERIES_NAMES.map((name) => [name, name]));
const SPANS: ReadonlyMap<string, Timeframe> = new Map(TIMEFRAMES.map((name) => [name, name]));
const VERDICTS: ReadonlyMap<string, Verdict> = new Map([
  ['true', 'true'],
  ['false', 'false'],
  ['unknown', 'unknown'],
]);
const MAX_CANDLES = 10_000;

/** Thrown inside this file only: one mistake ends the reading of a spec file. */
function wrong(line: number, detail: string): never {
  throw Object.assign(new Error(`line ${line}: ${detail}`), { spec: true });
}

/** `100`, `?` for a candle without that value, `-` for no candle at all, `100*5` for five of them, `100..104` for a run. */
function readValues(words: readonly string[], line: number): (number | null)[] {
  return words.flatMap((word) => {
    const parts = /^(\?|-|-?[0-9]+(?:\.[0-9]+)?(?:e[+-]?[0-9]+)?)(?:\*([0-9]+)|\.\.(-?[0-9]+))?$/i.exec(word);
    if (!parts) wrong(line, `\`${word}\` is not a value.`);
    const [, text = '', repeat, last] = parts;
    const value = text === '-' ? null : text === '?' ? Number.NaN : Number(text);
    if (value !== null && text !== '?' && !Number.isFinite(value)) wrong(line, `\`${word}\` is not a number.`);
    if (repeat !== undefined) return Array.from({ length: Math.min(Number(repeat), MAX_CANDLES) }, () => value);
    if (last === undefined) return [value];
    const first = value ?? 0;
    const step = Number(last) < first ? -1 : 1;
    const length = Math.min(Math.abs(Number(last) - first) + 1, MAX_CANDLES);
    return Array.from({ length }, (_, index) => first + index * step);
  });
}

function readColumns(block: OpenBlock, text: string, line: number): void {
  const pieces = text.split(/([a-z_0-9]+):/).slice(1);
  if (pieces.length === 0 && text.trim() !== '') wrong(line, 'A column is written `close: 100 101 99`.');
  for (let index = 0; index < pieces.length; index += 2) {
    const name = pieces[index] ?? '';
    const series = SERIES.get(name) ?? wrong(line, `There is no series \`${name}\`.`);
    const words = (pieces[index + 1] ?? '').split(/\s+/).filter((word) => word !== '');
    block.columns.set(series, [...(block.columns.get(series) ?? []), ...readValues(words, line)]);
  }
}

function readVerdict(block: OpenBlock, text: string, line: number): void {
  const open = block.cases.at(-1) ?? wrong(line, 'A `candle` line stands below a `when` line.');
  const parts = /^candles?\s+([0-9]+)(?:\s*-\s*([0-9]+))?\s+(true|false|unknown)$/.exec(text);
  if (!parts) wrong(line, 'Expected `candle 3 true`, or `candles 3-5 unknown`.');
  const [from, to] = [Number(parts[1]), Number(parts[2] ?? parts[1])];
  const verdict = VERDICTS.get(parts[3] ?? '');
  if (from < 1 || to < from || to > MAX_CANDLES) wrong(line, `There is no candle ${to < from ? from : to}.`);
  for (let candle = from; candle <= to; candle += 1) {
    if (open.verdicts[candle - 1] !== undefined) wrong(line, `Candle ${candle} has a verdict already.`);
    open.verdicts[candle - 1] = verdict;
  }
}

function closeBlock({ line, timeframe, columns, indicators, cases }: OpenBlock): SpecBlock {
  const lengths = [...columns.values()].map((values) => values.length);
  const [length = 0] = lengths;
  if (length === 0) wrong(line, 'The block has no candles.');
  if (lengths.some((other) => other !== length)) wrong(line, 'The columns of a block are equally long.');
  const present = Uint8Array.from({ length }, (_, index) => {
    const missing = new Set([...columns.values()].map((values) => values[index] === null));
    if (missing.size > 1) wrong(line, `Candle ${index + 1} is missing in some columns only.`);
    return missing.has(true) ? 0 : 1;
  });
  const series = new Map(
    [...columns].map(([name, values]) => [name, Float64Array.from(values, (value) => value ?? Number.NaN)]),
  );
  if (cases.length === 0) wrong(line, 'The block asks nothing: a `when` line is missing.');
  const closed = cases.map(({ line: at, condition, verdicts }): SpecCase => {
    const told = Array.from({ length }, (_, index) => verdicts[index] ?? null);
    const untold = told.findIndex((verdict, index) => (verdict === null) === (present[index] === 1));
    if (untold !== -1) {
      wrong(
        at,
        present[untold] ? `Candle ${untold + 1} has no verdict.` : `Candle ${untold + 1} is absent and has no verdict.`,
      );
    }
    if (verdicts.length > length) wrong(at, `There is no candle ${verdicts.length}.`);
    return { line: at, condition, indicators, verdicts: told.map((verdict) => verdict ?? 'unknown') };
  });
  return { line, timeframe, series, present, cases: closed };
}

function readLines(text: string): SpecBlock[] {
  const blocks: OpenBlock[] = [];
  for (const [index, written] of text.split('\n').entries()) {
    const line = index + 1;
    const words = written.replace(/#.*$/, '').trim();
    const block = blocks.at(-1);
    const [, keyword = '', rest = ''] = /^(when|let|candles?)\b\s*(.*)$/.exec(words) ?? [];
    if (words === '') continue;
    if (keyword === 'candles' && !/^[0-9]+(?:\s*-\s*[0-9]+)?\s/.test(rest)) {
      const [, span = '', columns = ''] = /^(\S+)\s*(.*)$/.exec(rest) ?? [];
      const timeframe = SPANS.get(span) ?? wrong(line, `There is no timeframe \`${span}\`.`);
      blocks.push({ line, timeframe, columns: new Map(), indicators: [], cases: [] });
      readColumns(blocks.at(-1) ?? wrong(line, 'No block.'), columns, line);
    } else if (!block) {
      wrong(line, 'A spec file begins with `candles 1h close: …`.');
    } else if (keyword === 'when') {
      block.cases.push({ line, condition: rest, verdicts: [] });
    } else if (keyword === 'let') {
      const [, name = '', expression = ''] =
        /^(\w+)\s*=\s*(.+)$/.exec(rest) ?? wrong(line, 'Expected `let fast = ema(12)`.');
      block.indicators.push({ name, expression });
    } else if (keyword === 'candle' || keyword === 'candles') {
      readVerdict(block, words, line);
    } else {
      readColumns(block, words, line);
    }
  }
  return blocks.map(closeBlock);
}

/**
 * Reads a spec file: candles, conditions, and what each condition is at each candle, in plain text.
 *
 * Shape:  a block begins with `candles TIMEFRAME` and columns (`close: 100 101 99`), which may go on over further lines;
 *         `let NAME = EXPRESSION` gives an own name; each `when CONDITION` is followed by `candle N VERDICT` lines, or
 *         `candles N-M VERDICT`, one verdict for every candle. `#` starts a comment.
 * Edges:  `?` is a candle whose value is unknown, `-` is no candle: such a place has no verdict. `7*5` is five sevens,
 *         `1..5` is 1 2 3 4 5. A file without blocks is a mistake, so that an emptied file does not pass as a test.
 * Errors: CONDITION_SYNTAX, naming the line.
 */
export function parseSpecFile(text: string): Result<SpecFile> {
  try {
    const blocks = readLines(text);
    if (blocks.length === 0) wrong(1, 'The file has no `candles` block.');
    return { ok: true, value: { blocks } };
  } catch (error) {
    if (error instanceof Error && 'spec' in error) {
      return { ok: false, failure: { code: 'CONDITION_SYNTAX', detail: error.message } };
    }
    throw error;
  }
}
