import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  createPipeline,
  isDeclined,
  refereeByName,
  startModuleThread,
  type Module,
  type ModuleThread,
} from '@ubot/pipeline';
import { percentile, type Bench } from './lib/bench.ts';

interface Item {
  readonly to: string;
  readonly n: number;
}

/** Long enough for several ends and restarts of each module that misbehaves. */
const ROUND_MS = 30_000;
const EVERY_MS = 10;
/** What a provider that answers fast takes. */
const ANSWER_MS = 5;
const ROUND_TRIPS = 5_000;
const LIMITS = { memoryMb: 64, silentMs: 1_000, graceMs: 100 };

const WORST: Readonly<Record<string, string>> = {
  hangs: 'await new Promise(() => {});',
  throws: "throw new Error('no idea');",
  floods: "for (;;) context.log('again and again');",
  eats: 'const kept = []; for (;;) kept.push({ n: kept.length, text: String(kept.length) });',
};

const healthy = `await new Promise((resolve) => setTimeout(resolve, ${ANSWER_MS})); return item.n;`;
const textOf = (body: string): string =>
  `export default { config: () => ({}), async process(item, context) { ${body} } };`;

function moduleOf(thread: ModuleThread): Module<Item, unknown> {
  return {
    name: thread.name,
    config: () => ({ ok: true, value: { accepts: () => true } }),
    process: (item, context) => thread.call('process', item, context),
    close: () => thread.close(),
  };
}

function pipelineOf(modules: readonly Module<Item, unknown>[]) {
  return createPipeline<Item, unknown>({
    name: 'bench',
    modules,
    referee: refereeByName((item) => item.to),
    queueLimit: 8,
    concurrency: 8,
    timeLimitMs: 2_000,
    circuit: { failures: 5, restMs: 1_000 },
    nowMs: Date.now,
  });
}

/** The healthy driver's p95 while every other module of the pipeline is given an item at the same pace. */
async function p95Beside(folder: string, names: readonly string[]): Promise<{ p95Ms: number; ends: number }> {
  const threads: ModuleThread[] = [];
  for (const name of ['healthy', ...names]) {
    const given = { name, module: `./${name}.mjs`, folder, options: null, limits: LIMITS };
    const started = await startModuleThread({ ...given, nowMs: Date.now, onEvent: () => {} });
    if (!started.ok) throw new Error(started.failure.detail);
    threads.push(started.value);
  }
  const pipeline = pipelineOf(threads.map(moduleOf));
  const took: number[] = [];
  const others: Promise<unknown>[] = [];
  const untilMs = performance.now() + ROUND_MS;
  for (let n = 0; performance.now() < untilMs; n += 1) {
    for (const to of names) others.push(pipeline.submit({ to, n }));
    const startedAtMs = performance.now();
    const answer = await pipeline.submit({ to: 'healthy', n });
    if (!answer.ok || answer.value !== n) throw new Error('the healthy driver failed');
    took.push(performance.now() - startedAtMs);
    await new Promise((resolve) => {
      setTimeout(resolve, EVERY_MS);
    });
  }
  await Promise.all(others);
  const ends = threads.reduce((sum, thread) => sum + thread.state().ends, 0);
  await pipeline.close();
  return {
    p95Ms: percentile(took, 95),
    ends,
  };
}

/** What the way into a thread and back costs, item by item. */
async function roundTripUs(folder: string): Promise<number> {
  const given = { name: 'echo', module: './echo.mjs', folder, options: null };
  const started = await startModuleThread({ ...given, nowMs: Date.now, onEvent: () => {} });
  if (!started.ok) throw new Error(started.failure.detail);
  const thread = started.value;
  const { signal } = new AbortController();
  const startedAtMs = performance.now();
  for (let n = 0; n < ROUND_TRIPS; n += 1) {
    const answer = await thread.call('process', { to: 'echo', n }, { signal });
    if (isDeclined(answer) || !answer.ok) throw new Error('the echo failed');
  }
  const us = ((performance.now() - startedAtMs) * 1_000) / ROUND_TRIPS;
  await thread.close();
  return us;
}

export const bench: Bench = {
  name: 'modules',
  about: "a healthy driver beside four modules of others' that hang, throw, flood and eat memory",
  async run({ log }) {
    const folder = await mkdtemp(join(tmpdir(), 'ubot-modules-bench-'));
    try {
      const files = { ...WORST, healthy, echo: 'return item;' };
      for (const [name, body] of Object.entries(files)) await writeFile(join(folder, `${name}.mjs`), textOf(body));
      const us = await roundTripUs(folder);
      log(`a round trip: ${us.toFixed(0)} us`);
      const alone = await p95Beside(folder, []);
      log(`alone: p95 ${alone.p95Ms.toFixed(1)} ms`);
      const beside = await p95Beside(folder, Object.keys(WORST));
      log(`beside four: p95 ${beside.p95Ms.toFixed(1)} ms, which were ended ${beside.ends} times`);
      const ratio = beside.p95Ms / alone.p95Ms;
      return {
        name: 'modules',
        figures: [
          { label: 'p95 beside them against p95 alone', value: ratio, unit: '×', goal: '≤ 2', ok: ratio <= 2 },
          { label: 'p95 alone', value: alone.p95Ms, unit: 'ms', goal: '—', ok: true },
          { label: 'p95 beside them', value: beside.p95Ms, unit: 'ms', goal: '—', ok: true },
          { label: 'ends of the four meanwhile', value: beside.ends, unit: '', goal: '≥ 3', ok: beside.ends >= 3 },
          { label: 'into a thread and back', value: us, unit: 'µs', goal: '≤ 500', ok: us <= 500 },
        ],
      };
    } finally {
      await rm(folder, { recursive: true });
    }
  },
};
