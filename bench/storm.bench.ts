import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { migrate } from '@ubot/db';
import { startEmbeddedPostgres } from '@ubot/embedded-postgres';
import {
  createStorm,
  memoryOf,
  processorMsOf,
  STORM_KINDS,
  type StormRow,
} from '../services/notifier/src/storm.testing.ts';
import { until } from '../test/lib/process.ts';
import { percentile, type Bench } from './lib/bench.ts';

const SCALE = Number(process.env['UBOT_BENCH_SCALE'] ?? 1);
const ALERTS = Math.round(50_000 * SCALE);
const USERS = Math.round(5_000 * SCALE);
const OVER_MS = 60_000;
const DEADLINE_MS = 600_000;

interface Run {
  readonly rows: readonly StormRow[];
  readonly taken: ReadonlyMap<number, number>;
  /** From the last alert to the last message of the healthy channels, and of all. */
  readonly healthyTailMs: number;
  readonly tailMs: number;
  readonly idleMb: number;
  readonly peakMb: number;
  /** Processor time of the notifier for one message. */
  readonly costMs: number;
}

const HEALTHY: readonly StormRow['kind'][] = ['webhook', 'discord'];
const isHealthy = ({ kind }: StormRow): boolean => kind === 'webhook' || kind === 'discord';

async function run(isSick: boolean, log: (line: string) => void): Promise<Run> {
  const folder = await mkdtemp(join(tmpdir(), 'ubot-storm-'));
  const postgres = await startEmbeddedPostgres({ dataDir: join(folder, 'data') });
  const databaseUrl = postgres.connectionString();
  await migrate({ connectionString: databaseUrl });
  const sick = isSick ? { slowSmsMs: 30_000, isTelegramAway: true } : { slowSmsMs: 0, isTelegramAway: false };
  const storm = await createStorm({ databaseUrl, users: USERS, run: 'dist', ...sick });
  try {
    const notifier = await storm.startNotifier();
    await new Promise((resolve) => setTimeout(resolve, 3_000));
    const idleMb = memoryOf(notifier).nowMb;
    const idleProcessorMs = processorMsOf(notifier);
    await storm.pour(ALERTS, OVER_MS);
    const endMs = Date.now();
    await until('the healthy channels', async () => (await storm.unsent(HEALTHY)) === 0, DEADLINE_MS);
    const healthyTailMs = Date.now() - endMs;
    log(`${isSick ? 'sick' : 'well'}: the healthy channels are through ${healthyTailMs} ms after the last alert`);
    await storm.heal();
    await until('all channels', async () => (await storm.unsent(STORM_KINDS)) === 0, DEADLINE_MS);
    const tailMs = Date.now() - endMs;
    log(`${isSick ? 'sick' : 'well'}: all are through ${tailMs} ms after the last alert`);
    const rows = await storm.rows();
    log(`p95 of the healthy channels by tenths of the minute: ${byTenths(rows).join(', ')} ms`);
    return {
      rows,
      taken: storm.taken(),
      healthyTailMs,
      tailMs,
      idleMb,
      peakMb: memoryOf(notifier).peakMb,
      costMs: (processorMsOf(notifier) - idleProcessorMs) / ALERTS,
    };
  } finally {
    await storm.close();
    await postgres.stop();
    await rm(folder, { recursive: true, force: true });
  }
}

const latenciesOf = (rows: readonly StormRow[]): number[] =>
  rows.filter(isHealthy).flatMap(({ latencyMs }) => (latencyMs === null ? [] : [latencyMs]));

const byTenths = (rows: readonly StormRow[]): number[] =>
  Array.from({ length: 10 }, (_, tenth) =>
    Math.round(percentile(latenciesOf(rows.slice((rows.length * tenth) / 10, (rows.length * (tenth + 1)) / 10)), 95)),
  );

const p95 = ({ rows }: Run): number => percentile(latenciesOf(rows), 95);

export const bench: Bench = {
  name: 'storm',
  about: `${ALERTS} alerts for ${USERS} users in a minute over four channels; then with one provider away and one that takes 30 s`,
  async run({ log }) {
    const well = await run(false, log);
    const sick = await run(true, log);
    const lost = [well, sick].map(({ taken }) => ALERTS - taken.size);
    const twice = [well, sick].map(({ taken }) => [...taken.values()].filter((times) => times > 1).length);
    const ratio = p95(sick) / p95(well);
    const memory = Math.max(well.peakMb / well.idleMb, sick.peakMb / sick.idleMb);
    const throughput = (ALERTS / (OVER_MS + well.tailMs)) * 1_000;
    const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);
    return {
      name: 'storm',
      figures: [
        { label: 'lost', value: sum(lost), unit: 'alerts', goal: '0', ok: sum(lost) === 0 },
        { label: 'twice', value: sum(twice), unit: 'alerts', goal: '0', ok: sum(twice) === 0 },
        {
          label: 'p95 of the healthy channels, beside the sick ones against without',
          value: ratio,
          unit: '×',
          goal: '≤ 1.5',
          ok: ratio <= 1.5,
        },
        { label: 'p95 of the healthy channels, all well', value: p95(well), unit: 'ms', goal: 'none', ok: true },
        { label: 'p95 of the healthy channels, two sick', value: p95(sick), unit: 'ms', goal: 'none', ok: true },
        {
          label: 'all well: messages a second until the last one is through',
          value: throughput,
          unit: 'messages/s',
          goal: 'none',
          ok: true,
        },
        {
          label: 'all well: from the last alert to the last message',
          value: well.tailMs / 1_000,
          unit: 's',
          goal: '≤ 10',
          ok: well.tailMs <= 10_000,
        },
        {
          label: 'all well: processor time of the notifier for one message',
          value: well.costMs,
          unit: 'ms',
          goal: '≤ 1.2: one core for 50,000 a minute',
          ok: well.costMs <= 1.2,
        },
        { label: 'memory at its peak against idle', value: memory, unit: '×', goal: '≤ 3', ok: memory <= 3 },
      ],
    };
  },
};
