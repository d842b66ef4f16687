import { hasSharedData, NO_SHARED_DATA, sharedData } from '@ubot/testing';
import { describe, expect, it } from 'vitest';
import { INDICATORS } from './catalogue.ts';
import { computeIndicator } from './compute.ts';

type Expected = readonly (number | null)[];

function compute(name: string, params: readonly number[], series: readonly number[]): Map<string, number[]> {
  const definition = INDICATORS.get(name)!;
  const columns = computeIndicator({ definition, params, inputs: [Float64Array.from(series)] });
  return new Map(definition.outputs.map((output, i) => [output, [...columns[i]!]]));
}

interface Tolerance {
  relative?: number;
  absolute?: number;
}

/** null must be unknown here too; everything else equal within the tolerance. Returns how many numbers were compared. */
function compare(ours: readonly number[], theirs: Expected, { relative = 0, absolute = 0 }: Tolerance): number {
  let compared = 0;
  let worst = 0;
  expect(ours.length).toBe(theirs.length);
  expect(ours.map(Number.isNaN)).toEqual(theirs.map((value) => value === null));
  theirs.forEach((value, at) => {
    if (value === null) return;
    const allowed = relative * Math.abs(value) + absolute;
    worst = Math.max(worst, Math.abs(ours[at]! - value) / allowed);
    compared++;
  });
  expect(worst).toBeLessThanOrEqual(1);
  return compared;
}

const csvRows = (path: string): string[][] =>
  sharedData(path)
    .toString('utf8')
    .replace(/^\uFEFF/, '')
    .trim()
    .split(/\r?\n/)
    .map((line) => line.split(','));

/** A column by its heading; empty cells are null. */
function csvColumn(path: string, heading: string): (number | null)[] {
  const [header, ...rows] = csvRows(path);
  const at = header!.findIndex((name) => name.trim().toLowerCase() === heading.toLowerCase());
  if (at < 0) throw new Error(`${path} has no column ${heading}`);
  return rows.map((row) => (row[at] === undefined || row[at].trim() === '' ? null : Number(row[at])));
}
const numbers = (column: readonly (number | null)[]): number[] => column.map((value) => value ?? NaN);

/** Closes of a candle file in which a time may come twice, where one download met the next: the first counts. */
function distinctCloses(path: string): number[] {
  const [, ...rows] = csvRows(path);
  return rows.filter((row, at) => row[0] !== rows[at - 1]?.[0]).map((row) => Number(row[4]));
}

describe.skipIf(!hasSharedData)(`Skender, full precision${NO_SHARED_DATA}`, () => {
  const read = () =>
    JSON.parse(sharedData('indicators/skender/results-all.json.gz').toString('utf8')) as {
      indicators: Record<string, { series: Record<string, Expected> }>;
    };
  it.each([
    ['sma', [20], 'sma', { value: 'sma' }],
    ['ema', [20], 'ema', { value: 'ema' }],
    ['rsi', [14], 'rsi', { value: 'rsi' }],
    ['macd', [12, 26, 9], 'macd', { macd: 'macd', signal: 'signal', histogram: 'histogram' }],
    [
      'bbands',
      [20, 2],
      'bb',
      { upper: 'upperBand', middle: 'sma', lower: 'lowerBand', percent_b: 'percentB', width: 'width' },
    ],
  ] as const)('%s(%j)', (name, params, theirName, outputs) => {
    const closes = numbers(csvColumn('indicators/skender/default-quotes.csv', 'close'));
    const ours = compute(name, params, closes);
    const { series } = read().indicators[theirName]!;
    for (const [output, theirs] of Object.entries(outputs)) {
      // The absolute part is for values near zero (a histogram that changes its sign), whose digits cancelled.
      const compared = compare(ours.get(output)!, series[theirs]!, { relative: 1e-9, absolute: 1e-12 });
      expect(compared).toBeGreaterThan(460);
    }
  });
});

interface TalibFile {
  source_candles: string;
  skip: number;
  bars: number;
  functions: { fn: string; params: Record<string, number>; first_bar: number; out: Record<string, number[]> }[];
}

describe.skipIf(!hasSharedData)(`TA-Lib${NO_SHARED_DATA}`, () => {
  const named: Record<string, { name: string; params: string[]; outputs: Record<string, string> }> = {
    SMA: { name: 'sma', params: ['timePeriod'], outputs: { output: 'value' } },
    EMA: { name: 'ema', params: ['timePeriod'], outputs: { output: 'value' } },
    RSI: { name: 'rsi', params: ['timePeriod'], outputs: { output: 'value' } },
    BBANDS: {
      name: 'bbands',
      params: ['timePeriod', 'nbDevUp'],
      outputs: { upper: 'upper', middle: 'middle', lower: 'lower' },
    },
    MACD: {
      name: 'macd',
      params: ['fastPeriod', 'slowPeriod', 'signalPeriod'],
      outputs: { macd: 'macd', signal: 'signal', hist: 'histogram' },
    },
  };

  it.each(['BTCUSDT_1h', 'ADAUSDT_5m'])('%s', (file) => {
    const theirs = JSON.parse(sharedData(`indicators/talib/${file}.json.gz`).toString('utf8')) as TalibFile;
    const closes = distinctCloses(theirs.source_candles).slice(theirs.skip, theirs.skip + theirs.bars);
    expect(closes).toHaveLength(theirs.bars);
    let functions = 0;
    for (const { fn, params, first_bar: firstBar, out } of theirs.functions) {
      const mapped = named[fn];
      if (mapped === undefined) continue;
      const ours = compute(mapped.name, mapped.params.map((param) => params[param]!), closes); // prettier-ignore
      for (const [theirName, output] of Object.entries(mapped.outputs)) {
        const values = ours.get(output)!;
        if (fn === 'MACD') {
          // TA-Lib starts the fast average late and cuts off the first values: nothing to compare before they converge.
          const converged = firstBar + 4 * params['slowPeriod']!;
          const rest = out[theirName]!.slice(converged - firstBar);
          compare(values.slice(converged), rest, { relative: 1e-6, absolute: 1e-6 * Math.max(...rest.map(Math.abs)) });
        } else {
          const aligned = [...Array<null>(firstBar).fill(null), ...out[theirName]!];
          compare(values, aligned, { relative: 1e-8 });
        }
      }
      functions++;
    }
    expect(functions).toBe(16);
  });
});

describe.skipIf(!hasSharedData)(`StockCharts sheets, the digits printed${NO_SHARED_DATA}`, () => {
  const sheet = (name: string) => `indicators/stockcharts-sheets/${name}.csv`;

  it('bbands(20, 2), width in per cent there', () => {
    const ours = compute('bbands', [20, 2], numbers(csvColumn(sheet('cs-bbands'), 'Close')));
    const pairs = { upper: 'HighBand', middle: 'MiddleBand', lower: 'LowBand', percent_b: 'PercentageBand' };
    for (const [output, heading] of Object.entries(pairs)) {
      const compared = compare(ours.get(output)!, csvColumn(sheet('cs-bbands'), heading), { absolute: 1e-5 });
      expect(compared).toBeGreaterThan(10);
    }
    const widthPct = ours.get('width')!.map((width) => 100 * width);
    compare(widthPct, csvColumn(sheet('cs-bbands'), 'WidthBand'), { absolute: 1e-5 });
  });

  it('rsi(14) converges: that sheet starts its averages at zero', () => {
    const ours = compute('rsi', [14], numbers(csvColumn(sheet('cs-rsi'), 'Close'))).get('value')!;
    const theirs = csvColumn(sheet('cs-rsi'), 'RSI');
    expect(theirs[14]).not.toBeNull();
    expect(Math.abs(ours.at(-1)! - theirs.at(-1)!)).toBeLessThan(3);
  });

  it('macd(12, 26, 9) converges: that sheet seeds with the first close', () => {
    const ours = compute('macd', [12, 26, 9], numbers(csvColumn(sheet('cs-macd'), 'Close')));
    const theirs = { macd: 'MACD_line', signal: 'MACD_signal', histogram: 'MACD_diff' };
    for (const [output, heading] of Object.entries(theirs)) {
      const expected = csvColumn(sheet('cs-macd'), heading);
      expect(compare(ours.get(output)!.slice(110), expected.slice(110), { absolute: 1e-3 })).toBe(14);
    }
  });
});

describe.skipIf(!hasSharedData)(`Lean's reference values${NO_SHARED_DATA}`, () => {
  const path = 'indicators/lean/spy_with_indicators.txt.gz';
  it.each([
    ['sma', [14], 'value', 'SMA14', 0.006],
    ['ema', [14], 'value', 'EMA14', 0.006],
    ['rsi', [14], 'value', 'RSI 14 Wilder', 6e-4],
    ['macd', [12, 26, 9], 'macd', 'MACD 12 26', 6e-3],
  ] as const)('%s(%j).%s', (name, params, output, heading, absolute) => {
    const ours = compute(name, params, numbers(csvColumn(path, 'Close'))).get(output)!;
    const theirs = csvColumn(path, heading);
    const known = theirs.map((value, at) => (value === null ? null : { value, at })).filter((x) => x !== null);
    expect(known.length).toBeGreaterThan(50);
    compare(known.map(({ at }) => ours[at]!), known.map(({ value }) => value), { absolute }); // prettier-ignore
  });
});

describe.skipIf(!hasSharedData)(`Tulip's own vectors, three decimals${NO_SHARED_DATA}`, () => {
  const vectors = () =>
    JSON.parse(sharedData('indicators/tulip/untest.json').toString('utf8')) as {
      name: string;
      options: number[];
      arrays: number[][];
    }[];
  it.each([
    ['sma', ['value']],
    ['rsi', ['value']],
    ['bbands', ['lower', 'middle', 'upper']],
  ] as const)('%s', (name, outputs) => {
    const vector = vectors().find((v) => v.name === name)!;
    const ours = compute(name, vector.options, vector.arrays[0]!);
    outputs.forEach((output, i) => {
      const theirs = vector.arrays[i + 1]!;
      const warmUp = Array<null>(vector.arrays[0]!.length - theirs.length).fill(null);
      expect(compare(ours.get(output)!, [...warmUp, ...theirs], { absolute: 1e-3 })).toBe(theirs.length);
    });
  });

  it('ema converges: Tulip seeds with the first value', () => {
    const vector = vectors().find((v) => v.name === 'ema')!;
    const ours = compute('ema', vector.options, vector.arrays[0]!).get('value')!;
    expect(Math.abs(ours.at(-1)! - vector.arrays[1]!.at(-1)!)).toBeLessThan(0.05);
  });
});

describe.skipIf(!hasSharedData)(`Skender's difficult quotes${NO_SHARED_DATA}`, () => {
  it.each(['bad', 'bitcoin', 'intraday', 'mismatch', 'penny'])('%s: nothing infinite, no crash', (file) => {
    const closes = numbers(csvColumn(`indicators/skender/quotes-${file}.csv`, 'close'));
    expect(closes.length).toBeGreaterThan(100);
    for (const definition of INDICATORS.values()) {
      const params = definition.params.map((param) => param.default);
      const outputs = computeIndicator({ definition, params, inputs: [Float64Array.from(closes)] });
      for (const column of outputs) expect([...column].some((value) => Math.abs(value) === Infinity)).toBe(false);
      expect(outputs.every((column) => column.some((value) => Number.isFinite(value)))).toBe(true);
    }
  });
});
