import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { runCommandLine } from './commands.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ubot-check-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

async function run(...args: string[]): Promise<{ code: number; out: string; note: string }> {
  let out = '';
  let note = '';
  const io = { out: (text: string) => void (out += text), note: (text: string) => void (note += text), env: {} };
  const code = await runCommandLine(['check', ...args], io);
  return { code, out, note };
}

async function fileOf(content: unknown): Promise<string> {
  const path = join(folder, 'conditions.json');
  await writeFile(path, typeof content === 'string' ? content : JSON.stringify(content));
  return path;
}

describe('ubot check', () => {
  it('says of each condition whether it can be saved, and every mistake with its place', async () => {
    const { code, out } = await run('rsi(14) < 30', 'rsii(14) < 30');
    expect(code).toBe(1);
    expect(out).toBe(
      'ok        rsi(14) < 30\n' +
        'mistakes  rsii(14) < 30\n' +
        '  error CONDITION_UNKNOWN_NAME at 0-4: Unknown function or indicator `rsii`. Did you mean `rsi`?\n',
    );
  });

  it('--file gives one entry of JSON for each condition, in their order', async () => {
    const path = await fileOf(['close > 5', 'close >', 'obv > 1', '']);
    const { code, out } = await run('--file', path);
    expect(code).toBe(1);
    const entries = JSON.parse(out) as { ok: boolean; diagnostics: { code: string; severity: string }[]; ms: number }[];
    expect(entries.map(({ ok }) => ok)).toEqual([true, false, true, false]);
    expect(entries.map(({ diagnostics }) => diagnostics.map(({ code: each }) => each))).toEqual([
      [],
      ['CONDITION_SYNTAX'],
      ['WARNING_SERIES_UNAVAILABLE'],
      ['CONDITION_SYNTAX'],
    ]);
    expect(Object.keys(entries[1]!.diagnostics[0]!)).toEqual(['code', 'severity', 'from', 'to', 'message', 'hint']);
    for (const { ms } of entries) expect(ms).toBeGreaterThanOrEqual(0);
  });

  it('is 0 when all can be saved, warnings or not', async () => {
    expect((await run('--file', await fileOf(['rsi(14) > 120']))).code).toBe(0);
    expect((await run('--file', await fileOf([]))).code).toBe(0);
  });

  it('knows the timeframe, the mode and the source', async () => {
    expect((await run('percent_change(price, 15m) > 5')).code).toBe(1);
    expect((await run('--timeframe', '5m', 'percent_change(price, 15m) > 5')).code).toBe(0);
    expect((await run('--on', 'snapshot', 'close > 5')).out).toContain('WARNING_MAY_REPAINT');
    expect((await run('--source', 'any', 'obv > 1')).out).toBe('ok        obv > 1\n');
    expect((await run('--source', 'file', 'rank < 3')).out).toContain('The source file has no `rank`');
  });

  it.each([
    [[], 'No condition is given.'],
    [['--timeframe', '3h', 'close > 1'], '--timeframe must be one of 1m, 5m, 15m, 30m, 1h, 4h, 12h, 1d, 1w.'],
    [['--nope'], 'There is no option --nope.'],
    [['--file', '/nowhere.json'], '/nowhere.json cannot be read.'],
  ])('%j is refused', async (args, message) => {
    expect(await run(...args)).toEqual({ code: 1, out: '', note: `VALIDATION_FAILED: ${message}` });
  });

  it.each([
    ['{', 'is not JSON.'],
    ['{}', 'does not hold a JSON array.'],
  ])('a file with %s is refused', async (content, message) => {
    const { note } = await run('--file', await fileOf(content));
    expect(note).toContain(message);
  });

  it('a file with anything but texts is refused', async () => {
    expect((await run('--file', await fileOf(['close > 1', 5]))).note).toContain('Entry 1 of');
  });
});
