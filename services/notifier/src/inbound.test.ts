import type { ChannelTarget } from '@ubot/contracts';
import { NO_MESSENGERS } from '@ubot/notify';
import {
  callbackForm,
  createMessengerServer,
  createTestDatabase,
  createTwilioServer,
  TELEGRAM_TOKEN,
  twilioSignature,
  waitFor,
  type InboundAnswer,
  type InboundMessage,
  type MessengerServer,
  type TestDatabase,
  type TwilioServer,
} from '@ubot/testing';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Notifier } from './app.ts';
import { inboundWord } from './inbound.ts';
import { PUBLIC_URL, testNotifier, twilioAt, withoutWaits } from './notifier.testing.ts';
import { createWorld, type World } from './world.testing.ts';

const NUMBER = '+14155550100';
const OURS = '+15005550006';
const SMS: ChannelTarget = { kind: 'sms', to: NUMBER };
const WHATSAPP: ChannelTarget = { kind: 'whatsapp', to: NUMBER };
const TELEGRAM: ChannelTarget = { kind: 'telegram', chatId: '100200' };

let database: TestDatabase;
let world: World;
let twilio: TwilioServer;
let messengers: MessengerServer;
let notifier: Notifier;
let url: string;

beforeEach(async () => {
  database = await createTestDatabase();
  world = await createWorld(database.url);
  twilio = await createTwilioServer({ callbacks: [] });
  messengers = await createMessengerServer();
  notifier = testNotifier(
    database.url,
    {
      twilio: twilioAt(twilio, { from: OURS, whatsAppFrom: '+14155238886', whatsAppContentSid: 'HX1' }),
      messengers: { ...NO_MESSENGERS, telegram: { botToken: TELEGRAM_TOKEN, baseUrl: messengers.url } },
      leaseMs: 2_000,
      graceMs: 200,
    },
    { random: withoutWaits },
  );
  url = (await notifier.listen()).url;
});
afterEach(async () => {
  await notifier.close();
  await Promise.all([twilio.close(), messengers.close(), world.close()]);
  await database.close();
});

const PATH = '/callbacks/twilio/inbound';
const write = (body: string, changes: Partial<InboundMessage> = {}): Promise<InboundAnswer> =>
  twilio.receive({ url: `${PUBLIC_URL}${PATH}`, at: `${url}${PATH}`, from: NUMBER, to: OURS, body, ...changes });

async function queue(channelId: string): Promise<string> {
  const { notificationIds } = await world.addAlert({ channelIds: [channelId], triggeredAtMs: Date.now() });
  return notificationIds[0] ?? '';
}
/** Reports a status of the last message as the provider does, to our own address. */
async function report(
  id: string,
  status: string,
  errorCode: number,
  message = twilio.messages().at(-1),
): Promise<void> {
  if (message === undefined) throw new Error('nothing was sent');
  const form = callbackForm(message, { status, errorCode });
  const path = `/callbacks/twilio/${id}`;
  const answer = await fetch(`${url}${path}`, {
    method: 'POST',
    headers: {
      'content-type': 'application/x-www-form-urlencoded',
      'x-twilio-signature': twilioSignature(twilio.authToken, `${PUBLIC_URL}${path}`, form),
    },
    body: new URLSearchParams(form).toString(),
  });
  expect(answer.status).toBe(204);
}

describe('a word', () => {
  test.each([
    ...['STOP', 'UNSUBSCRIBE', 'END', 'QUIT', 'STOPALL', 'REVOKE', 'OPTOUT', 'CANCEL'].map((word) => [word, 'STOP']),
    ...['START', 'YES', 'UNSTOP'].map((word) => [word, 'START']),
    ['HELP', 'HELP'],
    [' stop \n', 'STOP'],
    ['Stop all', 'STOP'],
    ['stop.', 'STOP'],
    ['please stop', null],
    ['STOPPED', null],
    ['', null],
  ] as [string, string | null][])('%j means %s', (body, word) => {
    expect(inboundWord({ body, optOutType: null })).toBe(word);
  });

  test('in another language counts where the provider has understood it', () => {
    expect(inboundWord({ body: 'ARRET', optOutType: 'STOP' })).toBe('STOP');
  });
});

describe('STOP', () => {
  test('ends what is queued for the number at once, and whatever comes, on every channel of everybody, until START', async () => {
    const other = await world.addUser();
    const mine = [await world.addChannel(SMS), await world.addChannel(WHATSAPP)];
    const theirs = await world.addChannel(SMS, { userId: other });
    const elsewhere = await world.addChannel({ kind: 'sms', to: '+14155550199' });
    // What waits for another attempt is queued too.
    twilio.setDefault({ answer: { code: 20003 } });
    const waiting = await queue(mine[0] ?? '');
    await waitFor(async () => (await world.row(waiting)).error_code === 'CHANNEL_NOT_CONFIGURED');
    twilio.setDefault({});
    expect((await write('stop')).status).toBe(200);
    expect(await world.row(waiting)).toMatchObject({ state: 'not_sent', error_code: 'opted_out' });
    const later = await world.addAlert({ channelIds: [...mine, elsewhere], triggeredAtMs: Date.now() });
    const ofOther = await world.addAlert({ channelIds: [theirs], userId: other, triggeredAtMs: Date.now() });
    for (const id of [...later.notificationIds.slice(0, 2), ...ofOther.notificationIds]) {
      expect(await world.inState(id, 'not_sent')).toMatchObject({ error_code: 'opted_out', attempts: 0 });
    }
    await world.inState(later.notificationIds[2] ?? '', 'sent');
    expect(twilio.messages().map(({ to }) => to)).toEqual(['+14155550199']);

    await write('Start');
    await world.inState(await queue(mine[0] ?? ''), 'sent');
  });

  test('by SMS is answered by Twilio and not by us; by WhatsApp by us, unless Twilio has', async () => {
    const bare = '<?xml version="1.0" encoding="UTF-8"?><Response></Response>';
    expect(await write('STOP')).toMatchObject({ status: 200, contentType: 'text/xml; charset=utf-8', text: bare });
    expect((await write('HELP')).text).toBe(bare);
    expect((await write('HELP', { whatsApp: true })).text).toContain('<Message>uBot sends you');
    expect((await write('STOP', { whatsApp: true })).text).toContain('START resumes them.</Message>');
    expect((await write('STOP', { whatsApp: true, optOutType: 'STOP' })).text).toBe(bare);
    expect((await write('hello', { whatsApp: true })).text).toBe(bare);
  });

  test('that is posted again later changes nothing', async () => {
    const { sid } = await write('STOP');
    await write('START');
    expect((await write('STOP', { sid })).status).toBe(200);
    twilio.setDefault({});
    await twilio.receive({ url: `${PUBLIC_URL}${PATH}`, at: `${url}${PATH}`, from: NUMBER, to: OURS, body: 'YES' });
    await world.inState(await queue(await world.addChannel(SMS)), 'sent');
  });

  test.each([
    ['a forged signature', { signature: 'Zm9yZ2Vk' }],
    ['the signature of another address', { url: 'https://evil.example.com/callbacks/twilio/inbound' }],
  ])('with %s is refused', async (_name, changes) => {
    expect((await write('STOP', changes)).status).toBe(403);
    expect(await world.db.query('select * from alert.phone_numbers')).toEqual([]);
  });

  test('that only Twilio has heard is learnt from its refusal', async () => {
    twilio.optOut(NUMBER);
    const channelId = await world.addChannel(SMS);
    expect(await world.inState(await queue(channelId), 'failed')).toMatchObject({ error_code: 'CHANNEL_REFUSED' });
    expect(await world.inState(await queue(channelId), 'not_sent')).toMatchObject({ error_code: 'opted_out' });
    expect(twilio.creationCount()).toBe(1);
    await write('START');
    await world.inState(await queue(channelId), 'sent');
  });
});

describe('WhatsApp', () => {
  test('takes free text for 24 hours after the recipient has written, and the template otherwise', async () => {
    const channelId = await world.addChannel(WHATSAPP);
    await world.inState(await queue(channelId), 'sent');
    await write('hello', { whatsApp: true });
    await world.inState(await queue(channelId), 'sent');
    await world.db.query(
      `update alert.phone_numbers set whatsapp_inbound_at = whatsapp_inbound_at - interval '23 hours 59 minutes'`,
    );
    await world.inState(await queue(channelId), 'sent');
    expect(twilio.messages().map(({ contentSid }) => contentSid)).toEqual(['HX1', null, 'HX1']);
  });

  test('that fails free text because the window was closed is sent the template, once', async () => {
    const channelId = await world.addChannel(WHATSAPP);
    await write('hello', { whatsApp: true });
    const id = await queue(channelId);
    await world.inState(id, 'sent');
    const [first] = twilio.messages();
    await report(id, 'failed', 63_016, first);
    await waitFor(() => twilio.messages().length === 2);
    await world.inState(id, 'sent');
    // A repeat about the first message says nothing about the second.
    await report(id, 'failed', 63_016, first);
    expect(await world.row(id)).toMatchObject({ state: 'sent', provider_message_id: twilio.messages()[1]?.sid });
    expect(twilio.messages().map(({ contentSid }) => contentSid)).toEqual([null, 'HX1']);
    await report(id, 'delivered', 0, twilio.messages()[1]);
    expect(await world.row(id)).toMatchObject({ state: 'delivered', error_code: null });
  });

  const withFallback = async (): Promise<string> => {
    const channelId = await world.addChannel(WHATSAPP);
    await world.db.query(`update account.channels set options = '{"fallback": "sms"}' where id = $1`, [channelId]);
    return channelId;
  };

  test.each([63_016, 63_021, 63_028, 63_040])('that refuses with %i lets an SMS go instead', async (code) => {
    const channelId = await withFallback();
    twilio.script({ answer: { code } });
    const id = await queue(channelId);
    const row = await world.inState(id, 'sent');
    expect(row).toMatchObject({ provider: 'twilio-sms', sent_as: 'sms', attempts: 2 });
    expect(row.sent_as_reason).toContain(`error ${code}`);
    expect(twilio.messages().map(({ to }) => to)).toEqual([NUMBER]);
    await report(id, 'delivered', 0);
    expect(await world.row(id)).toMatchObject({ state: 'delivered', error_code: null, sent_as: 'sms' });
  });

  test('that fails after it was accepted lets an SMS go instead, and only one', async () => {
    const id = await queue(await withFallback());
    await world.inState(id, 'sent');
    await report(id, 'undelivered', 63_024);
    await waitFor(() => twilio.messages().length === 2);
    expect(await world.inState(id, 'sent')).toMatchObject({ sent_as: 'sms', provider: 'twilio-sms' });
    await report(id, 'failed', 63_024, twilio.messages()[0]);
    await report(id, 'undelivered', 30_003);
    expect(await world.row(id)).toMatchObject({ state: 'failed' });
    expect(twilio.messages().map(({ to }) => to)).toEqual([`whatsapp:${NUMBER}`, NUMBER]);
  });

  test('without that wish has failed', async () => {
    twilio.script({ answer: { code: 63_028 } });
    expect(await world.inState(await queue(await world.addChannel(WHATSAPP)), 'failed')).toMatchObject({
      sent_as: null,
    });
  });
});

describe('a channel that nothing gets to', () => {
  const pausedOf = async (channelId: string) =>
    (await world.db.query('select reason, detail from alert.channel_pauses where channel_id = $1', [channelId]))[0];

  test.each([21_211, 21_614, 21_408, 30_006, 30_034])('is paused by %i, whether at once or later', async (code) => {
    const [atOnce, later] = [await world.addChannel(SMS), await world.addChannel({ kind: 'sms', to: '+14155550177' })];
    twilio.script({ answer: { code } });
    await world.inState(await queue(atOnce), 'failed');
    const id = await queue(later);
    await world.inState(id, 'sent');
    await report(id, 'undelivered', code);
    for (const channelId of [atOnce, later]) {
      expect(await pausedOf(channelId)).toMatchObject({ reason: 'unreachable' });
      expect(await world.inState(await queue(channelId), 'not_sent')).toMatchObject({ error_code: 'channel_paused' });
    }
    expect(twilio.creationCount()).toBe(2);
  });

  test.each([20_003, 30_003, 30_007, 21_617])('is not paused by %i', async (code) => {
    const channelId = await world.addChannel(SMS);
    twilio.script({ answer: { code } });
    const id = await queue(channelId);
    await waitFor(async () => (await world.row(id)).error_code !== null);
    expect(await pausedOf(channelId)).toBeUndefined();
  });

  test('is told of by another channel, once', async () => {
    const telegram = await world.addChannel(TELEGRAM);
    const channelId = await world.addChannel(SMS);
    await world.db.query(`update account.channels set name = 'My phone' where id = $1`, [channelId]);
    twilio.script({ answer: { code: 21_614 } });
    await world.inState(await queue(channelId), 'failed');
    await waitFor(() => messengers.received().length > 0, { deadlineMs: 20_000 });
    const told = messengers.received().map(({ text }) => text);
    expect(told).toHaveLength(1);
    expect(told[0]).toMatch(/^uBot has paused your channel "My phone" \(sms\): Twilio answered 400, error 21614/);
    const [row] = await world.db.query('select told_channel_id, told_at from alert.channel_pauses');
    expect(row).toMatchObject({ told_channel_id: telegram });
  });

  test('works again with another target', async () => {
    const channelId = await world.addChannel(SMS);
    twilio.script({ answer: { code: 21_614 } });
    await world.inState(await queue(channelId), 'failed');
    await world.db.query(`update account.channels set target = '{"kind": "sms", "to": "+14155550188"}' where id = $1`, [
      channelId,
    ]);
    expect(await world.inState(await queue(channelId), 'sent')).toMatchObject({ error_code: null });
  });
});
