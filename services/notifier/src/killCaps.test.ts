import type { ChildProcess } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { calendarDay } from '@ubot/alerting';
import { microsOf, type Caps, type Digest } from '@ubot/contracts';
import { EVERYBODY } from '@ubot/db';
import {
  createTestDatabase,
  createTwilioServer,
  seededRandom,
  waitFor,
  type AcceptedMessage,
  type TestDatabase,
  type TwilioBehaviour,
  type TwilioServer,
} from '@ubot/testing';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { killProcess, startNotifierProcess } from './processes.testing.ts';
import { createWorld, SECRET, type LedgerRow, type World } from './world.testing.ts';

/**
 * Two notifiers at a time are killed while they claim, send and count under caps, by a provider that cuts lines and has its
 * bad moments. Afterwards its own record, the ledger and the counts of the caps must agree.
 */
const ROUNDS = 4;
const ALERTS_PER_ROUND = 6;
const SEED = Number(process.env['UBOT_TEST_SEED'] ?? 20_261_121);
/** Above what the provider takes (0.0083): what a look-up settles makes room for more. */
const ESTIMATE = '0.01';
/** Refused for good, message by message, without the channel being paused. */
const REFUSED_NUMBER = '+15005550002';

interface Capped {
  readonly name: string;
  readonly caps: Caps;
  readonly numbers: readonly string[];
  readonly digest?: Digest;
  /** Messages that the provider must have of him in the end. */
  readonly least: number;
  readonly most: number;
}

const USERS: readonly Capped[] = [
  { name: 'a cap on messages', caps: { messagesPerDay: 12 }, numbers: ['+14155550101'], least: 12, most: 12 },
  // What is estimated at a cent each, and costs no less than 0.83 of it.
  { name: 'a cap on money', caps: { moneyPerDay: '0.1' }, numbers: ['+14155550102'], least: 10, most: 12 },
  {
    name: 'both caps, and digests',
    caps: { messagesPerDay: 3, moneyPerDay: '1' },
    numbers: ['+14155550103'],
    digest: { waitMs: 100, intervalMs: 150 },
    least: 2,
    most: 3,
  },
  {
    name: 'a cap, and a number that refuses',
    caps: { messagesPerDay: 8 },
    numbers: ['+14155550104', REFUSED_NUMBER],
    least: 1,
    most: 8,
  },
];

/** A zone in which it is about noon, so that no day ends while this runs. */
function zoneAtNoon(nowMs: number): string {
  const ahead = 12 - new Date(nowMs).getUTCHours();
  return ahead === 0 ? 'Etc/GMT' : `Etc/GMT${ahead > 0 ? '-' : '+'}${Math.abs(ahead)}`;
}

const FAULTS: readonly TwilioBehaviour[] = [
  { answer: 'cut', accept: true },
  { answer: 'cut', accept: false },
  { answer: { code: 20_500 }, accept: true },
  { answer: { code: 20_429 } },
];
const OPEN = new Set(['queued', 'sending', 'unknown']);

describe(`notifiers killed ${ROUNDS * 2} times under caps (seed ${SEED})`, () => {
  const random = seededRandom(SEED);
  const timeZone = zoneAtNoon(Date.now());
  const userIds = new Map<string, string>();
  const children: ChildProcess[] = [];
  let database: TestDatabase;
  let world: World;
  let twilio: TwilioServer;
  let folder: string;
  let rows: readonly LedgerRow[];
  let atStake = 0;

  beforeAll(async () => {
    database = await createTestDatabase();
    world = await createWorld(database.url);
    twilio = await createTwilioServer({ callbacks: [] });
    folder = await mkdtemp(join(tmpdir(), 'ubot-kill-caps-'));
    const pricesFile = join(folder, 'prices.json');
    await writeFile(pricesFile, JSON.stringify({ currency: 'USD', prices: [{ kind: 'sms', perSegment: ESTIMATE }] }));
    const env = {
      DATABASE_URL: database.url,
      UBOT_INTERNAL_SECRET: SECRET,
      NOTIFIER_PORT: '0',
      TWILIO_ACCOUNT_SID: twilio.accountSid,
      TWILIO_AUTH_TOKEN: twilio.authToken,
      TWILIO_BASE_URL: twilio.url,
      TWILIO_FROM: '+15005550006',
      TWILIO_SMS_PER_SECOND: '1000',
      UBOT_PRICES_FILE: pricesFile,
      UBOT_CAP_DAY_MESSAGES: '100000',
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
    /** How far it has come, rather than when: a busy machine takes its time. */
    const untilAsked = async (requests: number): Promise<void> => {
      const giveUpMs = Date.now() + 1_500;
      while (twilio.creationCount() < requests && Date.now() < giveUpMs) await pause(5);
    };
    const channels: { userId: string; channelIds: string[] }[] = [];
    for (const { name, caps, numbers, digest = null } of USERS) {
      const userId = await world.addUser();
      userIds.set(name, userId);
      const settings = JSON.stringify({ timeZone, caps });
      await world.db.query('update account.users set settings = $2 where id = $1', [userId, settings]);
      const channelIds: string[] = [];
      for (const to of numbers) channelIds.push(await world.addChannel({ kind: 'sms', to }, { userId, digest }));
      channels.push({ userId, channelIds });
    }

    twilio.setDefault({ delayMs: 60 });
    for (let round = 0; round < ROUNDS; round += 1) {
      const pair = await Promise.all([start(), start()]);
      for (let index = 0; index < 4; index += 1) twilio.script(FAULTS[Math.floor(random() * FAULTS.length)]!);
      const before = twilio.creationCount();
      const pouring = (async () => {
        for (let index = 0; index < ALERTS_PER_ROUND; index += 1) {
          for (const each of channels) await world.addAlert(each);
        }
      })();
      await Promise.all(
        pair.map(async (child) => {
          await untilAsked(before + Math.floor(random() * 8));
          await pause(random() * 60);
          await killProcess(child);
        }),
      );
      await pouring;
      atStake += (await world.rows()).filter(({ state }) => state === 'sending').length;
    }
    await start();
    rows = await waitFor(
      async () => {
        const all = await world.rows();
        return all.some(({ state }) => OPEN.has(state)) ? null : all;
      },
      { deadlineMs: 60_000, what: 'every message to come to its end' },
    );
  }, 120_000);
  afterAll(async () => {
    await Promise.all(children.map(killProcess));
    await twilio?.close();
    await world?.close();
    await database?.close();
    await rm(folder, { recursive: true, force: true });
  });

  const idOf = (name: string): string => userIds.get(name) ?? '';
  const takenOf = ({ numbers }: Capped): AcceptedMessage[] =>
    twilio.messages().filter(({ to }) => numbers.includes(to));
  const counted = async (owner: string) =>
    world.db.query<{ period: string; messages: number; money: string }>(
      'select period, messages, money from alert.message_counts where owner = $1 and length(period) = 10',
      [owner],
    );

  test('messages were at stake when they died', () => {
    expect(atStake).toBeGreaterThan(0);
    expect(rows).toHaveLength(ROUNDS * ALERTS_PER_ROUND * USERS.flatMap(({ numbers }) => numbers).length);
  });

  test('the provider took no message twice, and the ledger knows each', () => {
    const bodies = twilio.messages().map(({ to, body }) => `${to} ${body}`);
    expect(new Set(bodies).size).toBe(bodies.length);
    const sent = rows.filter(({ id, state, digest_id: leader }) => state === 'sent' && (leader ?? id) === id);
    expect(sent.map((row) => row.provider_message_id).toSorted()).toEqual(
      twilio
        .messages()
        .map(({ sid }) => sid)
        .toSorted(),
    );
  });

  test.each(USERS.map((user) => [user.name, user] as const))('%s is reached and never passed', (_name, user) => {
    const taken = takenOf(user);
    expect(taken.length).toBeLessThanOrEqual(user.most);
    expect(taken.length).toBeGreaterThanOrEqual(user.least);
    const cost = taken.reduce((sum, { priceUsd }) => sum + priceUsd, 0);
    expect(cost).toBeLessThanOrEqual(Number(user.caps.moneyPerDay ?? Infinity));
  });

  test.each(USERS.map((user) => [user.name, user] as const))(
    '%s: what was counted is what was taken, at the price that is known',
    async (name, user) => {
      const taken = takenOf(user);
      const micros = taken.reduce((sum, { sid, segments, priceUsd }) => {
        const row = rows.find((each) => each.provider_message_id === sid && each.price !== null);
        const expected = row?.price_estimated === true ? segments * microsOf(ESTIMATE) : Math.round(priceUsd * 1e6);
        expect(microsOf(row?.price ?? '')).toBe(expected);
        return sum + expected;
      }, 0);
      const [count, ...more] = await counted(idOf(name));
      expect(more).toEqual([]);
      expect([count?.period, count?.messages]).toEqual([calendarDay(Date.now(), timeZone).day, taken.length]);
      expect(microsOf(count?.money ?? '')).toBe(micros);
    },
  );

  test('all that was taken is counted for everybody too', async () => {
    const days = await counted(EVERYBODY);
    expect(days.reduce((sum, { messages }) => sum + messages, 0)).toBe(twilio.messages().length);
  });

  test('what is over a cap is not sent, says so, and its user is told once', async () => {
    const ended = rows.filter(({ state }) => state !== 'sent');
    const reasons = new Set(ended.map(({ state, error_code: code }) => `${state} ${code}`));
    expect([...reasons].toSorted()).toEqual(['failed CHANNEL_REFUSED', 'not_sent over_cap']);
    for (const row of ended.filter(({ state }) => state === 'not_sent')) {
      expect(row.error_detail).toMatch(/^Your cap of .+ a day is reached; it begins anew at /);
      expect(row.counted_at).toBeNull();
    }
    const told = await world.db.query<{ user_id: string }>(
      'select user_id from alert.notices where kind = $1 order by user_id',
      ['over_cap'],
    );
    const capped = USERS.filter(({ name }) =>
      ended.some((row) => row.user_id === idOf(name) && row.error_code === 'over_cap'),
    );
    expect(told.map((row) => row.user_id)).toEqual(capped.map(({ name }) => idOf(name)).toSorted());
  });
});
