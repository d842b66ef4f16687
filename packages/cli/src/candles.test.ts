import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Timeframe } from '@ubot/contracts';
import { hasSharedData, NO_SHARED_DATA, sharedData } from '@ubot/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { candlesTable } from './candles.ts';

const T = Date.UTC(2024, 0, 1);
const HEADER = 'time,open,high,low,close,volume\n';
let folder: string;
let path: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ubot-candles-'));
  path = join(folder, 'candles.csv');
});
afterAll(() => rm(folder, { recursive: true }));

async function fold(text: string | Buffer, timeframe: Timeframe) {
  await writeFile(path, text);
  return candlesTable({ path, timeframe });
}

describe('ubot candles', () => {
  it('folds the file, prints incomplete buckets at both ends, and leaves gaps as gaps', async () => {
    const text = `${HEADER}${T + 3 * 60_000},1,2,0.5,1.5,0.1
${T + 4 * 60_000},1.5,3,1,2,0.2
${T + 25 * 60_000},7,7,7,7,
${T + 26 * 60_000},7,8,7,8,1
${T + 31 * 60_000},9,9,9,9,1e-7`;
    expect(await fold(text, '5m')).toEqual({
      ok: true,
      value: {
        csv: `${HEADER}${T},1,3,0.5,2,0.3
${T + 25 * 60_000},7,8,7,8,
${T + 30 * 60_000},9,9,9,9,1e-7
`,
        notes: [],
      },
    });
  });

  it('prints no volume when the file has none, and skips a row without any price', async () => {
    const text = 'date,open,high,low,close\n2024-01-01,1,1,1,1\n2024-01-02,,,,\n2024-01-03,2,,2,2\n';
    const result = await fold(text, '1w');
    expect(result).toEqual({ ok: true, value: { csv: `${HEADER}${T},1,,1,2,\n`, notes: [] } });
    expect(await fold('date,open,high,low,close\n', '1w')).toEqual({ ok: true, value: { csv: HEADER, notes: [] } });
  });

  it('refuses a timeframe shorter than that of the file, and passes on what is wrong with the file', async () => {
    const hours = `${HEADER}${T},1,1,1,1,1\n${T + 3_600_000},1,1,1,1,1\n`;
    expect(await fold(hours, '30m')).toEqual({
      ok: false,
      failure: {
        code: 'CSV_INVALID',
        detail: `The rows of ${path} are 60 minutes apart; they cannot be folded to 30m.`,
      },
    });
    expect((await fold(hours, '1h')).ok).toBe(true);
    expect(await fold(`${HEADER}${T},1`, '1h')).toEqual({
      ok: false,
      failure: { code: 'CSV_INVALID', detail: `${path}, line 2: 2 fields, but the header has 6.` },
    });
  });

  it.skipIf(!hasSharedData)(`prints the exchange's own hours from its minutes${NO_SHARED_DATA}`, async () => {
    const read = (name: string) => sharedData(`ohlcv/bybit/${name}.csv.gz`).toString('utf8');
    const result = await fold(read('ADAUSDT_1m'), '1h');
    const printed = result.ok ? result.value.csv.trim().split('\n').slice(1) : [];
    const theirs = read('ADAUSDT_60m').trim().split('\n').slice(1, -1);
    const plain = theirs.map((line) => {
      const [time = '', ...values] = line.split(',');
      return [Date.parse(time.replace(' ', 'T')), ...values.map(Number)].join(',');
    });
    // The first printed hour began before the file; the last of theirs was captured unfinished.
    expect(printed.slice(1, 1 + plain.length)).toEqual(plain);
  });
});
