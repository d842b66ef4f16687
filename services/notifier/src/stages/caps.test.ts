import { calendarEnds } from '@ubot/alerting';
import type { Caps, ChannelTarget, PricesFile } from '@ubot/contracts';
import { endAttempts, expireLeases, readNotices, settlePrice, withTransaction } from '@ubot/db';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { MoneySettings } from '../money/settings.ts';
import { createStageWorld, type StageWorld } from './stage.testing.ts';

// The user is in Paris: 13:00 there.
const START = Date.parse('2026-11-21T12:00:00Z');
const MIDNIGHT = Date.parse('2026-11-21T23:00:00Z');
const PHONE: ChannelTarget = { kind: 'ntfy', server: 'https://ntfy.example', topic: 'mine' };
const SMS: ChannelTarget = { kind: 'sms', to: '+15005550001' };
const PRICES: PricesFile = {
  currency: 'USD',
  prices: [
    { kind: 'sms', perSegment: '0.05' },
    { kind: 'sms', prefix: '+1', perSegment: '0.0083' },
  ],
};
let stage: StageWorld;

async function begin(money: Partial<MoneySettings> = {}, startMs = START): Promise<void> {
  stage = await createStageWorld(startMs, { money: { prices: PRICES, ...money } });
}
afterEach(() => stage.close());

async function setCaps(caps: Caps | null, userId = stage.world.userId): Promise<void> {
  await stage.world.db.query(`update account.users set settings = settings || $2::jsonb where id = $1`, [
    userId,
    JSON.stringify({ caps }),
  ]);
}

async function queue(count: number, options: Parameters<StageWorld['queue']>[0] = {}): Promise<string[]> {
  const ids: string[] = [];
  for (let index = 0; index < count; index += 1) ids.push((await stage.queue({ target: PHONE, ...options })).id);
  return ids;
}
const claimed = async (kind: 'ntfy' | 'sms' | 'log' = 'ntfy') =>
  (await stage.claim(kind)).map(({ notification }) => notification.id);
const counts = () =>
  stage.world.db.query<{ period: string; messages: number; money: string }>(
    'select period, messages, money from alert.message_counts where owner = $1 order by period',
    [stage.world.userId],
  );
const notices = () => readNotices(stage.world.db, { userId: stage.world.userId, fromMs: 0, toMs: 4e12, limit: 10 });

describe("a user's own cap", () => {
  beforeEach(() => begin());

  test('of messages a day lets so many through, says why the next one is not sent, and is told once', async () => {
    await setCaps({ messagesPerDay: 2 });
    const [first, second, third, fourth] = await queue(4);
    expect(await claimed()).toEqual([first, second]);
    for (const id of [third!, fourth!]) {
      expect(await stage.row(id)).toMatchObject({
        state: 'not_sent',
        attempts: 0,
        error_code: 'over_cap',
        error_detail: 'Your cap of 2 messages a day is reached; it begins anew at 2026-11-22 00:00 GMT+1.',
        counted_at: null,
      });
    }
    expect(await notices()).toMatchObject([
      {
        kind: 'over_cap',
        text: 'Alerts are not sent: Your cap of 2 messages a day is reached; it begins anew at 2026-11-22 00:00 GMT+1.',
        atMs: START,
      },
    ]);
  });

  test("begins anew at the very midnight of the user's time zone", async () => {
    await setCaps({ messagesPerDay: 1 });
    await queue(1);
    expect(await claimed()).toHaveLength(1);
    stage.clock.nowMs = MIDNIGHT - 1;
    await queue(1);
    expect(await claimed()).toEqual([]);
    stage.clock.nowMs = MIDNIGHT;
    const [next] = await queue(1);
    expect(await claimed()).toEqual([next]);
    expect(await notices()).toHaveLength(1);
  });

  test('that was set in the middle of a day counts what went out before', async () => {
    await queue(2);
    expect(await claimed()).toHaveLength(2);
    await setCaps({ messagesPerDay: 3 });
    await queue(2);
    expect(await claimed()).toHaveLength(1);
    expect(await counts()).toMatchObject([
      { period: '2026-11', messages: 3 },
      { period: '2026-11-21', messages: 3 },
    ]);
  });

  test('that is taken away and set again has lost none of what went out meanwhile', async () => {
    await setCaps({ messagesPerDay: 3 });
    await queue(1);
    await claimed();
    await setCaps(null);
    await queue(2);
    expect(await claimed()).toHaveLength(2);
    await setCaps({ messagesPerDay: 3 });
    await queue(1);
    expect(await claimed()).toEqual([]);
  });

  test('holds for urgent alerts too, and not for what programs read', async () => {
    await setCaps({ messagesPerDay: 1 });
    await queue(1, { target: { kind: 'log' } });
    await queue(2, { urgent: true });
    expect(await claimed('log')).toHaveLength(1);
    expect(await claimed()).toHaveLength(1);
  });

  test('of one user is nothing to another', async () => {
    await setCaps({ messagesPerDay: 0 });
    const [theirs] = await queue(1, { userId: await stage.world.addUser() });
    await queue(1);
    expect(await claimed()).toEqual([theirs]);
  });

  test.each<[Caps, Caps, string]>([
    [{ messagesPerDay: 5 }, { messagesPerDay: 1 }, "The operator's cap of 1 message a day for your account is reached"],
    [{ messagesPerDay: 1 }, { messagesPerDay: 5 }, 'Your cap of 1 message a day is reached'],
    [{ messagesPerMonth: 1 }, {}, 'Your cap of 1 message a month is reached; it begins anew at 2026-12-01 00:00 GMT+1'],
    [{}, { messagesPerMonth: 1 }, "The operator's cap of 1 message a month for your account is reached"],
  ])('%j beside %j of the operator: the smaller counts', async (own, operators, sentence) => {
    await setCaps(own);
    await stage.world.db.query('update account.users set quotas = $1', [JSON.stringify({ caps: operators })]);
    const [, second] = await queue(2);
    expect(await claimed()).toHaveLength(1);
    expect(await stage.row(second!)).toMatchObject({ error_detail: expect.stringContaining(sentence) });
  });
});

test('a digest is one message', async () => {
  stage = await createStageWorld(START, { money: { userCaps: { messagesPerDay: 2 } } });
  const digest = { waitMs: 1_000, intervalMs: 2_000 };
  const channelId = await stage.world.addChannel(PHONE, { digest });
  const add = () => stage.world.addAlert({ channelIds: [channelId], triggeredAtMs: stage.clock.nowMs });
  for (const atMs of [0, 3_000, 6_000]) {
    for (let index = 0; index < 4; index += 1) await add();
    stage.clock.nowMs = START + atMs;
    await stage.claim('ntfy');
    stage.clock.nowMs += 2_500;
    await stage.claim('ntfy');
  }
  const rows = await stage.world.rows();
  expect(rows.filter(({ state }) => state === 'sending')).toHaveLength(8);
  expect(rows.filter(({ counted_at: at }) => at !== null)).toHaveLength(2);
  expect(rows.filter(({ error_code: code }) => code === 'over_cap')).toHaveLength(4);
});

describe('money', () => {
  test('is estimated by segment and number, and a message that would pass the cap is not sent', async () => {
    await begin({ userCaps: { moneyPerDay: '0.02' } });
    const ids = await queue(3, { target: SMS });
    expect(await claimed('sms')).toEqual(ids.slice(0, 2));
    const row = await stage.row(ids[0]!);
    expect(row).toMatchObject({ segments: 1, price: '0.008300', currency: 'USD', price_estimated: true });
    expect(row.counted_day).toBe('2026-11-21');
    expect(await stage.row(ids[2]!)).toMatchObject({
      error_code: 'over_cap',
      error_detail: expect.stringMatching(/^The operator's cap of 0.02 USD a day for your account is reached; /),
    });
  });

  test('caps nothing that costs nothing', async () => {
    await begin({ userCaps: { moneyPerDay: '0' } });
    await queue(1, { target: SMS });
    await queue(1);
    expect(await claimed('sms')).toEqual([]);
    expect(await claimed()).toHaveLength(1);
  });

  test.each([
    ['+15005550001', '0.008300'],
    ['+33600000001', '0.050000'],
  ])('for %s is that of the longest prefix: %s', async (to, price) => {
    await begin();
    const [id] = await queue(1, { target: { kind: 'sms', to } });
    await claimed('sms');
    expect(await stage.row(id!)).toMatchObject({ price });
  });

  test("is settled by the provider's own price, however often and in whatever order it is told", async () => {
    await begin({ userCaps: { moneyPerMonth: '1' } });
    const [id] = await queue(1, { target: SMS });
    await claimed('sms');
    await stage.world.db.query(`update alert.notifications set provider_message_id = 'SM1' where id = $1`, [id]);
    const settle = (micros: number, providerMessageId = 'SM1') =>
      withTransaction(stage.world.db, (tx) =>
        settlePrice(tx, {
          id: id!,
          price: { micros, currency: 'USD', providerMessageId, segments: 3 },
          countsIn: 'USD',
        }),
      );
    expect(await settle(999_999, 'SM-of-another')).toBe(false);
    for (let times = 0; times < 3; times += 1) expect(await settle(22_500)).toBe(true);
    expect(await stage.row(id!)).toMatchObject({
      price: '0.022500',
      price_estimated: false,
      segments: 3,
      price_due_at: null,
    });
    expect(await counts()).toMatchObject([
      { period: '2026-11', messages: 1, money: '0.022500' },
      { period: '2026-11-21', messages: 1, money: '0.022500' },
    ]);
  });
});

describe('what was counted', () => {
  beforeEach(() => begin({ userCaps: { messagesPerDay: 1, moneyPerDay: '1' } }));
  const ended = async (id: string, errorCode: string, state: 'failed' | 'queued' = 'failed') => {
    const { lease_owner: owner } = await stage.row(id);
    const nowMs = stage.clock.nowMs;
    const end = {
      id,
      owner: owner ?? '',
      state,
      errorCode,
      errorDetail: '',
      nextAttemptAtMs: nowMs,
      counts: true,
      nowMs,
    };
    await endAttempts(stage.world.db, [end]);
  };

  test('and whose notifier died before it was sent is not counted again', async () => {
    const [id] = await queue(1, { target: PHONE });
    await claimed();
    stage.clock.nowMs += 60_001;
    const { nowMs } = stage.clock;
    const repeatable = [(await stage.row(id!)).provider ?? ''];
    expect(await expireLeases(stage.world.db, { nowMs, lookUpAtMs: nowMs, repeatable })).toEqual([id]);
    expect(await claimed()).toEqual([id]);
    expect(await counts()).toMatchObject([{ messages: 1 }, { messages: 1 }]);
    expect((await stage.row(id!)).attempts).toBe(2);
  });

  test('and is tried again on another day counts for the day of its first attempt', async () => {
    const [id] = await queue(1, { target: SMS, maxAgeMs: 86_400_000 });
    await claimed('sms');
    await ended(id!, 'CHANNEL_UNREACHABLE', 'queued');
    stage.clock.nowMs = MIDNIGHT;
    const [next] = await queue(1, { target: SMS });
    expect((await claimed('sms')).toSorted()).toEqual([id, next].toSorted());
    expect(await counts()).toMatchObject([
      { period: '2026-11', messages: 2 },
      { period: '2026-11-21', messages: 1 },
      { period: '2026-11-22', messages: 1 },
    ]);
  });

  test('and was refused makes room for another; what may have been taken does not', async () => {
    const [refused] = await queue(1, { target: SMS });
    await claimed('sms');
    await ended(refused!, 'CHANNEL_REFUSED');
    expect(await stage.row(refused!)).toMatchObject({ state: 'failed', price: null, counted_at: null });
    const [unknown] = await queue(1, { target: SMS });
    expect(await claimed('sms')).toEqual([unknown]);
    await ended(unknown!, 'CHANNEL_OUTCOME_UNKNOWN');
    expect(await stage.row(unknown!)).toMatchObject({ state: 'failed', price: '0.008300' });
    await queue(1, { target: SMS });
    expect(await claimed('sms')).toEqual([]);
  });

  test('and is acknowledged before another attempt makes room too', async () => {
    const { id, alertId } = await stage.queue({ target: SMS });
    await claimed('sms');
    await ended(id, 'CHANNEL_UNREACHABLE', 'queued');
    await stage.world.db.query('update alert.alerts set acknowledged_at = now() where id = $1', [alertId]);
    const [next] = await queue(1, { target: SMS });
    expect(await claimed('sms')).toEqual([next]);
    expect(await stage.row(id)).toMatchObject({ error_code: 'acknowledged', counted_at: null });
  });
});

test('notifiers that claim at once, for users in turn and by several kinds, never pass a cap together', async () => {
  await begin({ userCaps: { messagesPerDay: 5 }, everybodysCaps: { messagesPerDay: 12, moneyPerDay: '0.1' } });
  const users = [stage.world.userId, await stage.world.addUser(), await stage.world.addUser()];
  for (const userId of users) {
    await queue(6, { userId });
    await queue(6, { userId, target: SMS });
  }
  const kinds = ['ntfy', 'sms', 'ntfy', 'sms', 'ntfy', 'sms'] as const;
  for (let round = 0; round < 4; round += 1) await Promise.all(kinds.map((kind) => stage.claim(kind, 4)));
  const sent = (await stage.world.rows()).filter(({ state }) => state === 'sending');
  expect(sent).toHaveLength(12);
  const paid = sent.reduce((sum, { price }) => sum + Number(price ?? 0), 0);
  expect(paid).toBeLessThanOrEqual(0.1);
  const [{ most = 0 } = {}] = await stage.world.db.query<{ most: number }>(
    `select max(count)::int as most from (
       select count(*) from alert.notifications where state = 'sending' group by user_id) each`,
  );
  expect(most).toBeLessThanOrEqual(5);
});

const DAY_CAP: Caps = { messagesPerDay: 1 };
const MONTH_CAP: Caps = { messagesPerMonth: 1 };
const nights: [string, string, Caps][] = [
  // Clocks are set forward, and back.
  ['Europe/Paris', '2026-03-29T10:00:00Z', DAY_CAP],
  ['Europe/Paris', '2026-10-25T10:00:00Z', DAY_CAP],
  ['America/New_York', '2026-03-08T15:00:00Z', DAY_CAP],
  // A midnight that the clocks leave out, and half an hour that comes twice.
  ['Africa/Cairo', '2026-04-23T20:00:00Z', DAY_CAP],
  ['Australia/Lord_Howe', '2026-04-04T14:00:00Z', DAY_CAP],
  // Months with a leap day, without one, and with a night on which clocks are set.
  ['UTC', '2028-02-28T23:00:00Z', DAY_CAP],
  ['UTC', '2028-02-28T23:00:00Z', MONTH_CAP],
  ['Asia/Tokyo', '2028-02-01T00:00:00Z', MONTH_CAP],
  ['America/Sao_Paulo', '2027-02-28T12:00:00Z', MONTH_CAP],
  ['Europe/Paris', '2026-03-31T10:00:00Z', MONTH_CAP],
];
const zones = Intl.supportedValuesOf('timeZone')
  .filter((_zone, index) => index % 11 === 0)
  .map((zone, index): [string, string, Caps] => [zone, '2026-11-30T12:00:00Z', index % 2 === 0 ? DAY_CAP : MONTH_CAP]);

test("a cap holds to the last ms and begins anew with the next, in every user's own time zone", async () => {
  await begin();
  const all = [...nights, ...zones];
  expect(new Set(all.map(([zone]) => zone)).size).toBeGreaterThan(38);
  const alerts: { userId: string; nowMs: number }[] = [];
  for (const [timeZone, at, caps] of all) {
    const userId = await stage.world.addUser();
    await stage.world.db.query('update account.users set settings = $2 where id = $1', [userId, { timeZone, caps }]);
    const { dayEndsMs, monthEndsMs } = calendarEnds(Date.parse(at), timeZone);
    const endsMs = caps === DAY_CAP ? dayEndsMs : monthEndsMs;
    for (const nowMs of [Date.parse(at), endsMs - 1, endsMs]) alerts.push({ userId, nowMs });
  }
  const sent = new Map<string, boolean[]>(alerts.map(({ userId }) => [userId, []]));
  for (const nowMs of new Set(alerts.map((alert) => alert.nowMs).toSorted((a, b) => a - b))) {
    stage.clock.nowMs = nowMs;
    const now = alerts.filter((alert) => alert.nowMs === nowMs);
    for (const { userId } of now) await queue(1, { userId });
    const gone = (await stage.claim('ntfy', 100)).map(({ notification }) => notification.userId);
    for (const { userId } of now) sent.get(userId)?.push(gone.includes(userId));
  }
  const answers = [...sent.values()].map((each, index) => [all[index]?.slice(0, 2), each]);
  expect(answers).toEqual(all.map((each) => [each.slice(0, 2), [true, false, true]]));
}, 60_000);
