import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { decideAlert, INITIAL_ALERT_STATE } from '@ubot/alerting';
import { DEFAULT_TRIGGER, type Trigger } from '@ubot/contracts';
import { hasSharedData, NO_SHARED_DATA, sharedData } from '@ubot/testing';
import { describe, expect, it } from 'vitest';
import { evalCommand, evalTable, showDiagnostic } from './eval.ts';

async function fileOf(text: string | Buffer, name = 'candles.csv'): Promise<string> {
  const path = join(await mkdtemp(join(tmpdir(), 'ubot-eval-')), name);
  await writeFile(path, text);
  return path;
}

const HOUR = 3_600_000;
const csvOf = (closes: readonly (number | string)[]): string =>
  ['time,open,high,low,close,volume', ...closes.map((c, i) => `${i * 3_600},${c},${c},${c},${c},1`)].join('\n');

describe('ubot eval', () => {
  it('prints a row per candle: time in milliseconds and the verdict of each condition, headed by the texts', async () => {
    const candles = await fileOf(csvOf([100, 101, 99, 103]));
    const conditions = ['close crosses above 100', 'max(close, 100) > 100 or volume_24h > 0'];
    const result = await evalCommand(['--candles', candles, '--timeframe', '1h', ...conditions]);
    expect(result).toEqual({
      ok: true,
      value: {
        csv: [
          'time,close crosses above 100,"max(close, 100) > 100 or volume_24h > 0"',
          '0,unknown,unknown',
          `${HOUR},true,true`,
          `${2 * HOUR},false,unknown`,
          `${3 * HOUR},true,true`,
          '',
        ].join('\n'),
        notes: [],
      },
    });
  });

  it('folds rows that are closer together than the timeframe, and says so', async () => {
    const rows = Array.from({ length: 8 }, (_, i) => `${i * 900},1,1,1,${i},1`);
    const path = await fileOf(['time,open,high,low,close,volume', ...rows].join('\n'));
    const result = await evalTable({ path, timeframe: '1h', conditions: ['close == 3', 'price == 7'] });
    expect(result).toEqual({
      ok: true,
      value: {
        csv: `time,close == 3,price == 7\n0,true,false\n${HOUR},false,true\n`,
        notes: ['The rows are 900 s apart and were folded to 1h.'],
      },
    });
  });

  it("reads the file's volume as the candle's own, and adds it up when it folds", async () => {
    const rows = Array.from({ length: 8 }, (_, i) => `${i * 900},1,1,1,1,0.${i}`);
    const path = await fileOf(['time,open,high,low,close,volume', ...rows].join('\n'));
    const conditions = ['volume == 0.6', 'volume == 2.2', 'volume_24h > 0'];
    const result = await evalTable({ path, timeframe: '1h', conditions });
    if (!result.ok) throw new Error(result.failure.detail);
    expect(result.value.csv.split('\n').slice(1)).toEqual(['0,true,false,unknown', `${HOUR},false,true,unknown`, '']);
  });

  it('tells a row without any price as unknown, and one without a close as a candle whose close is unknown', async () => {
    const rows = ['0,1,1,1,1,1', '3600,,,,,1', '7200,1,1,1,,1', '10800,1,1,1,1,1'];
    const path = await fileOf(['time,open,high,low,close,volume', ...rows].join('\n'));
    const result = await evalTable({ path, timeframe: '1h', conditions: ['open == 1', 'close == 1'] });
    if (!result.ok) throw new Error(result.failure.detail);
    expect(result.value.csv.split('\n').slice(1)).toEqual([
      '0,true,true',
      `${HOUR},unknown,unknown`,
      `${2 * HOUR},true,unknown`,
      `${3 * HOUR},true,true`,
      '',
    ]);
  });

  it('names every mistake of every condition, with code, span, message, carets and hint', async () => {
    const path = await fileOf(csvOf([1, 2]));
    const result = await evalTable({ path, timeframe: '1h', conditions: ['rsii(14) < 30', 'close >'] });
    if (result.ok) throw new Error('expected a refusal');
    expect(result.failure.code).toBe('CONDITION_UNKNOWN_NAME');
    const lines = result.failure.detail.split('\n');
    expect(lines.slice(0, 5)).toEqual([
      expect.stringMatching(/^There are \d+ mistakes:$/),
      expect.stringMatching(/^CONDITION_UNKNOWN_NAME 0-4: /),
      '  rsii(14) < 30',
      '  ^^^^',
      expect.stringMatching(/^ {2}hint: .*rsi/),
    ]);
    expect(result.failure.detail).toMatch(/\nCONDITION_SYNTAX \d+-\d+: .*\n {2}close >\n/);
  });

  it.each([
    ['close > 1', { from: 6, to: 7 }, '  close > 1\n        ^'],
    ['close > 1\n and x > 2', { from: 15, to: 16 }, '   and x > 2\n       ^'],
    ['close >', { from: 7, to: 7 }, '  close >\n         ^'],
  ])('puts the carets under the span of %j', (text, span, shown) => {
    const diagnostic = { code: 'C', severity: 'error' as const, message: 'm', hint: null, ...span };
    expect(showDiagnostic(text, diagnostic)).toBe(`C ${span.from}-${span.to}: m\n${shown}`);
  });

  it.each([
    [['--candles', 'x.csv', 'close > 1'], '--timeframe is missing.'],
    [['--candles', 'x.csv', '--timeframe', '1h'], 'No condition is given.'],
  ])('says what is missing in %j', async (args, detail) => {
    expect(await evalCommand(args)).toEqual({ ok: false, failure: { code: 'VALIDATION_FAILED', detail } });
  });
});

const CONDITIONS: Readonly<Record<string, string>> = {
  'close crosses above SMA20': 'close crosses above sma(20)',
  'close crosses below SMA50': 'close crosses below sma(50)',
  'EMA12 crosses above EMA26': 'ema(12) crosses above ema(26)',
  'RSI14 < 30': 'rsi(14) < 30',
  'RSI14 > 70': 'rsi(14) > 70',
  'close > upper Bollinger(20,2)': 'close > bbands(20, 2).upper',
  'abs 12-bar change >= 2%': 'abs(percent_change(close, 12)) >= 2',
  '(RSI14 < 35) and (close < SMA50) and (volume > 2*SMA20(volume))':
    'rsi(14) < 35 and close < sma(50) and volume > 2 * sma(volume, 20)',
};

const trigger = (more: Partial<Trigger>): Trigger => ({ ...DEFAULT_TRIGGER, ...more });
const MODES: Readonly<Record<string, Trigger>> = {
  once_per_bar_close: trigger({ fires: 'while_true' }),
  edge_false_to_true: trigger({}),
  only_once: trigger({ fires: 'once' }),
  cooldown_12_bars: trigger({ fires: 'while_true', cooldownMs: 12 * HOUR }),
  for_3_steps: trigger({ for: { candles: 3 } }),
};

describe.skipIf(!hasSharedData)(`alerts on a year of real candles${NO_SHARED_DATA}`, () => {
  interface Rule extends Record<string, unknown> {
    rule: string;
    borderline_bar_closes: number[];
  }
  const oracle = hasSharedData
    ? (JSON.parse(sharedData('alerts/expected-events/BTCUSDT_1h.json.gz').toString()) as {
        candles: string;
        rules: Rule[];
      })
    : { candles: '', rules: [] };
  it('has a condition for every rule of the file', () => {
    expect(oracle.rules.map(({ rule }) => rule).toSorted()).toEqual(Object.keys(CONDITIONS).toSorted());
  });

  it.each(oracle.rules)('$rule fires when an independent implementation says so, in five modes', async (rule) => {
    const path = await fileOf(sharedData(oracle.candles), 'oracle.csv');
    const result = await evalTable({ path, timeframe: '1h', conditions: [CONDITIONS[rule.rule]!] });
    if (!result.ok) throw new Error(result.failure.detail);
    const rows = result.value.csv
      .trim()
      .split('\n')
      .slice(1)
      .map((line) => line.split(','));
    for (const [mode, given] of Object.entries(MODES)) {
      const fired: number[] = [];
      let state = INITIAL_ALERT_STATE;
      for (const [time, verdict] of rows) {
        const atMs = Number(time) + HOUR;
        const timing = { timeframe: '1h' as const, atMs, nowMs: atMs, stale: false, sentToday: 0 };
        const decided = decideAlert({
          verdict: verdict as 'true' | 'false' | 'unknown',
          rearmVerdict: null,
          state,
          trigger: given,
          ...timing,
        });
        state = decided.state;
        if (decided.send) fired.push(atMs);
      }
      expect({ mode, fired }).toEqual({ mode, fired: rule[mode] });
    }
  });
});
