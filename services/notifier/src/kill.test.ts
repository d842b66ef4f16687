import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { createTestDatabase, readRecords, seededRandom, waitFor, type TestDatabase } from '@ubot/testing';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { freePort } from './processes.testing.ts';
import { createWorld, SECRET, type World } from './world.testing.ts';

const KILLS = 12;
const ALERTS_PER_ROUND = 6;
const SEED = Number(process.env['UBOT_TEST_SEED'] ?? 20_261_121);
const ACCOUNT_SID = `AC${'1'.repeat(32)}`;
const AUTH_TOKEN = 'auth-token-of-the-kill-test';

const notifierMain = fileURLToPath(new URL('./main.ts', import.meta.url));
const twilioMain = fileURLToPath(new URL('../../../packages/testing/src/twilio-server-main.ts', import.meta.url));

let database: TestDatabase;
let world: World;
let folder: string;
let children: ChildProcess[];
let abandonedCount: number;
let foundCount: number;

beforeEach(async () => {
  database = await createTestDatabase();
  world = await createWorld(database.url);
  folder = await mkdtemp(join(tmpdir(), 'ubot-kill-'));
  children = [];
  abandonedCount = 0;
  foundCount = 0;
});
afterEach(async () => {
  for (const child of children) child.kill('SIGKILL');
  await world.close();
  await database.close();
  await rm(folder, { recursive: true });
});

function run(main: string, args: readonly string[], env: Record<string, string>): ChildProcess {
  const child = spawn(process.execPath, ['--conditions=ubot-source', '--import', 'tsx', main, ...args], {
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  children.push(child);
  return child;
}

/** Resolves with the first line of a process that fits. */
function lineOf(child: ChildProcess, fits: (line: string) => boolean): Promise<string> {
  return new Promise((resolve, reject) => {
    child.once('exit', (code) => reject(new Error(`ended with ${code} before it said so`)));
    if (child.stdout === null) return;
    createInterface({ input: child.stdout }).on('line', (line) => {
      if (line.includes('"notification.abandoned"')) abandonedCount += 1;
      if (line.includes('"notification.looked_up"') && line.includes('"outcome":"found"')) foundCount += 1;
      if (fits(line)) resolve(line);
    });
  });
}

/** Alerts by themselves, and gathered: then some kills come while a digest is made or sent. */
const DIGESTS = [
  { name: 'every message', waitMs: 0, intervalMs: 0 },
  { name: 'every alert in one digest or by itself', waitMs: 150, intervalMs: 400 },
];

test.each(DIGESTS)(
  `a notifier killed ${KILLS} times (seed ${SEED}) sends $name exactly once`,
  async (digest) => {
    const random = seededRandom(SEED);
    const recordFile = join(folder, 'messages.jsonl');
    const twilio = run(
      twilioMain,
      [
        '--record',
        recordFile,
        '--account-sid',
        ACCOUNT_SID,
        '--auth-token',
        AUTH_TOKEN,
        '--default',
        '{"delayMs":120}',
      ],
      {},
    );
    const { url } = JSON.parse(await lineOf(twilio, (line) => line.startsWith('{')));
    const port = await freePort();
    const env = {
      DATABASE_URL: database.url,
      UBOT_INTERNAL_SECRET: SECRET,
      NOTIFIER_PORT: String(port),
      UBOT_PUBLIC_URL: `http://127.0.0.1:${port}`,
      TWILIO_ACCOUNT_SID: ACCOUNT_SID,
      TWILIO_AUTH_TOKEN: AUTH_TOKEN,
      TWILIO_BASE_URL: url,
      TWILIO_FROM: '+15005550006',
      TWILIO_SMS_PER_SECOND: '1000',
      UBOT_NOTIFIER_LEASE_MS: '2400',
      UBOT_NOTIFIER_GRACE_MS: '300',
      UBOT_DIGEST_WAIT_MS: String(digest.waitMs),
      UBOT_DIGEST_INTERVAL_MS: String(digest.intervalMs),
    };
    const channelId = await world.addChannel({ kind: 'sms', to: '+14155550100' });
    const startNotifier = async (): Promise<ChildProcess> => {
      const child = run(notifierMain, [], env);
      await lineOf(child, (line) => line.includes('"notifier.listening"'));
      return child;
    };

    for (let kill = 0; kill < KILLS; kill += 1) {
      for (let index = 0; index < ALERTS_PER_ROUND; index += 1) await world.addAlert({ channelIds: [channelId] });
      const notifier = await startNotifier();
      await pause(Math.floor(random() * 700));
      const ended = new Promise((resolve) => {
        notifier.once('exit', resolve);
      });
      notifier.kill('SIGKILL');
      await ended;
    }
    await startNotifier();
    const settled = new Set(['sent', 'delivered']);
    const rows = await waitFor(
      async () => {
        const all = await world.rows();
        return all.every(({ state }) => settled.has(state)) ? all : null;
      },
      { deadlineMs: 60_000, what: 'every notification to be sent' },
    );

    const messages = readRecords(recordFile);
    const bodies = messages.map(({ body }) => body);
    expect(rows).toHaveLength(KILLS * ALERTS_PER_ROUND);
    const sent = rows.filter(({ id, digest_id }) => digest_id === null || digest_id === id);
    expect([bodies.length, new Set(bodies).size]).toEqual([sent.length, sent.length]);
    expect(bodies.toSorted()).toEqual(sent.map(({ body }) => body).toSorted());
    expect(sent.map((row) => row.provider_message_id).toSorted()).toEqual(messages.map(({ sid }) => sid).toSorted());
    for (const leader of sent) {
      const members = rows.filter(({ digest_id }) => digest_id === leader.id);
      expect(leader.body).toMatch(leader.digest_id === null ? /./ : new RegExp(`^${members.length} alerts, `));
      for (const member of members) expect(member.provider_message_id).toBe(leader.provider_message_id);
    }
    expect(sent.length < rows.length).toBe(digest.waitMs > 0);
    // Otherwise the kills came when nothing was at stake: some left messages behind that had been taken already.
    expect(foundCount).toBeGreaterThan(digest.waitMs === 0 ? 0 : -1);
    expect(abandonedCount).toBeGreaterThanOrEqual(foundCount);
    process.stdout.write(`kills ${KILLS}, seed ${SEED}, left behind ${abandonedCount}, of them taken ${foundCount}\n`);
  },
  240_000,
);
