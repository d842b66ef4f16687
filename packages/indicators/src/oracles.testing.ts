import { sharedData } from '@ubot/testing';
import { expect } from 'vitest';
import { INDICATORS } from './catalogue.ts';
import { computeIndicator } from './compute.ts';
import type { CandleInput } from './types.ts';

/** What a reference says, aligned with the candles: null where it says nothing. */
export type Expected = readonly (number | null)[];

/** Columns of candles, oldest first. A sheet that has closes only has no others. */
export type CandleColumns = { readonly [input in CandleInput]?: readonly number[] } & {
  readonly openAtMs?: readonly number[];
};

const OHLCV = ['open', 'high', 'low', 'close', 'volume'] as const;

/** An indicator of the catalogue over candles, one array per output by its name; a series indicator over the closes. */
export function compute(name: string, params: readonly number[], candles: CandleColumns): Map<string, number[]> {
  const definition = INDICATORS.get(name);
  if (definition === undefined) throw new Error(`there is no ${name}`);
  const wanted = definition.inputs === 'series' ? (['close'] as const) : definition.inputs;
  const inputs = wanted.map((input) => {
    const column = candles[input];
    if (column === undefined) throw new Error(`${name} needs ${input}`);
    return Float64Array.from(column);
  });
  const times = candles.openAtMs === undefined ? {} : { openAtMs: candles.openAtMs };
  const columns = computeIndicator({ definition, params, inputs, ...times });
  return new Map(definition.outputs.map((output, i) => [output, [...columns[i]!]]));
}

export interface Tolerance {
  readonly relative?: number;
  readonly absolute?: number;
}

/** null must be unknown here too; everything else equal within the tolerance. Returns how many numbers were compared. */
export function compare(ours: readonly number[], theirs: Expected, tolerance: Tolerance): number {
  const { relative = 0, absolute = 0 } = tolerance;
  expect(ours.length).toBe(theirs.length);
  expect(ours.map(Number.isNaN)).toEqual(theirs.map((value) => value === null));
  let compared = 0;
  let worst = { beyond: 0, at: -1, ours: NaN, theirs: NaN };
  theirs.forEach((value, at) => {
    if (value === null) return;
    compared++;
    const difference = Math.abs(ours[at]! - value);
    // Equal is within every tolerance, none included.
    const beyond = difference === 0 ? 0 : difference / (relative * Math.abs(value) + absolute);
    if (!(beyond <= worst.beyond)) worst = { beyond, at, ours: ours[at]!, theirs: value };
  });
  if (!(worst.beyond <= 1)) expect(worst).toEqual('within the tolerance');
  return compared;
}

/** Values that begin later than the candles do (or a whole number of candles later), aligned with their end. */
export function alignedToEnd(values: readonly number[], length: number): Expected {
  return [...Array<null>(length - values.length).fill(null), ...values];
}

export function csvRows(path: string): string[][] {
  const text = sharedData(path).toString('utf8').replace(/^\uFEFF/, ''); // prettier-ignore
  return text.trim().split(/\r?\n/).map((line) => line.split(',')); // prettier-ignore
}

/** A column by its heading; empty cells are null. */
export function csvColumn(path: string, heading: string): (number | null)[] {
  const [header, ...rows] = csvRows(path);
  const at = header!.findIndex((name) => name.trim().toLowerCase() === heading.toLowerCase());
  if (at < 0) throw new Error(`${path} has no column ${heading}`);
  return rows.map((row) => (row[at] === undefined || row[at].trim() === '' ? null : Number(row[at])));
}

export const numbers = (column: Expected): number[] => column.map((value) => value ?? NaN);

const once = <Value>(read: (key: string) => Value): ((key: string) => Value) => {
  const known = new Map<string, Value>();
  return (key) => {
    if (!known.has(key)) known.set(key, read(key));
    return known.get(key)!;
  };
};

const readJson = once((path: string): unknown => JSON.parse(sharedData(path).toString('utf8')));

/** A file with a heading, the time first, then open, high, low, close and volume under their names. */
export const candleFile = once((path: string): Required<Omit<CandleColumns, 'volume_24h'>> => {
  const columns = OHLCV.map((name) => [name, numbers(csvColumn(path, name))] as const);
  const openAtMs = csvRows(path).slice(1).map(([time]) => Date.parse(time!.includes('T') ? time! : `${time!}Z`)); // prettier-ignore
  return { ...(Object.fromEntries(columns) as Record<(typeof OHLCV)[number], number[]>), openAtMs };
});

/** Skender's default quotes (502 days) or one of its difficult sets: bad, bitcoin, intraday, mismatch, penny. */
export const skenderQuotes = (set?: string) =>
  candleFile(`indicators/skender/${set === undefined ? 'default-quotes' : `quotes-${set}`}.csv`);

/** What Skender computes over its default quotes, by its names, in full precision. */
export function skenderSeries(theirName: string): Record<string, Expected> {
  const file = readJson('indicators/skender/results-all.json.gz') as {
    indicators: Record<string, { series: Record<string, Expected> }>;
  };
  const found = file.indicators[theirName];
  if (found === undefined) throw new Error(`Skender has no ${theirName}`);
  return found.series;
}

interface TalibResult {
  fn: string;
  params: Record<string, number>;
  first_bar: number;
  out: Record<string, number[]>;
}

interface TalibFile {
  source_candles: string;
  price_scale: number;
  skip: number;
  bars: number;
  functions: TalibResult[];
}

export const TALIB_FILES = ['BTCUSDT_1h', 'ADAUSDT_5m'] as const;
type TalibName = (typeof TALIB_FILES)[number];

const talibRead = (file: TalibName) => readJson(`indicators/talib/${file}.json.gz`) as TalibFile;

/** The candles TA-Lib was given. A time may come twice, where one download met the next: the first counts. */
export const talibCandles = once((name: string): Required<Omit<CandleColumns, 'volume_24h'>> => {
  const file = talibRead(name as TalibName);
  const [, ...all] = csvRows(file.source_candles);
  const rows = all.filter((row, at) => row[0] !== all[at - 1]?.[0]).slice(file.skip, file.skip + file.bars);
  if (rows.length !== file.bars) throw new Error(`${file.source_candles} has ${rows.length} candles, not ${file.bars}`);
  const column = (at: number, scale: number) => rows.map((row) => Number(row[at]) * scale);
  const [open, high, low, close] = [1, 2, 3, 4].map((at) => column(at, file.price_scale)) as number[][];
  const openAtMs = rows.map(([time]) => (/^\d+$/.test(time!) ? Number(time) : Date.parse(time!)));
  return { open: open!, high: high!, low: low!, close: close!, volume: column(5, 1), openAtMs };
});

/** Every call of one TA-Lib function: its parameters and its outputs aligned with the candles. */
export function talibResults(name: TalibName, fn: string) {
  const file = talibRead(name);
  const found = file.functions.filter((result) => result.fn === fn);
  if (found.length === 0) throw new Error(`TA-Lib's file has no ${fn}`);
  return found.map(({ params, first_bar: firstBar, out }) => ({
    params,
    firstBar,
    outputs: new Map<string, Expected>(
      Object.entries(out).map(([output, values]) => [output, alignedToEnd(values, file.bars)]),
    ),
  }));
}

/** A vector of Tulip's own, three decimals: the inputs come first in `arrays`, then the outputs (which may be shorter). */
export function tulipVector(name: string): { options: readonly number[]; arrays: readonly (readonly number[])[] } {
  const vectors = readJson('indicators/tulip/untest.json') as {
    name: string;
    options: number[];
    arrays: number[][];
  }[];
  const found = vectors.find((vector) => vector.name === name);
  if (found === undefined) throw new Error(`Tulip has no ${name}`);
  return found;
}

/** Where Lean keeps values of an outside platform over its closes: `csvColumn(LEAN_VALUES, 'SMA14')`. */
export const LEAN_VALUES = 'indicators/lean/spy_with_indicators.txt.gz';

/** A worked example of StockCharts, cs-atr, cs-bbands, cs-macd, cs-obv, cs-rsi or cs-wma: `csvColumn(sheet('cs-obv'), 'OBV')`. */
export const stockChartsSheet = (name: string): string => `indicators/stockcharts-sheets/${name}.csv`;

/** Only where the reference says something. */
export function whereKnown(ours: readonly number[], theirs: Expected): { ours: number[]; theirs: Expected } {
  const places = theirs.flatMap((value, at) => (value === null ? [] : [at]));
  return { ours: places.map((at) => ours[at]!), theirs: places.map((at) => theirs[at]!) };
}
