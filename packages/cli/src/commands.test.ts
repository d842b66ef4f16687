import { spawn, execFileSync } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { COMMANDS, runCommandLine } from './commands.ts';

let folder: string;
let path: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ubot-commands-'));
  path = join(folder, 'candles.csv');
  await writeFile(path, 'time,open,high,low,close,volume\n0,1,1,1,1,1\n60,2,2,2,2,2\n60,2,2,2,2,2\n');
});
afterAll(() => rm(folder, { recursive: true }));

async function run(...args: string[]) {
  const out: string[] = [];
  const notes: string[] = [];
  const code = await runCommandLine(args, { out: (text) => out.push(text), note: (line) => notes.push(line) });
  return { code, out: out.join(''), notes };
}

describe('a command line', () => {
  it('prints the table of its command, its notes beside it', async () => {
    expect(await run('indicator', '--candles', path, 'sma(2)')).toEqual({
      code: 0,
      out: 'time,sma(2)\n0,\n60000,1.5\n',
      notes: ['line 4: 1970-01-01T00:01:00.000Z comes a second time; left out.'],
    });
  });

  it('ends with 1 and the code of the failure', async () => {
    expect(await run('indicator', '--candles', path, 'sma(0)')).toEqual({
      code: 1,
      out: '',
      notes: [expect.stringMatching(/^CONDITION_PARAM_RANGE: sma\(0\): /)],
    });
    expect(await run('candles', '--candles', join(folder, 'none.csv'), '--timeframe', '1h')).toEqual({
      code: 1,
      out: '',
      notes: [expect.stringMatching(/^CSV_INVALID: .*ENOENT/)],
    });
    expect(await run('candle')).toEqual({ code: 1, out: '', notes: ['There is no command candle. Try ubot --help.'] });
  });

  it.each([[], ['--help'], ['-h'], ['help']])('lists all commands: %j', async (...args) => {
    const { code, out } = await run(...(args.flat() as string[]));
    expect(code).toBe(0);
    for (const { name, about } of COMMANDS) expect(out).toMatch(new RegExp(`${name} +${about}`));
    expect(out).toContain('oldest first');
  });

  it.each(COMMANDS.map(({ name }) => name))('says how %s is used', async (name) => {
    expect(await run(name, '--help')).toMatchObject({ code: 0, out: expect.stringContaining(`ubot ${name} `) });
  });
});

const source = (name: string) => fileURLToPath(new URL(name, import.meta.url));
const node = ['--conditions=ubot-source', '--import', 'tsx', source('./main.ts')];

describe('the process', () => {
  it('writes all of a large table to a pipe', async () => {
    const rows = Array.from({ length: 50_000 }, (_, at) => `${at * 60},1,1,1,${at % 7},1`);
    const large = join(folder, 'large.csv');
    await writeFile(large, `time,open,high,low,close,volume\n${rows.join('\n')}\n`);
    const args = [...node, 'indicator', '--candles', large, 'ema(3)'];
    const text = execFileSync(process.execPath, args, { encoding: 'utf8', maxBuffer: 1e8 });
    expect(text.trim().split('\n')).toHaveLength(50_001);

    const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'pipe'] });
    let complaints = '';
    child.stderr.on('data', (bytes: Buffer) => (complaints += bytes.toString()));
    child.stdout.once('data', () => child.stdout.destroy());
    const code = await new Promise((resolve) => child.once('close', resolve));
    // A reader that leaves early, as `head` does, is no failure.
    expect({ code, complaints }).toEqual({ code: 0, complaints: '' });
  }, 30_000);
});
