import type { ChildProcess } from 'node:child_process';
import { setTimeout as pause } from 'node:timers/promises';
import {
  createTestDatabase,
  createTwilioServer,
  seededRandom,
  waitFor,
  type TestDatabase,
  type TwilioServer,
} from '@ubot/testing';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { freePort, killProcess, startNotifierProcess } from './processes.testing.ts';
import { createWorld, SECRET, type World } from './world.testing.ts';

const KILLS = 5;
const SEED = Number(process.env['UBOT_TEST_SEED'] ?? 20_261_121);

/** How the calls to a number end, one after the other, and what becomes of its alert. */
const NUMBERS = [
  { to: '+14155550101', ends: ['completed'], state: 'delivered' },
  { to: '+14155550102', ends: ['busy', 'completed'], state: 'delivered' },
  { to: '+14155550103', ends: ['no-answer', 'busy', 'completed'], state: 'delivered' },
  { to: '+14155550104', ends: ['no-answer', 'no-answer', 'busy'], state: 'failed' },
] as const;

let database: TestDatabase;
let world: World;
let twilio: TwilioServer;
let children: ChildProcess[];

beforeEach(async () => {
  database = await createTestDatabase();
  world = await createWorld(database.url);
  twilio = await createTwilioServer();
  children = [];
});
afterEach(async () => {
  await Promise.all(children.map(killProcess));
  await Promise.all([twilio.close(), world.close()]);
  await database.close();
});

/** Tells how each call ended, once, as soon as somebody listens. → stop */
function reportEnds(): () => Promise<void> {
  const told = new Set<string>();
  const over = new AbortController();
  const tell = async (sid: string, to: string): Promise<void> => {
    const index = twilio
      .calls()
      .filter((each) => each.to === to)
      .findIndex((each) => each.sid === sid);
    const status = NUMBERS.find((number) => number.to === to)?.ends[index];
    if (status === undefined) return;
    try {
      if ((await twilio.reportCall({ sid, status })) === 204) told.add(sid);
    } catch {
      // Nobody listens just now.
    }
  };
  const running = (async () => {
    while (!over.signal.aborted) {
      for (const { sid, to } of twilio.calls()) if (!told.has(sid)) await tell(sid, to);
      await pause(20);
    }
  })();
  return async () => {
    over.abort();
    await running;
  };
}

test(`a notifier killed ${KILLS} times (seed ${SEED}) makes each call again as often as it has to be`, async () => {
  const random = seededRandom(SEED);
  const port = String(await freePort());
  const env = {
    DATABASE_URL: database.url,
    UBOT_INTERNAL_SECRET: SECRET,
    NOTIFIER_PORT: port,
    UBOT_PUBLIC_URL: `http://127.0.0.1:${port}`,
    TWILIO_ACCOUNT_SID: twilio.accountSid,
    TWILIO_AUTH_TOKEN: twilio.authToken,
    TWILIO_BASE_URL: twilio.url,
    TWILIO_VOICE_FROM: '+15005550006',
    TWILIO_CALLS_PER_SECOND: '100',
    UBOT_CALL_RETRY_WAIT_MS: '100',
    UBOT_NOTIFIER_LEASE_MS: '2400',
    UBOT_NOTIFIER_GRACE_MS: '300',
    UBOT_DIGEST_WAIT_MS: '0',
    UBOT_DIGEST_INTERVAL_MS: '0',
  };
  const start = async (): Promise<ChildProcess> => {
    const { child, listening } = startNotifierProcess('dist', env);
    children.push(child);
    await listening;
    return child;
  };
  twilio.setDefault({ delayMs: 120 });
  const ids: string[] = [];
  for (const { to } of NUMBERS) {
    const channelId = await world.addChannel({ kind: 'voice', to });
    const { notificationIds } = await world.addAlert({ channelIds: [channelId], triggeredAtMs: Date.now() });
    ids.push(notificationIds[0] ?? '');
  }

  const stop = reportEnds();
  let atStake = 0;
  for (let kill = 0; kill < KILLS; kill += 1) {
    const child = await start();
    await pause(random() * 250);
    await killProcess(child);
    atStake += (await world.rows()).filter(({ state }) => state === 'sending').length;
  }
  await start();
  const states = NUMBERS.map(({ state }) => state);
  await waitFor(
    async () => {
      const rows = await Promise.all(ids.map((id) => world.row(id)));
      return rows.every(({ state }, index) => state === states[index]);
    },
    { deadlineMs: 40_000, what: 'every alert to come to its end' },
  );
  await pause(400);
  await stop();
  const callsTo = (to: string): string[] =>
    twilio
      .calls()
      .filter((each) => each.to === to)
      .map(({ status }) => status);
  expect(NUMBERS.map(({ to }) => callsTo(to))).toEqual(NUMBERS.map(({ ends }) => [...ends]));
  // Otherwise the kills came when nothing was at stake.
  expect(atStake).toBeGreaterThan(0);
}, 90_000);
