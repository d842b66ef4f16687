import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { hasSharedData, NO_SHARED_DATA, sharedData } from '@ubot/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { csvRows } from './csv.ts';
import { indicatorCommand } from './indicator.ts';

const HEADER = 'time,open,high,low,close,volume';
let folder: string;
let path: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ubot-indicator-'));
  path = join(folder, 'candles.csv');
});
afterAll(() => rm(folder, { recursive: true }));

async function run(text: string | Buffer, ...args: string[]) {
  await writeFile(path, text);
  return indicatorCommand(['--candles', path, ...args]);
}
const output = (...lines: string[]) => ({ ok: true, value: { csv: `${lines.join('\n')}\n`, notes: [] } });

const FILE = `${HEADER}
60,1,2,1,1,10
120,2,4,2,2,20
180,3,6,2,3,30
240,4,8,3,,40
300,5,9,1,5,50`;

describe('ubot indicator', () => {
  it('prints time in milliseconds and a column per output, empty where unknown, passing over an empty close', async () => {
    expect(await run(FILE, 'sma(2)', 'ema(3)')).toEqual(
      output('time,sma(2),ema(3)', '60000,,', '120000,1.5,', '180000,2.5,2', '240000,,', '300000,4,3.5'),
    );
  });

  it('heads each output with the text as given, in quotes where it holds a comma', async () => {
    const result = await run(FILE, 'macd( 1,2,1 )', 'bbands(2, 2).width', ' RSI(2)');
    expect(result.ok && result.value.csv.split('\n')[0]).toBe(
      'time,"macd( 1,2,1 ).macd","macd( 1,2,1 ).signal","macd( 1,2,1 ).histogram","bbands(2, 2).width", RSI(2)',
    );
  });

  it('takes another series or an expression as input', async () => {
    expect(await run(FILE, 'sma(volume, 2)', 'sma(high - low, 2)', 'sma(sma(2), 2)')).toEqual(
      output(
        'time,"sma(volume, 2)","sma(high - low, 2)","sma(sma(2), 2)"',
        '60000,,,',
        '120000,15,1.5,',
        '180000,25,3,2',
        '240000,35,4.5,',
        '300000,45,6.5,3.25',
      ),
    );
  });

  it('passes on the notes of the file', async () => {
    const result = await run(`${FILE}\n300,5,9,1,5,50`, 'sma(2)');
    expect(result.ok && result.value.notes).toEqual([
      'line 7: 1970-01-01T00:05:00.000Z comes a second time; left out.',
    ]);
  });

  it.each([
    [['sma(2)', '--timeframe', '1h'], 'VALIDATION_FAILED', '--timeframe is not an option'],
    [[], 'VALIDATION_FAILED', 'No indicator is named.'],
    [['rsi(14'], 'CONDITION_SYNTAX', 'rsi(14: '],
    [['rsii(14)'], 'INDICATOR_UNKNOWN', 'rsi'],
    [['rsi(1)'], 'CONDITION_PARAM_RANGE', 'rsi(1): '],
    [['close'], 'CONDITION_TYPE', 'not an indicator'],
    [['close > 5'], 'CONDITION_', 'close > 5: '],
    [['sma(market_cap, 5)'], 'CONDITION_SERIES_UNAVAILABLE', 'does not hold'],
    [['sma(market.btc_dominance, 5)'], 'CONDITION_SERIES_UNAVAILABLE', 'does not hold'],
  ])('refuses %j with %s', async (args, code, detail) => {
    const result = await run(FILE, ...args);
    expect(result).toMatchObject({
      ok: false,
      failure: { code: expect.stringContaining(code), detail: expect.stringContaining(detail) },
    });
  });

  it('says what is wrong with a file', async () => {
    expect(await run(`${HEADER}\n60,1,1,1,1,1\n0,1,1,1,1,1`, 'sma(2)')).toMatchObject({
      ok: false,
      failure: { code: 'CSV_INVALID', detail: expect.stringContaining('line 3: ') },
    });
  });
});

const ALL = ['sma(20)', 'ema(20)', 'rsi(14)', 'macd(12,26,9)', 'bbands(20,2)'];

describe.skipIf(!hasSharedData)(`real files${NO_SHARED_DATA}`, () => {
  it("prints Skender's numbers", async () => {
    const result = await run(sharedData('indicators/skender/default-quotes.csv'), ...ALL);
    const [header, ...rows] = [...csvRows(result.ok ? result.value.csv : '')].map((row) => row.fields);
    const { indicators } = JSON.parse(sharedData('indicators/skender/results-all.json.gz').toString('utf8')) as {
      indicators: Record<string, { series: Record<string, (number | null)[]> }>;
    };
    const column = (name: string) =>
      rows.map((row) => row[header!.indexOf(name)]).map((cell) => (cell === '' ? null : Number(cell)));
    expect(header).toHaveLength(1 + 1 + 1 + 1 + 3 + 5);
    for (const [ours, [name, series]] of Object.entries({
      'sma(20)': ['sma', 'sma'],
      'ema(20)': ['ema', 'ema'],
      'rsi(14)': ['rsi', 'rsi'],
      'macd(12,26,9).signal': ['macd', 'signal'],
      'bbands(20,2).percent_b': ['bb', 'percentB'],
    } as const)) {
      const theirs = indicators[name]!.series[series]!;
      const printed = column(ours);
      expect(printed.map((value) => value === null)).toEqual(theirs.map((value) => value === null));
      const errors = printed.map((value, at) => Math.abs((value ?? 0) - (theirs[at] ?? 0)));
      expect(Math.max(...errors)).toBeLessThan(1e-9);
    }
  });

  it.each(['quotes-bitcoin.csv', 'quotes-intraday.csv', 'quotes-penny.csv', 'quotes-bad.csv', 'quotes-mismatch.csv'])(
    '%s gives numbers or empty cells, or a refusal with a line',
    async (name) => {
      const result = await run(sharedData(`indicators/skender/${name}`), ...ALL);
      const text = result.ok ? result.value.csv : result.failure.detail;
      expect(text).not.toMatch(/NaN|Infinity|undefined/);
      expect(result.ok || /line \d+: /.test(text)).toBe(true);
    },
  );
});
