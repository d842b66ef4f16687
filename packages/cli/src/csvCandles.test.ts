import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { hasSharedData, NO_SHARED_DATA, sharedData } from '@ubot/testing';
import * as fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parseCandles, readCandleFile } from './csvCandles.ts';

const HEADER = 'time,open,high,low,close,volume';
const invalid = (detail: string) => ({ ok: false, failure: { code: 'CSV_INVALID', detail } });
const T = Date.UTC(2024, 0, 1);

/** The file as rows of plain numbers; fails loudly when it was refused. */
function rowsOf(text: string): number[][] {
  const parsed = parseCandles(text);
  if (!parsed.ok) throw new Error(parsed.failure.detail);
  const { openAtMs, open, high, low, close, volume } = parsed.value;
  return Array.from(openAtMs, (time, at) => [time, open[at]!, high[at]!, low[at]!, close[at]!, volume[at]!]);
}

describe('a candle file', () => {
  const expected = [
    [T, 1, 4, 0.5, 2, 10],
    [T + 3_600_000, 2, 5, 1.5, 3, 20],
  ];
  it.each([
    ['in milliseconds', `${HEADER}\n${T},1,4,.5,2,10\n${T + 3_600_000},2,5,1.5,3,20`],
    ['in seconds', `${HEADER}\n${T / 1e3},1,4,0.5,2,10\n${T / 1e3 + 3_600},2,5,1.5,3,20\n`],
    ['in ISO times', `${HEADER}\n2024-01-01T00:00:00Z,1,4,0.5,2,10\n2024-01-01 01:00,2,5,1.5,3,20`],
    ['with CRLF, a byte order mark, spaces and blank lines', `\uFEFF time , open,high,low,close,volume\r\n\r\n ${T} ,1,4,0.5,2, 10\r\n${T + 3_600_000},2,5,1.5,3,20\r\n\r\n`], // prettier-ignore
    ['with other names, order and columns', `Volume,Symbol,Close,LOW,High,Open,Timestamp\n10,"BTC,USD",2,5e-1,4,1,${T}\n20,x,3,1.5,5,2,${T + 3_600_000}`], // prettier-ignore
  ])('%s', (_, text) => {
    expect(rowsOf(text)).toEqual(expected);
  });

  it('may hold dates only, and times as their columns are called', () => {
    expect(rowsOf('date,open,high,low,close\n2024-01-01,1,1,1,1')).toEqual([[T, 1, 1, 1, 1, NaN]]);
    expect(rowsOf(`${HEADER.replace('time', 'time_ms')}\n60000,1,1,1,1,1`)[0]![0]).toBe(60_000);
    expect(rowsOf(`${HEADER.replace('time', 'time_s')}\n60,1,1,1,1,1`)[0]![0]).toBe(60_000);
    expect(rowsOf(HEADER)).toEqual([]);
  });

  it('takes numbers as they are, and leaves empty cells unknown', () => {
    expect(rowsOf(`${HEADER}\n${T},0,-1,5,,NaN\n${T + 1},null,Infinity,1e400,-0.5e-3,n/a`)).toEqual([
      [T, 0, -1, 5, NaN, NaN],
      [T + 1, NaN, NaN, NaN, -0.0005, NaN],
    ]);
  });

  it('notes a time that comes again in the next row, and keeps the first', () => {
    const parsed = parseCandles(`${HEADER}\n${T},1,1,1,1,1\n${T},1,1,1,1,1\n${T},2,2,2,2,2\n${T + 1},3,3,3,3,3`);
    expect(parsed).toMatchObject({
      ok: true,
      value: {
        openAtMs: Float64Array.of(T, T + 1),
        close: Float64Array.of(1, 3),
        notes: [
          'line 3: 2024-01-01T00:00:00.000Z comes a second time; left out.',
          'line 4: 2024-01-01T00:00:00.000Z comes a second time, with other values; left out.',
        ],
      },
    });
  });

  it.each([
    ['nothing', '', 'line 1: the file is empty.'],
    ['no header', `${T},1,1,1,1,1`, 'line 1: the header has no time column (time, timestamp or date).'],
    ['no close', 'time,open,high,low\n', 'line 1: the header has no column close.'],
    ['two closes', `${HEADER},Close\n`, 'line 1: two columns are called close.'],
    ['a short row', `${HEADER}\n${T},1,1,1,1,1\n${T + 1},1,1`, 'line 3: 3 fields, but the header has 6.'],
    ['a long row', `${HEADER}\n${T},1,1,1,1,1,9`, 'line 2: 7 fields, but the header has 6.'],
    ['a word for a number', `${HEADER}\n\n${T},1,1,x1,1,1`, 'line 3: low is x1, which is not a number.'],
    ['an empty time', `${HEADER}\n,1,1,1,1,1`, 'line 2: the time is empty.'],
    ['a date in slashes', `${HEADER}\n01/03/2017,1,1,1,1,1`, 'line 2: the time 01/03/2017 is not epoch seconds, epoch milliseconds or ISO 8601.'], // prettier-ignore
    ['microseconds', `${HEADER}\n${T}000,1,1,1,1,1`, `line 2: the time ${T}000 is not in epoch seconds or milliseconds.`], // prettier-ignore
    ['times that go back', `${HEADER}\n2024-01-02,1,1,1,1,1\n2024-01-01,1,1,1,1,1`, 'line 3: 2024-01-01T00:00:00.000Z comes after 2024-01-02T00:00:00.000Z; rows must be sorted by time, oldest first.'], // prettier-ignore
  ])('is refused when it holds %s', (_, text, detail) => {
    expect(parseCandles(text)).toEqual(invalid(detail));
  });

  it('never makes the reader throw', () => {
    const cell = fc.oneof(fc.constantFrom('1', '2024-01-01', '', '"', 'time', `${T}`), fc.string());
    const body = fc.array(
      fc.array(cell, { maxLength: 7 }).map((cells) => cells.join(',')),
      { maxLength: 5 },
    );
    const texts = fc.oneof(
      fc.string(),
      body.map((lines) => [HEADER, ...lines].join('\n')),
    );
    fc.assert(
      fc.property(texts, (text) => {
        expect(typeof parseCandles(text).ok).toBe('boolean');
      }),
    );
  });
});

describe('reading from disk', () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'ubot-csv-'));
  });
  afterAll(() => rm(folder, { recursive: true }));

  it('unpacks gzip by what the file holds, and names the file in a refusal', async () => {
    const good = join(folder, 'candles.csv');
    await writeFile(good, gzipSync(`${HEADER}\n${T},1,1,1,1,1\n`));
    expect((await readCandleFile(good)).ok).toBe(true);

    const bad = join(folder, 'bad.csv');
    await writeFile(bad, 'hello');
    expect(await readCandleFile(bad)).toEqual(
      invalid(`${bad}, line 1: the header has no time column (time, timestamp or date).`),
    );
    const cut = join(folder, 'cut.csv.gz');
    await writeFile(cut, gzipSync(HEADER.repeat(99)).subarray(0, 30));
    expect(await readCandleFile(cut)).toMatchObject({ ok: false, failure: { code: 'CSV_INVALID' } });
    expect(await readCandleFile(join(folder, 'none.csv'))).toMatchObject({
      ok: false,
      failure: { code: 'CSV_INVALID', detail: expect.stringContaining('ENOENT') },
    });
  });
});

describe.skipIf(!hasSharedData)(`real files${NO_SHARED_DATA}`, () => {
  const parse = (path: string) => parseCandles(sharedData(path).toString('utf8'));

  it.each([
    ['ohlcv/bybit/ADAUSDT_1m.csv.gz', 43_200, 0],
    ['ohlcv/binance/BTCUSDT_1m_2021-02-19_week.csv.gz', 10_080, 0],
    // Eight times come twice, where two downloads met.
    ['ohlcv/binance/BTCUSDT_1h_2023-06_2024-03.csv.gz', 7_091, 8],
    ['ohlcv/daily-cmc/coin_Dogecoin.csv.gz', 2_760, 0],
    ['ohlcv/lean/coinbase_btcusd_second_20161007.csv.gz', 4_063, 0],
    ['indicators/skender/quotes-intraday.csv', 1_564, 0],
    ['indicators/skender/quotes-penny.csv', 533, 0],
  ])('%s: %i candles, %i notes', (path, count, notes) => {
    const parsed = parse(path);
    expect(parsed.ok && [parsed.value.openAtMs.length, parsed.value.notes.length]).toEqual([count, notes]);
  });

  it.each([
    ['quotes-bad', 'line 2: the time 01/03/2017 is not'],
    ['quotes-mismatch', 'line 2: the time 1/3/2017 is not'],
  ])('%s is refused with its line', (name, detail) => {
    expect(parse(`indicators/skender/${name}.csv`)).toEqual(invalid(expect.stringContaining(detail) as string));
  });
});
