import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import {
  DECLINED,
  startModuleThread,
  type ModuleThread,
  type ModuleThreadEvent,
  type ModuleThreadOptions,
} from './index.ts';

// Real worker threads: modules are files as somebody else would write them.

let folder: string;
const threads: ModuleThread[] = [];

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'ubot-modules-'));
});
afterEach(async () => {
  await Promise.all(threads.splice(0).map((thread) => thread.close()));
});
afterAll(() => rmSync(folder, { recursive: true }));

const FAST = { silentMs: 1_500, graceMs: 50, startMs: 5_000, memoryMb: 64, restMs: 250 };

/** A module of one file: what happens to an item that names it. */
function write(name: string, verbs: string): string {
  const text = `export default { config: (options) => ({ saw: options ?? null }), ${verbs} };`;
  writeFileSync(join(folder, name), text);
  return `./${name}`;
}

async function started(module: string, options: Partial<ModuleThreadOptions> = {}) {
  const events: ModuleThreadEvent[] = [];
  const onEvent = (event: ModuleThreadEvent) => void events.push(event);
  const made = await startModuleThread({
    name: 'pager',
    module,
    folder,
    options: null,
    nowMs: Date.now,
    onEvent,
    limits: FAST,
    ...options,
  });
  if (!made.ok) throw new Error(made.failure.detail);
  threads.push(made.value);
  const thread = made.value;
  const call = (item: unknown, signal = new AbortController().signal) => thread.call('process', item, { signal });
  const untilBack = () =>
    vi.waitFor(() => expect(events.map(({ event }) => event)).toContain('module.restarted'), { timeout: 10_000 });
  return { thread, events, call, untilBack };
}

async function refusal(module: string, options: Partial<ModuleThreadOptions> = {}): Promise<string> {
  const onEvent = () => {};
  const given = { name: 'pager', module, folder, options: null, nowMs: Date.now, onEvent, limits: FAST, ...options };
  const made = await startModuleThread(given);
  if (made.ok) {
    threads.push(made.value);
    return 'started';
  }
  return `${made.failure.code}: ${made.failure.detail.replaceAll(folder, 'FOLDER')}`;
}

/** Does its worst when it is told to, and echoes otherwise. */
const MISBEHAVES = `
  async process(item, { signal, log }) {
    if (item === 'hang') return new Promise(() => {});
    if (item === 'slow') return new Promise((resolve) => setTimeout(() => resolve('slow'), 400));
    if (item === 'slower') return new Promise((resolve) => setTimeout(() => resolve('slower'), 9_000));
    if (item === 'loop') for (;;);
    if (item === 'throw') throw new Error('no such pager');
    if (item === 'throw later') return new Promise(() => setTimeout(() => { throw new Error('later'); }));
    if (item === 'reject') return new Promise(() => void Promise.reject(new Error('nobody listens')));
    if (item === 'exit') globalThis.process.exit(3);
    if (item === 'flood') for (;;) log('again and again');
    if (item === 'flood console') for (let n = 0; n < 100_000; n += 1) console.log('x'.repeat(1_000));
    if (item === 'eat heap') { const kept = []; for (;;) kept.push({ some: 'thing', n: kept.length }); }
    if (item === 'eat a map') { const kept = new Map(); for (let n = 0; ; n += 1) kept.set(n, { n }); }
    if (item === 'eat buffers') {
      const kept = [];
      return new Promise(() => setInterval(() => kept.push(Buffer.alloc(2 ** 20, 1)), 1));
    }
    if (item === 'long') return 'x'.repeat(100_000);
    if (item === 'heed') return new Promise((resolve) => signal.addEventListener('abort', () => resolve('gave up')));
    return { echo: item };
  }`;

describe('loading', () => {
  it('takes a path, a package by exports, by main, and as CommonJS', async () => {
    const at = (name: string) => join(folder, 'node_modules', name);
    const module = 'default { config: () => ({}), process: async () => "hello" }';
    for (const [name, manifest, file, text] of [
      [
        'by-exports',
        { type: 'module', exports: { '.': { types: './x.d.ts', import: './in.js' } } },
        'in.js',
        `export ${module}`,
      ],
      ['@scoped/by-main', { type: 'module', main: './main.js' }, 'main.js', `export ${module}`],
      ['common', {}, 'index.js', 'exports.config = () => ({}); exports.process = async () => "hello";'],
    ] as const) {
      mkdirSync(at(name), { recursive: true });
      writeFileSync(join(at(name), 'package.json'), JSON.stringify({ name, ...manifest }));
      writeFileSync(join(at(name), file), text);
      const { call } = await started(name);
      expect(await call(null)).toEqual({ ok: true, value: 'hello' });
    }
  });

  it('gives config its options, and says what config and the functions are', async () => {
    const module = write('says.mjs', 'async process() {}, async lookUp() {}');
    const { thread } = await started(module, { options: { baseUrl: 'http://pager.example' } });
    expect(thread.handles).toEqual({ saw: { baseUrl: 'http://pager.example' } });
    expect(thread.verbs).toEqual(['process', 'lookUp']);
  });

  it('gives the module no environment but what was named', async () => {
    process.env['UBOT_SECRET_OF_THE_TEST'] = 'do not tell';
    const module = write('env.mjs', 'async process() { return { ...globalThis.process.env }; }');
    const { call } = await started(module, { env: { PAGER_TOKEN: 'abc' } });
    expect(await call(null)).toEqual({ ok: true, value: { PAGER_TOKEN: 'abc' } });
  });

  it('refuses what cannot be used, naming the module and why', async () => {
    writeFileSync(join(folder, 'syntax.mjs'), 'export default {');
    writeFileSync(join(folder, 'shape.mjs'), 'export const config = () => ({});');
    writeFileSync(
      join(folder, 'refuses.mjs'),
      'export const config = () => { throw new Error("baseUrl is missing"); }; export const process = () => {};',
    );
    writeFileSync(join(folder, 'never.mjs'), 'await new Promise(() => setInterval(() => {}, 1000));');
    writeFileSync(join(folder, 'exits.mjs'), 'process.exit(1);');
    expect(await refusal('./nowhere.mjs')).toBe(
      'CONFIG_INVALID: Module "pager" (./nowhere.mjs): there is no such file or package in FOLDER.',
    );
    expect(await refusal('not-installed')).toBe(
      'CONFIG_INVALID: Module "pager" (not-installed): there is no such file or package in FOLDER.',
    );
    expect(await refusal('./syntax.mjs')).toContain('CONFIG_INVALID: Module "pager" (./syntax.mjs): Unexpected');
    expect(await refusal('./shape.mjs')).toContain('it has no functions named config and process');
    expect(await refusal('./refuses.mjs')).toContain('baseUrl is missing');
    expect(await refusal('./never.mjs', { limits: { ...FAST, startMs: 300 } })).toContain('not ready within 300 ms');
    expect(await refusal('./exits.mjs')).toContain('it exited with code 1');
  });
});

describe('an item', () => {
  it('goes there and back as plain data, many at a time', async () => {
    const { call } = await started(write('echo.mjs', MISBEHAVES));
    const items = Array.from({ length: 50 }, (_, n) => ({ n }));
    const answers = await Promise.all(items.map((item) => call(item)));
    expect(answers).toEqual(items.map((echo) => ({ ok: true, value: { echo } })));
  });

  it('can be declined', async () => {
    const { call } = await started(write('declines.mjs', 'process: async () => ({ declined: true })'));
    expect(await call(null)).toEqual(DECLINED);
  });

  it('that makes it throw fails alone, and the thread lives on', async () => {
    const { call, thread } = await started(write('throws.mjs', MISBEHAVES));
    await expect(call('throw')).rejects.toThrow('no such pager');
    expect(await call(1)).toEqual({ ok: true, value: { echo: 1 } });
    expect(thread.state()).toEqual({ ends: 0, takes: true });
  });

  it('is told when its time is over, and may end by itself', async () => {
    const { call, thread } = await started(write('heeds.mjs', MISBEHAVES));
    const given = new AbortController();
    const answer = call('heed', given.signal);
    setTimeout(() => given.abort(), 50);
    expect(await answer).toEqual({ ok: true, value: 'gave up' });
    expect(thread.state().ends).toBe(0);
  });

  it('may be answered only so long', async () => {
    const { call } = await started(write('long.mjs', MISBEHAVES));
    expect(await call('long')).toMatchObject({ ok: false, failure: { code: 'MODULE_ANSWER_INVALID' } });
    expect(await call(1)).toEqual({ ok: true, value: { echo: 1 } });
  });
});

describe('a module that misbehaves is ended, its items end, and it is started anew', () => {
  const cut = { ok: false, failure: { code: 'MODULE_ENDED' } };
  for (const [item, why] of [
    ['loop', 'silent'],
    ['throw later', 'threw'],
    ['reject', 'threw'],
    ['exit', 'exited'],
    ['flood', 'flooded'],
    ['eat heap', 'memory'],
    // Whichever is seen first.
    ['eat a map', /^(memory|silent)$/],
    ['eat buffers', 'memory'],
  ] as const) {
    it(`${item}: ${String(why)}`, async () => {
      const { call, events, untilBack } = await started(write('worst.mjs', MISBEHAVES));
      const [beside, worst] = await Promise.all([call('slower'), call(item)]);
      expect(worst).toMatchObject(cut);
      expect(beside).toMatchObject(cut);
      const resting = await call(1);
      expect(resting).toMatchObject({ ok: false, failure: { code: 'CIRCUIT_OPEN' } });
      await untilBack();
      expect(await call(1)).toEqual({ ok: true, value: { echo: 1 } });
      expect(events.find(({ event }) => event === 'module.ended')).toMatchObject({
        module: 'pager',
        why: expect.stringMatching(why),
        restMs: 250,
      });
    });
  }

  it('a hanging item ends it, but not before the others have had their time', async () => {
    const { call, events, untilBack } = await started(write('hangs.mjs', MISBEHAVES));
    const given = new AbortController();
    const [hanging, slow] = [call('hang', given.signal), call('slow')];
    setTimeout(() => given.abort(), 50);
    expect(await slow).toEqual({ ok: true, value: 'slow' });
    expect(await hanging).toMatchObject(cut);
    await untilBack();
    expect(events[0]).toMatchObject({ event: 'module.ended', why: 'hung' });
    expect(await call(1)).toEqual({ ok: true, value: { echo: 1 } });
  });

  it('rests twice as long after every end that comes soon', async () => {
    const { call, events } = await started(write('again.mjs', MISBEHAVES));
    for (let n = 1; n <= 3; n += 1) {
      await vi.waitFor(async () => expect(await call('exit')).toMatchObject(cut), { timeout: 10_000, interval: 20 });
    }
    const rests = events.flatMap((event) => (event.event === 'module.ended' ? [event.restMs] : []));
    expect(rests).toEqual([250, 500, 1_000]);
  });

  it('a flood on the console stays with its sender', async () => {
    const { call, events, thread } = await started(write('console.mjs', MISBEHAVES), {
      limits: { ...FAST, memoryMb: 256, silentMs: 5_000 },
    });
    expect(await call('flood console')).toEqual({ ok: true, value: { echo: 'flood console' } });
    expect(events.filter(({ event }) => event === 'module.said').length).toBeLessThan(5);
    expect(thread.state().ends).toBe(0);
  });

  it('and messages beside our port arrive nowhere', async () => {
    writeFileSync(
      join(folder, 'aside.mjs'),
      `import { parentPort } from 'node:worker_threads';
       export const config = () => ({});
       export const process = async () => { parentPort.postMessage({ type: 'answer', id: 1, json: '"forged"' }); return 'real'; };`,
    );
    const { call } = await started('./aside.mjs');
    expect(await call(null)).toEqual({ ok: true, value: 'real' });
  });
});
