import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startWholeUbot, type WholeUbot } from './wholeUbot.testing.ts';

/** `ubot apply` and `ubot export` as processes against all services. */
const root = fileURLToPath(new URL('../../../', import.meta.url));
const example = join(root, 'examples/strategies/majors.yaml');

let ubot: WholeUbot;
let folder: string;
beforeAll(async () => {
  ubot = await startWholeUbot();
  folder = await mkdtemp(join(tmpdir(), 'ubot-apply-'));
}, 90_000);
afterAll(async () => {
  await ubot?.close();
  await rm(folder, { recursive: true, force: true });
});

async function run(...args: string[]): Promise<{ code: number; out: string; err: string }> {
  return runAs({ UBOT_URL: ubot.url, UBOT_TOKEN: ubot.operatorToken }, args);
}

function runAs(env: Record<string, string>, args: string[]): Promise<{ code: number; out: string; err: string }> {
  const main = join(root, 'packages/cli/src/main.ts');
  const node = ['--conditions=ubot-source', '--import', 'tsx', main, ...args];
  return new Promise((resolve) => {
    const options = { cwd: root, env: { PATH: process.env['PATH'] ?? '', ...env } };
    const child = execFile(process.execPath, node, options, (_error, out, err) => {
      resolve({ code: child.exitCode ?? -1, out, err });
    });
  });
}

async function write(name: string, text: string): Promise<string> {
  const path = join(folder, name);
  await writeFile(path, text);
  return path;
}

describe('ubot apply', () => {
  test('applies the example: first a dry run, then for good, then nothing is left to do', async () => {
    await ubot.call('POST', '/api/v1/channels', { body: { name: 'Log', target: { kind: 'log' } } });
    const created =
      'create     Bitcoin dips\ncreate     Majors cross their average\ncreate     Breakouts of the top hundred\n';
    expect(await run('apply', example, '--dry-run')).toEqual({
      code: 0,
      out: `${created}create 3, change 0, delete 0, unchanged 0 (dry run: nothing was done)\n`,
      err: '',
    });
    expect(await run('apply', example)).toMatchObject({
      code: 0,
      out: `${created}create 3, change 0, delete 0, unchanged 0\n`,
    });
    expect((await run('apply', example)).out).toContain('create 0, change 0, delete 0, unchanged 3\n');
  }, 60_000);

  test('is the other way round of ubot export', async () => {
    const exported = await run('export', '--set', 'majors');
    expect(exported).toMatchObject({ code: 0, err: '' });
    const path = await write('exported.yaml', exported.out);
    expect((await run('apply', path, '--prune')).out).toContain('create 0, change 0, delete 0, unchanged 3\n');
  }, 60_000);

  test('tells what changes, and deletes what is gone when asked to', async () => {
    const text = await readFile(example, 'utf8');
    const path = await write(
      'less.yaml',
      text.replace('rsi(14) < 30', 'rsi(14) < 25').split('  - id: majors-cross')[0]!,
    );
    expect((await run('apply', path, '--prune')).out).toBe(
      'change     Bitcoin dips\n' +
        '             condition: "rsi(14) < 30 and close > sma(200)" → "rsi(14) < 25 and close > sma(200)"\n' +
        'delete     Majors cross their average\ndelete     Breakouts of the top hundred\n' +
        'create 0, change 1, delete 2, unchanged 0\n',
    );
  }, 60_000);

  test('names the line of a mistake, whether it is in the YAML, in the shape or in a condition', async () => {
    const text = await readFile(example, 'utf8');
    const line = (needle: string) => text.split('\n').findIndex((each) => each.includes(needle)) + 1;
    const misspelt = await write('misspelt.yaml', text.replace('crosses above sma(50)', 'crosses above smaa(50)'));
    const refused = await run('apply', misspelt);
    expect(refused.code).toBe(1);
    expect(refused.err).toContain(`STRATEGY_INVALID: ${misspelt}:${line('crosses above sma')}:16: `);
    const channel = await write('channel.yaml', text.replace('channels: [Log]', 'channels: [Pager]'));
    expect((await run('apply', channel)).err).toContain(
      `STRATEGY_CHANNEL_UNKNOWN: ${channel}:${line('channels: [Log]')}:15: You have no channel named "Pager".`,
    );
    const broken = await write('broken.yaml', 'strategies: [\n');
    expect(await run('apply', broken)).toMatchObject({ code: 1, err: expect.stringContaining(`${broken}:2:1: `) });
  }, 60_000);

  test('says in one line what keeps it from uBot', async () => {
    const nobody = await runAs({ UBOT_URL: ubot.url }, ['apply', example]);
    expect(nobody).toMatchObject({ code: 1, err: 'UNAUTHENTICATED: Set UBOT_TOKEN to a personal token of yours.\n' });
    const wrong = await runAs({ UBOT_URL: ubot.url, UBOT_TOKEN: 'not-a-token-of-mine' }, ['export']);
    expect(wrong).toMatchObject({ code: 1, err: expect.stringMatching(/^UNAUTHENTICATED: /) });
    const nowhere = await runAs({ UBOT_URL: 'http://127.0.0.1:9', UBOT_TOKEN: 'not-a-token-of-mine' }, ['export']);
    expect(nowhere.err).toBe('SERVICE_UNAVAILABLE: There is no uBot to be reached at http://127.0.0.1:9.\n');
    expect((await run('apply')).err).toBe('VALIDATION_FAILED: No file is given.\n');
    expect((await run('apply', example, '--force')).err).toBe('VALIDATION_FAILED: There is no option --force.\n');
    expect((await run('apply', join(folder, 'none.yaml'))).err).toContain('none.yaml cannot be read.');
  }, 60_000);
});
