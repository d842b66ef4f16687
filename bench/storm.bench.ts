import type { ChildProcess } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { migrate } from '@ubot/db';
import { startEmbeddedPostgres } from '@ubot/embedded-postgres';
import {
  createStorm,
  memoryOf,
  processorMsOf,
  STORM_KINDS,
  type Storm,
  type StormKind,
  type StormRange,
} from '../services/notifier/src/storm.testing.ts';
import { median, percentile, type Bench, type Figure } from './lib/bench.ts';

const SCALE = Number(process.env['UBOT_BENCH_SCALE'] ?? 1);
const ALERTS = Math.round(50_000 * SCALE);
const USERS = 5_000;
/** A smaller storm is a shorter one, not a weaker one. */
const OVER_MS = 60_000 * SCALE;
/** Each has the storm with two sick providers, and beside it the healthy channels' alerts of that storm alone. */
const ROUNDS = 3;
const SETTLE_MS = 3_000;
/** Seldom: counting what waits costs the database as much as claiming does. */
const LOOK_EVERY_MS = 1_000;
const DEADLINE_MS = 900_000;
const HEALTHY: readonly StormKind[] = ['webhook', 'discord'];
const HEALTHY_ALERTS = Math.round((ALERTS * HEALTHY.length) / STORM_KINDS.length);

interface Phase {
  readonly range: StormRange;
  readonly p95Ms: number;
  /** From the last alert to the last message of the healthy channels, and of all. */
  readonly healthyTailMs: number;
  readonly tailMs: number;
  /** Processor time of the notifier for one message, until the last one. */
  readonly costMs: number;
  /** The most that the notifier has had in memory so far. */
  readonly peakMb: number;
}

type Log = (line: string) => void;

/** One after the other over the same notifier: what the machine does besides falls upon all alike. */
async function phaseOf(
  { storm, notifier, log }: { storm: Storm; notifier: ChildProcess; log: Log },
  { name, kinds, isSick }: { name: string; kinds: readonly StormKind[]; isSick: boolean },
): Promise<Phase> {
  const alerts = kinds.length === STORM_KINDS.length ? ALERTS : HEALTHY_ALERTS;
  if (isSick) await storm.sicken();
  await pause(SETTLE_MS);
  const beganMs = processorMsOf(notifier);
  const range = await storm.pour(alerts, OVER_MS, kinds);
  const endMs = Date.now();
  await ended(storm, HEALTHY);
  const healthyTailMs = Date.now() - endMs;
  if (isSick) await storm.heal();
  await ended(storm, STORM_KINDS);
  const rows = (await storm.rows(range)).filter(({ kind }) => HEALTHY.includes(kind));
  const p95Ms = percentile(
    rows.map(({ latencyMs }) => latencyMs ?? Infinity),
    95,
  );
  const tailMs = Date.now() - endMs;
  log(`${name}: p95 ${Math.round(p95Ms)} ms; through ${healthyTailMs} ms after the last alert, all ${tailMs} ms`);
  const costMs = (processorMsOf(notifier) - beganMs) / alerts;
  return { range, p95Ms, healthyTailMs, tailMs, costMs, peakMb: memoryOf(notifier).peakMb };
}

async function ended(storm: Storm, kinds: readonly StormKind[]): Promise<void> {
  const untilMs = Date.now() + DEADLINE_MS;
  while ((await storm.open(kinds)) > 0) {
    if (Date.now() > untilMs) throw new Error(`${await storm.open(kinds)} messages have not come to an end`);
    await pause(LOOK_EVERY_MS);
  }
}

interface Measured {
  readonly idleMb: number;
  readonly well: Phase;
  readonly rounds: readonly { readonly alone: Phase; readonly sick: Phase }[];
  readonly poured: number;
  readonly unsent: number;
  readonly taken: ReadonlyMap<number, number>;
}

async function measure(storm: Storm, log: Log): Promise<Measured> {
  const notifier = await storm.startNotifier();
  await pause(SETTLE_MS);
  const idleMb = memoryOf(notifier).nowMb;
  const run = { storm, notifier, log };
  const well = await phaseOf(run, { name: 'all well', kinds: STORM_KINDS, isSick: false });
  const rounds: Measured['rounds'][number][] = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    const alone = () => phaseOf(run, { name: 'the healthy alone', kinds: HEALTHY, isSick: false });
    const sick = () => phaseOf(run, { name: 'two sick', kinds: STORM_KINDS, isSick: true });
    // Now one first, now the other: what grows over time is no advantage to either.
    if (round % 2 === 0) rounds.push({ alone: await alone(), sick: await sick() });
    else {
      const first = await sick();
      rounds.push({ alone: await alone(), sick: first });
    }
  }
  const rows = await storm.rows();
  const unsent = rows.filter(({ state }) => state !== 'sent').length;
  return { idleMb, well, rounds, poured: rows.length, unsent, taken: storm.taken() };
}

function figuresOf({ idleMb, well, rounds, poured, unsent, taken }: Measured): Figure[] {
  const lost = poured - taken.size;
  const twice = [...taken.values()].filter((times) => times > 1).length;
  const ratio = median(rounds.map(({ alone, sick }) => sick.p95Ms / alone.p95Ms));
  const [first, last] = [rounds[0]!, rounds[rounds.length - 1]!];
  const peaks = rounds.flatMap(({ alone, sick }) => [alone.peakMb, sick.peakMb]);
  const peakMb = Math.max(well.peakMb, ...peaks);
  const growth = peakMb / Math.max(well.peakMb, first.alone.peakMb, first.sick.peakMb);
  const seconds = (ms: number): number => ms / 1_000;
  const seen = { goal: 'none', ok: true };
  return [
    { label: `lost, of ${poured}`, value: lost, unit: 'alerts', goal: '0', ok: lost === 0 },
    { label: `not called sent, of ${poured}`, value: unsent, unit: 'alerts', goal: '0', ok: unsent === 0 },
    { label: 'twice', value: twice, unit: 'alerts', goal: '0', ok: twice === 0 },
    {
      label: `p95 of the healthy channels beside the sick ones against alone, median of ${ROUNDS} rounds`,
      value: ratio,
      unit: '×',
      goal: '≤ 1.5',
      ok: ratio <= 1.5,
    },
    { label: 'the same alone', value: median(rounds.map(({ alone }) => alone.p95Ms)), unit: 'ms', ...seen },
    { label: 'the same beside the sick', value: median(rounds.map(({ sick }) => sick.p95Ms)), unit: 'ms', ...seen },
    { label: 'p95 of the healthy channels, all well', value: well.p95Ms, unit: 'ms', ...seen },
    {
      label: 'all well: from the last alert to the last message',
      value: seconds(well.tailMs),
      unit: 's',
      goal: '≤ 10',
      ok: well.tailMs <= 10_000,
    },
    {
      label: 'two sick: from their recovery to the last message',
      value: seconds(median(rounds.map(({ sick }) => sick.tailMs - sick.healthyTailMs))),
      unit: 's',
      ...seen,
    },
    {
      label: 'all well: processor time of the notifier for one message',
      value: well.costMs,
      unit: 'ms',
      goal: '≤ 1.2: one core for 50,000 a minute',
      ok: well.costMs <= 1.2,
    },
    { label: 'memory at its peak', value: peakMb, unit: 'MB', ...seen },
    { label: 'the same against idle', value: peakMb / idleMb, unit: '×', goal: '≤ 3', ok: peakMb / idleMb <= 3 },
    {
      label: `the same after ${last.sick.range.to} alerts against after the first two storms`,
      value: growth,
      unit: '×',
      goal: '≤ 1.2',
      ok: growth <= 1.2,
    },
  ];
}

export const bench: Bench = {
  name: 'storm',
  about: `${ALERTS} alerts for ${USERS} users in ${OVER_MS / 1_000} s over four channels: all well, then with one provider away and one that takes 30 s`,
  async run({ log }) {
    const folder = await mkdtemp(join(tmpdir(), 'ubot-storm-'));
    const postgres = await startEmbeddedPostgres({ dataDir: join(folder, 'data') });
    try {
      const databaseUrl = postgres.connectionString();
      await migrate({ connectionString: databaseUrl });
      const well = { slowSmsMs: 0, isTelegramAway: false };
      const storm = await createStorm({ databaseUrl, users: USERS, run: 'dist', ...well });
      try {
        return { name: 'storm', figures: figuresOf(await measure(storm, log)) };
      } finally {
        await storm.close();
      }
    } finally {
      await postgres.stop();
      await rm(folder, { recursive: true, force: true });
    }
  },
};
