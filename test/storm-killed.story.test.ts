import type { ChildProcess } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { migrate } from '@ubot/db';
import { startEmbeddedPostgres, type EmbeddedPostgres } from '@ubot/embedded-postgres';
import { seededRandom } from '@ubot/testing';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createStorm, type Storm, type StormKind, type StormRow } from '../services/notifier/src/storm.testing.ts';

/**
 * The notifier is killed with SIGKILL at random moments of a storm over four kinds of channels. Afterwards the records of the
 * four providers are compared with the ledger, alert by alert.
 */
const SEED = Number(process.env['UBOT_STORY_SEED'] ?? Date.now() % 1_000_000);
const KILLS = 30;
const ALERTS_PER_KILL = 60;

/** Providers that can be asked what they have taken, or that a repeat does not harm: there nothing stays unknown. */
const CAN_BE_SETTLED: readonly StormKind[] = ['sms', 'webhook'];
const isUnknownForGood = ({ kind, state, errorDetail }: StormRow): boolean =>
  state === 'unknown' && !CAN_BE_SETTLED.includes(kind) && errorDetail?.includes('cannot be asked') === true;
/** Far above what it takes (half a minute): how long depends on what else the machine does. */
const SETTLED_WITHIN_MS = 400_000;

const OPEN: ReadonlySet<string> = new Set(['queued', 'sending', 'unknown']);

describe(`a storm with ${KILLS} kills (seed ${SEED})`, () => {
  const random = seededRandom(SEED);
  let folder: string;
  let postgres: EmbeddedPostgres;
  let storm: Storm;
  let rows: readonly StormRow[];

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'ubot-storm-story-'));
    postgres = await startEmbeddedPostgres({ dataDir: join(folder, 'data') });
    const databaseUrl = postgres.connectionString();
    await migrate({ connectionString: databaseUrl });
    storm = await createStorm({
      databaseUrl,
      users: 400,
      // A provider that takes its time is killed in the middle of more often.
      slowSmsMs: 60,
      isTelegramAway: false,
      run: 'dist',
      // A quarter of the lease is what a provider has to answer in. With less than two seconds, a machine that is busy
      // with other things makes failures of its own, and eight of them end a message.
      env: { UBOT_NOTIFIER_LEASE_MS: '12000', UBOT_NOTIFIER_GRACE_MS: '500' },
    });
  });
  afterAll(async () => {
    await storm?.close();
    await postgres?.stop();
    await rm(folder, { recursive: true, force: true });
  });

  test('ends with every message settled that can be', async () => {
    for (let kill = 0; kill < KILLS; kill += 1) {
      const notifier: ChildProcess = await storm.startNotifier();
      const gone = new Promise((resolve) => notifier.once('exit', resolve));
      const pouring = storm.pour(ALERTS_PER_KILL, 1);
      await pause(random() * 1_200);
      notifier.kill('SIGKILL');
      await Promise.all([gone, pouring]);
    }
    await storm.startNotifier();
    const untilMs = Date.now() + SETTLED_WITHIN_MS;
    const isOpen = (row: StormRow): boolean => OPEN.has(row.state) && !isUnknownForGood(row);
    do {
      await pause(500);
      rows = await storm.rows();
    } while (rows.some(isOpen) && Date.now() < untilMs);
    expect(rows.filter((row) => row.state !== 'sent' && !isUnknownForGood(row))).toEqual([]);
    expect(rows).toHaveLength(KILLS * ALERTS_PER_KILL);
  });

  test('no provider took any message twice', () => {
    expect([...storm.taken()].filter(([, times]) => times > 1)).toEqual([]);
  });

  test('what the ledger calls sent was taken once, and the rest is called unknown', () => {
    const taken = storm.taken();
    const unknown = rows.filter(({ state }) => state === 'unknown');
    const lost = rows.filter(({ state, index }) => state === 'sent' && taken.get(index) !== 1);
    expect(lost).toEqual([]);
    const arrived = unknown.filter(({ index }) => taken.has(index)).length;
    console.log(
      `${rows.length} alerts, ${KILLS} kills; unknown for good: ${unknown.length}, of them arrived: ${arrived}`,
    );
  });
});
