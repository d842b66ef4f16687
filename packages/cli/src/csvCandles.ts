import { readFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import type { Result } from '@ubot/contracts';
import { csvRows, type CsvRow } from './csv.ts';
import { epochMs, epochNumber, epochUnit, isoMs, type EpochUnit } from './csvTime.ts';

/** Larger files are refused: the text is held in memory at once. */
const CANDLE_FILE_LIMIT_BYTES = 256 * 1024 * 1024;

/** More notes than this are counted, not written out. */
const NOTES_LIMIT = 10;

/** The candles of a file as columns, oldest first. An empty cell is NaN. */
export interface CandleFile {
  readonly openAtMs: Float64Array;
  readonly open: Float64Array;
  readonly high: Float64Array;
  readonly low: Float64Array;
  readonly close: Float64Array;
  /** All NaN when the file has no such column. */
  readonly volume: Float64Array;
  /** What a person should know about the file although it could be read; for stderr. */
  readonly notes: readonly string[];
}

const VALUES = ['open', 'high', 'low', 'close', 'volume'] as const;
type Value = (typeof VALUES)[number];

// In order of preference, for files that have several.
const TIME_NAMES = ['time', 'time_ms', 'time_s', 'timestamp', 'open_time', 'opentime', 'open time', 'datetime', 'date', 'unix']; // prettier-ignore
const UNKNOWN_WORDS = new Set(['', 'nan', 'null', 'none', 'na', 'n/a', '-', 'inf', '-inf', 'infinity', '-infinity']);
const NUMBER = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i;

const invalid = (detail: string): { ok: false; failure: { code: 'CSV_INVALID'; detail: string } } => ({
  ok: false,
  failure: { code: 'CSV_INVALID', detail },
});

/** The first mistake in the file, from its line number on. */
interface Mistake {
  readonly mistake: string;
}

/** Reads a candle file, plain or gzipped (told by its content). Errors: CSV_INVALID, naming file, line and reason. */
export async function readCandleFile(path: string): Promise<Result<CandleFile>> {
  let bytes: Buffer;
  try {
    bytes = await readFile(path);
    if (bytes[0] === 0x1f && bytes[1] === 0x8b) {
      bytes = await promisify(gunzip)(bytes, { maxOutputLength: CANDLE_FILE_LIMIT_BYTES });
    }
  } catch (error) {
    return invalid(`${path} cannot be read: ${error instanceof Error ? error.message : String(error)}.`);
  }
  if (bytes.length > CANDLE_FILE_LIMIT_BYTES) {
    return invalid(`${path} is larger than ${CANDLE_FILE_LIMIT_BYTES / 1024 / 1024} MiB.`);
  }
  const parsed = parseCandles(bytes.toString('utf8'));
  return parsed.ok ? parsed : invalid(`${path}, ${parsed.failure.detail}`);
}

/**
 * Candles from CSV text.
 *
 * Shape:  a header with a time column (time, timestamp, date, …), open, high, low, close and perhaps volume, in any order
 *         and case, other columns ignored; then one row per candle, times ascending.
 * Units:  time in epoch seconds or milliseconds (the largest of the file decides) or ISO 8601, UTC unless it says so.
 * Edges:  an empty cell (or NaN, null) is unknown. Numbers are taken as they are, zero and below included. A time that
 *         comes again in the next row, as exchange downloads have it where two pages meet, is noted and its first row
 *         kept. Times that go back are refused.
 * Errors: CSV_INVALID with the line and the reason.
 */
export function parseCandles(text: string): Result<CandleFile> {
  const rows = csvRows(text);
  const first = rows.next();
  if (first.done === true) return invalid('line 1: the file is empty.');
  const header = readHeader(first.value);
  if ('mistake' in header) return invalid(header.mistake);
  const kept: CsvRow[] = [];
  for (const row of rows) {
    const extra = row.fields.slice(header.width).some((field) => field !== '');
    if (row.fields.length < header.width || extra) {
      return invalid(`line ${row.line}: ${row.fields.length} fields, but the header has ${header.width}.`);
    }
    kept.push(row);
  }
  const times = readTimes(kept, header);
  if ('mistake' in times) return invalid(times.mistake);
  return readValues(kept, times, header);
}

interface Header {
  readonly width: number;
  readonly time: number;
  readonly unit: EpochUnit | null;
  readonly values: ReadonlyMap<Value, number>;
}

function readHeader({ line, fields }: CsvRow): Header | Mistake {
  const names = fields.map((field) => field.toLowerCase());
  const wanted = new Set<string>([...TIME_NAMES, ...VALUES]);
  const twice = names.find((name, at) => wanted.has(name) && names.indexOf(name) !== at);
  if (twice !== undefined) return { mistake: `line ${line}: two columns are called ${twice}.` };
  const timeName = TIME_NAMES.find((name) => names.includes(name));
  if (timeName === undefined) {
    return { mistake: `line ${line}: the header has no time column (time, timestamp or date).` };
  }
  const missing = VALUES.find((name) => name !== 'volume' && !names.includes(name));
  if (missing !== undefined) return { mistake: `line ${line}: the header has no column ${missing}.` };
  const units: Record<string, EpochUnit> = { time_ms: 'milliseconds', time_s: 'seconds' };
  return {
    width: names.length,
    time: names.indexOf(timeName),
    unit: units[timeName] ?? null,
    values: new Map(VALUES.filter((name) => names.includes(name)).map((name) => [name, names.indexOf(name)])),
  };
}

function readTimes(rows: readonly CsvRow[], header: Header): Float64Array | Mistake {
  const numbers = rows.map(({ fields }) => epochNumber(fields[header.time]!));
  const largest = numbers.reduce<number>((most, value) => Math.max(most, Math.abs(value ?? 0)), 0);
  const unit = header.unit ?? epochUnit(largest);
  const times = new Float64Array(rows.length);
  for (const [at, { line, fields }] of rows.entries()) {
    const text = fields[header.time]!;
    if (text === '') return { mistake: `line ${line}: the time is empty.` };
    const number = numbers[at]!;
    if (number !== null && unit === null) {
      return { mistake: `line ${line}: the time ${text} is not in epoch seconds or milliseconds.` };
    }
    const time = number === null ? isoMs(text) : epochMs(number, unit!);
    if (time === null || Math.abs(time) > 8.64e15) {
      return { mistake: `line ${line}: the time ${text} is not epoch seconds, epoch milliseconds or ISO 8601.` };
    }
    times[at] = time;
  }
  return times;
}

function readValues(rows: readonly CsvRow[], times: Float64Array, header: Header): Result<CandleFile> {
  const columns = new Map(VALUES.map((name) => [name, new Float64Array(rows.length).fill(NaN)]));
  const openAtMs = new Float64Array(rows.length);
  const notes: string[] = [];
  let count = 0;
  for (const [at, row] of rows.entries()) {
    const time = times[at]!;
    const before = count === 0 ? -Infinity : openAtMs[count - 1]!;
    if (time < before) {
      return invalid(
        `line ${row.line}: ${iso(time)} comes after ${iso(before)}; rows must be sorted by time, oldest first.`,
      );
    }
    if (time === before) {
      const same = rows[at - 1]!.fields.join() === row.fields.join();
      notes.push(`line ${row.line}: ${iso(time)} comes a second time${same ? '' : ', with other values'}; left out.`);
      continue;
    }
    for (const [name, field] of header.values) {
      const value = cellValue(row.fields[field]!);
      if (value === null) return invalid(`line ${row.line}: ${name} is ${row.fields[field]}, which is not a number.`);
      columns.get(name)![count] = value;
    }
    openAtMs[count++] = time;
  }
  const column = (name: Value) => columns.get(name)!.slice(0, count);
  return {
    ok: true,
    value: {
      openAtMs: openAtMs.slice(0, count),
      open: column('open'),
      high: column('high'),
      low: column('low'),
      close: column('close'),
      volume: column('volume'),
      notes: shortened(notes),
    },
  };
}

/** NaN: the cell says nothing. null: it says something that is not a number. */
function cellValue(text: string): number | null {
  if (UNKNOWN_WORDS.has(text.toLowerCase())) return NaN;
  if (!NUMBER.test(text)) return null;
  const value = Number(text);
  return Number.isFinite(value) ? value : NaN;
}

function iso(timeMs: number): string {
  return new Date(timeMs).toISOString();
}

function shortened(notes: readonly string[]): string[] {
  if (notes.length <= NOTES_LIMIT) return [...notes];
  return [...notes.slice(0, NOTES_LIMIT), `${notes.length - NOTES_LIMIT} more lines come a second time; left out.`];
}
