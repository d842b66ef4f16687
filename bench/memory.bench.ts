import { spawn } from 'node:child_process';
import { mkdtemp, readdir, readFile, readlink, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { repositoryRoot, until } from '../test/lib/process.ts';
import { median, type Bench } from './lib/bench.ts';
import { freePort } from './lib/freePort.ts';

const GOAL_MB = 400;
const MEASURE_FOR_MS = 60_000;
const LOOK_EVERY_MS = 5_000;
const KB_PER_MB = 1_024;

async function pidsOf(root: number, dataDir: string): Promise<number[]> {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name)).map(Number);
  const parents = new Map<number, number>();
  const servers: number[] = [];
  for (const pid of pids) {
    const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '');
    if (stat === '') continue;
    parents.set(pid, Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]));
    // Every process of a PostgreSQL server works in its data directory.
    if ((await readlink(`/proc/${pid}/cwd`).catch(() => '')) === join(dataDir, 'postgres')) servers.push(pid);
  }
  const below = (pid: number): boolean => pid === root || (parents.has(pid) && pid > 1 && below(parents.get(pid) ?? 0));
  return [...new Set([...servers, ...pids.filter(below)])];
}

/** Resident memory in MB: PSS counts a page that n processes share as 1/n for each; RSS counts it for every one. */
async function memoryOf(pids: readonly number[]): Promise<{ pss: number; rss: number }> {
  const sum = { pss: 0, rss: 0 };
  for (const pid of pids) {
    const rollup = await readFile(`/proc/${pid}/smaps_rollup`, 'utf8').catch(() => '');
    sum.pss += Number(/^Pss:\s+(\d+)/m.exec(rollup)?.[1] ?? 0) / KB_PER_MB;
    sum.rss += Number(/^Rss:\s+(\d+)/m.exec(rollup)?.[1] ?? 0) / KB_PER_MB;
  }
  return sum;
}

export const bench: Bench = {
  name: 'memory',
  about: 'resident memory of npm start with the demo market, npm and PostgreSQL included',
  async run({ log }) {
    const folder = await mkdtemp(join(tmpdir(), 'ubot-memory-'));
    const dataDir = join(folder, 'data');
    const port = await freePort();
    const child = spawn('npm', ['start'], {
      cwd: repositoryRoot,
      env: {
        ...process.env,
        UBOT_SOURCE: 'demo',
        UBOT_DATA_DIR: dataDir,
        UBOT_PORT: String(port),
        UBOT_POLL_INTERVAL: '5',
      },
      stdio: 'ignore',
    });
    const gone = new Promise((resolve) => {
      child.once('exit', resolve);
    });
    try {
      await until('uBot to be ready', async () => (await fetch(`http://127.0.0.1:${port}/health`)).ok, 120_000);
      const seen: { pss: number; rss: number }[] = [];
      const endMs = performance.now() + MEASURE_FOR_MS;
      while (performance.now() < endMs) {
        await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS));
        seen.push(await memoryOf(await pidsOf(child.pid ?? 0, dataDir)));
        log(`${seen.at(-1)?.pss.toFixed(0)} MB`);
      }
      const pss = median(seen.map((each) => each.pss));
      const peak = Math.max(...seen.map((each) => each.pss));
      const rss = median(seen.map((each) => each.rss));
      return {
        name: 'memory',
        figures: [
          { label: 'resident, shared pages once', value: pss, unit: 'MB', goal: `≤ ${GOAL_MB}`, ok: pss <= GOAL_MB },
          { label: 'the most seen in a minute', value: peak, unit: 'MB', goal: `≤ ${GOAL_MB}`, ok: peak <= GOAL_MB },
          { label: 'resident, shared pages for each process', value: rss, unit: 'MB', goal: 'none', ok: true },
        ],
      };
    } finally {
      child.kill('SIGTERM');
      await gone;
      await rm(folder, { recursive: true, force: true });
    }
  },
};
