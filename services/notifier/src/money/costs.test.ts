import type { AdminCostsAnswer, ChannelTarget, CostsAnswer } from '@ubot/contracts';
import { createChannelDrivers, NO_MESSENGERS, type ChannelDriver, type TwilioSettings } from '@ubot/notify';
import { eraseAlertsOf, withTransaction } from '@ubot/db';
import { createLogger } from '@ubot/service-kit';
import {
  callbackForm,
  createMessengerServer,
  createTwilioServer,
  TELEGRAM_TOKEN,
  twilioSignature,
  waitFor,
  type MessengerServer,
  type TwilioServer,
} from '@ubot/testing';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { startServed, type Served } from '../served.testing.ts';
import { tellNextNotice } from './capNotices.ts';
import { settleDue } from './charges.ts';
import { createPriceTable } from './priceTable.ts';
import { spendingOf } from './spending.ts';
import type { MoneySettings } from './settings.ts';

// In Paris it is December already.
const START = Date.parse('2026-11-30T23:30:00Z');
const PUBLIC_URL = 'https://alerts.example.com';
const SMS: ChannelTarget = { kind: 'sms', to: '+14155550100' };
const TELEGRAM: ChannelTarget = { kind: 'telegram', chatId: '100200' };
const MONEY: MoneySettings = {
  prices: { currency: 'USD', prices: [{ kind: 'sms', perSegment: '0.01' }] },
  userCaps: { messagesPerDay: 3, moneyPerMonth: '5' },
  everybodysCaps: { moneyPerMonth: '20' },
};
const log = createLogger({ service: 'notifier', level: 'silent' });
const operator = { kind: 'user', userId: '01900000-0000-7000-8000-0000000000ff', role: 'operator' } as const;

let served: Served;
let twilio: TwilioServer;
let messengers: MessengerServer;
let drivers: ReadonlyMap<string, ChannelDriver>;
const nowMs = (): number => served.clock.nowMs;

beforeEach(async () => {
  twilio = await createTwilioServer({ callbacks: [], priceLagMs: 60_000, nowMs: () => served?.clock.nowMs ?? START });
  messengers = await createMessengerServer();
  const settings: TwilioSettings = {
    accountSid: twilio.accountSid,
    authToken: twilio.authToken,
    baseUrl: twilio.url,
    from: '+15005550006',
    messagingServiceSid: null,
    whatsAppFrom: null,
    whatsAppContentSid: null,
  };
  const given = {
    twilio: settings,
    publicUrl: PUBLIC_URL,
    webhook: { allowPrivate: true, allowedRanges: [] },
    messengers: { ...NO_MESSENGERS, telegram: { botToken: TELEGRAM_TOKEN, baseUrl: messengers.url } },
  };
  drivers = createChannelDrivers({ ...given, log: () => undefined, nowMs, timeoutMs: 2_000 });
  served = await startServed(START, { ...given, money: MONEY });
});
afterEach(async () => {
  await served.close();
  await Promise.all([twilio.close(), messengers.close()]);
});

/** Alerts of now to a new channel; resolves with their rows once they have ended or gone out. */
async function alerts(count: number, target: ChannelTarget) {
  const channelId = await served.world.addChannel(target);
  const ids: string[] = [];
  for (let made = 0; made < count; made += 1) {
    const { notificationIds } = await served.world.addAlert({ channelIds: [channelId], triggeredAtMs: nowMs() });
    ids.push(...notificationIds);
  }
  return waitFor(async () => {
    const rows = (await served.world.rows()).filter(({ id }) => ids.includes(id));
    return rows.every(({ state }) => state !== 'queued' && state !== 'sending') ? rows : null;
  });
}
const costs = async (query = ''): Promise<CostsAnswer> => (await served.call('GET', `/costs${query}`)).body;
const settle = () => settleDue({ db: served.world.db, drivers: [...drivers.values()], countsIn: 'USD', nowMs, log });

test('a report has what went out by channel, what it cost, and how much of the caps is used', async () => {
  const [sms] = await alerts(2, SMS);
  await alerts(1, { kind: 'log' });
  await alerts(1, TELEGRAM);
  expect(await costs()).toEqual({
    month: '2026-12',
    timeZone: 'Europe/Paris',
    currency: 'USD',
    messages: 3,
    segments: 2,
    totals: [{ currency: 'USD', amount: '0.02', estimatedAmount: '0.02' }],
    lines: expect.arrayContaining([
      {
        channelId: expect.any(String),
        channelName: 'mine',
        kind: 'sms',
        messages: 2,
        segments: 2,
        currency: 'USD',
        amount: '0.02',
        estimatedAmount: '0.02',
      },
      expect.objectContaining({ kind: 'telegram', messages: 1, currency: null, amount: '0.00' }),
    ]),
    caps: [
      {
        setBy: 'operator',
        what: 'messages',
        period: 'day',
        limit: '3',
        used: '3',
        endsAtMs: Date.parse('2026-12-01T23:00:00Z'),
      },
      {
        setBy: 'operator',
        what: 'money',
        period: 'month',
        limit: '5.00',
        used: '0.02',
        endsAtMs: Date.parse('2026-12-31T23:00:00Z'),
      },
    ],
    notices: [],
  });
  expect(await costs('?month=2026-11')).toMatchObject({ month: '2026-11', messages: 0, lines: [], totals: [] });
  const { body } = await served.call('GET', '/notifications');
  expect(body.notifications).toContainEqual(
    expect.objectContaining({
      id: sms?.id,
      segments: 1,
      price: '0.01',
      currency: 'USD',
      priceEstimated: true,
      digestId: null,
      sentAs: null,
    }),
  );
});

describe('the price of the provider', () => {
  test('is asked for until it is told, and takes the place of the estimate', async () => {
    const [row] = await alerts(1, SMS);
    expect(await settle()).toBe(0);
    served.clock.nowMs += 59_999;
    await served.world.db.query('update alert.notifications set price_due_at = $1', [new Date(nowMs())]);
    expect(await settle()).toBe(1);
    expect(await served.world.row(row!.id)).toMatchObject({ price: '0.010000', price_estimated: true });
    served.clock.nowMs += 600_000;
    expect(await settle()).toBe(1);
    expect(await served.world.row(row!.id)).toMatchObject({
      price: '0.008300',
      currency: 'USD',
      price_estimated: false,
      price_due_at: null,
    });
    served.clock.nowMs += 86_400_000;
    expect(await settle()).toBe(0);
    expect(await costs()).toMatchObject({ totals: [{ amount: '0.0083', estimatedAmount: '0.00' }] });
    expect((await costs()).caps).toContainEqual(expect.objectContaining({ what: 'money', used: '0.0083' }));
  });

  test('is given up after days in which it was never told', async () => {
    const [row] = await alerts(1, SMS);
    await served.world.db.query(`update alert.notifications set provider_message_id = 'SM-nobody-knows'`);
    for (let asked = 0; asked < 6; asked += 1) {
      served.clock.nowMs += 4 * 86_400_000;
      expect(await settle()).toBe(1);
    }
    expect(await served.world.row(row!.id)).toMatchObject({ price_estimated: true, price_due_at: null });
  });

  test('may come with a signed callback, and counts once', async () => {
    const [row] = await alerts(1, SMS);
    const [message] = twilio.messages();
    const path = `/callbacks/twilio/${row!.id}`;
    for (const status of ['delivered', 'sent', 'delivered']) {
      const form = { ...callbackForm(message!, { status }), Price: '-0.02490', PriceUnit: 'usd', NumSegments: '3' };
      const answer = await fetch(served.url + path, {
        method: 'POST',
        headers: {
          'content-type': 'application/x-www-form-urlencoded',
          'x-twilio-signature': twilioSignature(twilio.authToken, PUBLIC_URL + path, form),
        },
        body: new URLSearchParams(form).toString(),
      });
      expect(answer.status).toBe(204);
    }
    const settled = { state: 'delivered', price: '0.024900', currency: 'USD', price_estimated: false, segments: 3 };
    expect(await served.world.row(row!.id)).toMatchObject(settled);
    expect((await costs()).caps).toContainEqual(expect.objectContaining({ what: 'money', used: '0.0249' }));
  });
});

test('a table has the same lines, whatever the channels are called', async () => {
  await alerts(1, SMS);
  await served.world.db.query(`update account.channels set name = '=cmd, "A"'`);
  const [id] = (await costs()).lines.map(({ channelId }) => channelId);
  const table = [
    'channelId,channelName,kind,messages,segments,currency,amount,estimatedAmount',
    `${id},"'=cmd, ""A""",sms,1,1,USD,0.01,0.01`,
    '',
  ].join('\r\n');
  expect(await served.call('GET', '/costs', { accept: 'text/csv' })).toEqual({ status: 200, body: table });
  expect(await served.call('GET', '/costs?format=csv')).toEqual({ status: 200, body: table });
});

test("the operator's report is by user and month, and nobody else's to read", async () => {
  await alerts(2, SMS);
  const answer = (await served.call('GET', '/admin/costs?month=2026-12', { as: operator })).body as AdminCostsAnswer;
  expect(answer).toMatchObject({
    month: '2026-12',
    messages: 2,
    totals: [{ currency: 'USD', amount: '0.02' }],
    lines: [{ userId: served.world.userId, email: `${served.world.userId}@example.com`, kind: 'sms', messages: 2 }],
    caps: [{ setBy: 'everybody', what: 'money', period: 'month', limit: '20.00', used: '0.02' }],
  });
  expect(spendingOf(answer.caps, 'USD')).toEqual({ spent: 0.02, cap: 20, currency: 'USD', period: 'month' });
  const table = await served.call('GET', '/admin/costs?month=2026-12', { as: operator, accept: 'text/csv' });
  expect(table.body.split('\r\n')[0]).toBe('userId,email,kind,messages,segments,currency,amount,estimatedAmount');
  expect((await served.call('GET', '/admin/costs')).status).toBe(403);
  const other = served.user(await served.world.addUser());
  expect((await served.call('GET', '/costs', { as: other })).body).toMatchObject({ messages: 0, lines: [] });
  expect((await served.call('GET', '/costs?month=2026-13')).status).toBe(400);
});

test('that a cap is reached is told once, by a channel that costs nothing', async () => {
  const rows = await alerts(5, SMS);
  expect(rows.filter(({ error_code: code }) => code === 'over_cap')).toHaveLength(2);
  const telegram = await served.world.addChannel(TELEGRAM);
  const prices = createPriceTable(MONEY.prices);
  const tell = () => tellNextNotice({ db: served.world.db, driver: (kind) => drivers.get(kind), prices, nowMs, log });
  await served.world.db.query('update alert.notices set told_at = null');
  const before = messengers.received().length;
  expect(await tell()).toBe(true);
  expect(await tell()).toBe(false);
  const sentence =
    "Alerts are not sent: The operator's cap of 3 messages a day for your account is reached; it begins anew at 2026-12-02 00:00 GMT+1.";
  expect(messengers.received().slice(before)).toMatchObject([{ to: '100200', text: `uBot: ${sentence}` }]);
  expect(await served.world.db.query('select told_channel_id from alert.notices')).toEqual([
    { told_channel_id: telegram },
  ]);
  expect((await costs()).notices).toMatchObject([{ kind: 'over_cap', text: sentence }]);
  expect(twilio.messages()).toHaveLength(3);
});

test('an account that is deleted leaves no costs, counts, digests or notices behind', async () => {
  await alerts(4, SMS);
  await costs();
  const { db, userId } = served.world;
  await db.query(
    'insert into alert.channel_digests (channel_id, user_id) select id, user_id from account.channels on conflict do nothing',
  );
  const left = async () => {
    const [row] = await db.query<{ rows: number }>(
      `select (select count(*) from alert.channel_digests where user_id = $1)::int
         + (select count(*) from alert.message_counts where owner = $1)::int
         + (select count(*) from alert.notices where user_id = $1)::int
         + (select count(*) from alert.notifications where user_id = $1)::int as rows`,
      [userId],
    );
    return row?.rows;
  };
  expect(await left()).toBe(1 + 2 + 1 + 4);
  await withTransaction(db, (tx) => eraseAlertsOf(tx, { userId, strategyIds: [] }));
  expect(await left()).toBe(0);
});
