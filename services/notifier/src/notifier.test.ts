import type { ChannelTarget } from '@ubot/contracts';
import { createLogger } from '@ubot/service-kit';
import {
  createTestDatabase,
  createTwilioServer,
  createWebhookReceiver,
  waitFor,
  type TestDatabase,
  type TwilioBehaviour,
  type TwilioServer,
  type WebhookReceiver,
} from '@ubot/testing';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Notifier } from './app.ts';
import type { NotifierConfig } from './config.ts';
import { testNotifier, twilioAt, withoutWaits } from './notifier.testing.ts';
import { referenceOf } from './reference.ts';
import { createWorld, SECRET, SIGNING_SECRET, type World } from './world.testing.ts';

let database: TestDatabase;
let world: World;
let twilio: TwilioServer;
let receiver: WebhookReceiver;
let running: Notifier[];
let logText: string;

beforeEach(async () => {
  database = await createTestDatabase();
  world = await createWorld(database.url);
  twilio = await createTwilioServer({ callbacks: [] });
  receiver = await createWebhookReceiver({ secret: SIGNING_SECRET });
  running = [];
  logText = '';
});
afterEach(async () => {
  await Promise.all(running.map((notifier) => notifier.close()));
  await Promise.all([twilio.close(), receiver.close(), world.close()]);
  await database.close();
});

const LEASE_MS = 2_000;
const GRACE_MS = 200;
const SMS: ChannelTarget = { kind: 'sms', to: '+14155550100' };

async function start(changes: Partial<NotifierConfig> = {}): Promise<string> {
  const destination = { write: (line: string) => void (logText += line) };
  const notifier = testNotifier(
    database.url,
    {
      twilio: twilioAt(twilio, { whatsAppFrom: '+14155238886', whatsAppContentSid: 'HX1' }),
      leaseMs: LEASE_MS,
      graceMs: GRACE_MS,
      ...changes,
    },
    { logger: createLogger({ service: 'notifier', level: 'debug', destination }), random: withoutWaits },
  );
  running.push(notifier);
  return (await notifier.listen()).url;
}

async function queue(
  target: ChannelTarget,
  options: { triggeredAtMs?: number; message?: string } = {},
): Promise<string> {
  const channelId = await world.addChannel(target);
  const { notificationIds } = await world.addAlert({ channelIds: [channelId], ...options });
  return notificationIds[0] ?? '';
}

describe('a notification', () => {
  test('is sent once, its whole text with the time in the zone of the user', async () => {
    await start();
    const triggeredAtMs = Date.now();
    const id = await queue(SMS, { triggeredAtMs });
    const row = await world.inState(id, 'sent');
    const paris = new Intl.DateTimeFormat('sv-SE', {
      timeZone: 'Europe/Paris',
      dateStyle: 'short',
      timeStyle: 'short',
    }).format(triggeredAtMs);
    const body = twilio.messages()[0]?.body ?? '';
    expect(body).toMatch(/^Bitcoin \(BTC\) 35,?000(\.00)? USD, 1h candle closed /);
    expect(body).toContain(`closed ${paris} GMT+`);
    expect(body).toContain('Dip: close = 35000 < 36000.');
    expect(body.endsWith(` Ref ${referenceOf(id)}`)).toBe(true);
    expect(row).toMatchObject({
      attempts: 1,
      body,
      provider: 'twilio-sms',
      provider_message_id: twilio.messages()[0]?.sid,
      provider_status: 'queued',
      error_code: null,
      lease_owner: null,
    });
    expect(twilio.messages()).toHaveLength(1);
  });

  test('has the words of its strategy', async () => {
    await start();
    const id = await queue(SMS, { message: '{{coin.symbol}} at {{price}}' });
    await world.inState(id, 'sent');
    expect(twilio.messages()[0]?.body).toBe(`BTC at 35000 Ref ${referenceOf(id)}`);
  });

  test('reaches every channel of its alert', async () => {
    await start();
    const targets: ChannelTarget[] = [
      SMS,
      { kind: 'whatsapp', to: '+14155550100' },
      { kind: 'webhook', url: `${receiver.url}/hook` },
      { kind: 'log' },
    ];
    const channelIds = await Promise.all(targets.map((target) => world.addChannel(target)));
    const { id, notificationIds } = await world.addAlert({ channelIds });
    for (const notificationId of notificationIds) await world.inState(notificationId, 'sent');
    expect(
      twilio
        .messages()
        .map(({ to }) => to)
        .sort(),
    ).toEqual(['+14155550100', 'whatsapp:+14155550100']);
    expect(receiver.received()).toHaveLength(1);
    expect(receiver.received()[0]?.verified).toBe(true);
    expect(JSON.parse(receiver.received()[0]?.body ?? '')).toMatchObject({ id: notificationIds[2], alert: { id } });
    expect(logText).toContain('"event":"alert.logged"');
  });

  test('that waited in the queue when the notifier starts is sent', async () => {
    const id = await queue(SMS);
    await start();
    expect((await world.inState(id, 'sent')).attempts).toBe(1);
  });

  test('of 60 is sent once each by two notifiers that race', async () => {
    const channelId = await world.addChannel(SMS);
    const urls = await Promise.all([start(), start()]);
    expect(urls).toHaveLength(2);
    for (let index = 0; index < 60; index += 1) await world.addAlert({ channelIds: [channelId] });
    await waitFor(async () => (await world.rows()).every(({ state }) => state === 'sent'), { deadlineMs: 20_000 });
    const bodies = twilio.messages().map(({ body }) => body);
    expect([bodies.length, new Set(bodies).size]).toEqual([60, 60]);
  });
});

describe('a notification that cannot go', () => {
  test('is not sent when its alert is too old', async () => {
    await start();
    const young = await queue(SMS, { triggeredAtMs: Date.now() - 15 * 60_000 + 30_000 });
    const old = await queue(SMS, { triggeredAtMs: Date.now() - 15 * 60_000 - 1_000 });
    expect(await world.inState(old, 'not_sent')).toMatchObject({ error_code: 'too_late', attempts: 0 });
    await world.inState(young, 'sent');
    expect(twilio.messages()).toHaveLength(1);
  });

  test('fails plainly where its kind is not configured', async () => {
    await start({ twilio: null });
    for (const kind of ['sms', 'whatsapp'] as const) {
      const id = await queue({ kind, to: '+14155550100' });
      const row = await world.inState(id, 'failed');
      expect(row.error_code).toBe('CHANNEL_NOT_CONFIGURED');
      expect(row.error_detail).toMatch(/is not configured on this uBot/);
    }
  });

  test('fails when its channel is off or gone', async () => {
    const off = await world.addChannel(SMS, { enabled: false });
    const gone = await world.addChannel(SMS);
    const { notificationIds } = await world.addAlert({ channelIds: [off, gone] });
    await world.db.query('delete from account.channels where id = $1', [gone]);
    await start();
    for (const id of notificationIds) expect((await world.inState(id, 'failed')).error_code).toBe('CHANNEL_GONE');
    expect(twilio.creationCount()).toBe(0);
  });

  test.each([21211, 21610, 21614, 21408, 30006, 30034])('for good (%i) is tried once', async (code) => {
    twilio.script({ answer: { code } });
    await start();
    const row = await world.inState(await queue(SMS), 'failed');
    expect(row).toMatchObject({ attempts: 1, error_code: 'CHANNEL_REFUSED' });
    expect(row.error_detail).toContain(String(code));
    expect(twilio.creationCount()).toBe(1);
  });

  test('while the provider says 429 is sent later, once', async () => {
    twilio.script({ answer: { code: 20429, retryAfterS: 1 } });
    await start();
    const row = await world.inState(await queue(SMS), 'sent');
    expect(row).toMatchObject({ attempts: 2, error_code: null });
    expect(twilio.messages()).toHaveLength(1);
  });

  test('is given up after eight attempts', async () => {
    receiver.setDefault({ status: 503 });
    await start();
    const row = await world.inState(await queue({ kind: 'webhook', url: receiver.url }), 'failed');
    expect(row).toMatchObject({ attempts: 8, error_code: 'CHANNEL_UNREACHABLE' });
    expect(receiver.received()).toHaveLength(8);
  });

  test('is given up when an eighth attempt was not taken either', async () => {
    twilio.setDefault({ answer: { code: 20500 } });
    const id = await queue(SMS);
    await world.db.query('update alert.notifications set attempts = 6');
    await start();
    expect(await world.inState(id, 'failed')).toMatchObject({ attempts: 8, error_code: 'CHANNEL_OUTCOME_UNKNOWN' });
    expect(twilio.creationCount()).toBe(2);
  });

  test('for a provider that is away waits while its circuit rests, and the rest is no attempt', async () => {
    twilio.setDefault({ answer: { code: 20429 } });
    await start();
    const id = await queue(SMS);
    await waitFor(() => logText.includes('"module.circuit-opened"'));
    // Time enough for a sixth, if the rest were not kept.
    await new Promise((resolve) => setTimeout(resolve, 1_500));
    expect(await world.row(id)).toMatchObject({ state: 'queued', attempts: 5 });
    expect(twilio.creationCount()).toBe(5);
  });

  test('with wrong credentials waits for the operator and says so in the log', async () => {
    twilio.setDefault({ answer: { code: 20003 } });
    await start();
    const id = await queue(SMS);
    const row = await waitFor(async () => {
      const now = await world.row(id);
      return now.error_code === 'CHANNEL_NOT_CONFIGURED' ? now : null;
    });
    expect(row.state).toBe('queued');
    expect(row.next_attempt_at.getTime()).toBeGreaterThan(Date.now() + 4 * 60_000);
    expect(logText).toMatch(/"level":"error".*"code":"CHANNEL_NOT_CONFIGURED"/);
  });
});

describe('a message of unknown fate', () => {
  const taken: [string, TwilioBehaviour][] = [
    ['a cut connection', { accept: true, answer: 'cut' }],
    ['no answer', { accept: true, answer: 'hang' }],
    ['a 500', { accept: true, answer: { code: 20500 } }],
    ['a 503', { accept: true, answer: { code: 20503 } }],
  ];
  test.each(taken)('that was taken before %s is found and not sent again', async (_, behaviour) => {
    twilio.script(behaviour);
    await start();
    const id = await queue(SMS);
    expect((await world.inState(id, 'unknown')).error_code).toBe('CHANNEL_OUTCOME_UNKNOWN');
    const row = await world.inState(id, 'sent');
    expect(row).toMatchObject({ attempts: 1, provider_message_id: twilio.messages()[0]?.sid, error_code: null });
    expect(twilio.creationCount()).toBe(1);
  });

  const notTaken: [string, TwilioBehaviour][] = [
    ['a cut connection', { accept: false, answer: 'cut' }],
    ['no answer', { accept: false, answer: 'hang' }],
    ['a 500', { answer: { code: 20500 } }],
  ];
  test.each(notTaken)('that was not taken before %s is sent again', async (_, behaviour) => {
    twilio.script(behaviour);
    await start();
    const id = await queue(SMS);
    await world.inState(id, 'unknown');
    expect((await world.inState(id, 'sent')).attempts).toBe(2);
    expect(twilio.messages()).toHaveLength(1);
  });

  test('stays unknown while the list cannot be read, and is not sent again', async () => {
    twilio.script({ accept: true, answer: 'cut' });
    twilio.setListAvailable(false);
    await start();
    const id = await queue(SMS);
    await waitFor(async () => (await world.row(id)).error_code === 'CHANNEL_UNREACHABLE');
    expect((await world.row(id)).state).toBe('unknown');
    twilio.setListAvailable(true);
    await world.inState(id, 'sent');
    expect(twilio.creationCount()).toBe(1);
  });

  test('has no callback address where uBot has no public one', async () => {
    await start({ publicUrl: null });
    await world.inState(await queue(SMS), 'sent');
    expect(twilio.messages()[0]?.statusCallback).toBeNull();
  });
});

describe('a webhook', () => {
  test.each([[500], [503], [408], [429]])('answered %i is sent again under the same id', async (status) => {
    receiver.script({ status });
    await start();
    const id = await queue({ kind: 'webhook', url: receiver.url });
    expect((await world.inState(id, 'sent')).attempts).toBe(2);
    expect(receiver.received().map(({ headers }) => headers['x-ubot-id'])).toEqual([id, id]);
  });

  test('that hangs delays no SMS', async () => {
    receiver.setDefault({ answer: 'hang' });
    await start();
    const channelId = await world.addChannel({ kind: 'webhook', url: receiver.url });
    for (let index = 0; index < 20; index += 1) await world.addAlert({ channelIds: [channelId] });
    await waitFor(() => receiver.received().length >= 1);
    const startedAtMs = performance.now();
    await world.inState(await queue(SMS), 'sent');
    expect(performance.now() - startedAtMs).toBeLessThan(LEASE_MS / 4);
  });
});

describe('a database that goes away', () => {
  test('in the middle of a send costs neither the message nor its record', async () => {
    twilio.setDefault({ delayMs: 300 });
    await start();
    const id = await queue(SMS);
    await waitFor(() => twilio.messages().length === 1);
    await world.db.query(
      `select pg_terminate_backend(pid) from pg_stat_activity
       where datname = current_database() and application_name in ('ubot-notifier', 'ubot-bus')`,
    );
    expect(await world.inState(id, 'sent')).toMatchObject({ attempts: 1 });
    await world.inState(await queue(SMS), 'sent');
    expect(twilio.messages()).toHaveLength(2);
  });
});

describe('a stop', () => {
  test('lets a send under way end', async () => {
    twilio.setDefault({ delayMs: 300 });
    await start();
    const id = await queue(SMS);
    await waitFor(() => twilio.messages().length === 1);
    await running[0]?.close();
    expect(await world.row(id)).toMatchObject({ state: 'sent', lease_owner: null });
  });
});

test('no log line holds a secret', async () => {
  twilio.script({ answer: { code: 20003 } }, { answer: { code: 20500 } });
  await start();
  await queue(SMS);
  await world.inState(await queue({ kind: 'webhook', url: `${receiver.url}/?token=in-the-address` }), 'sent');
  await waitFor(() => twilio.creationCount() >= 1);
  await waitFor(() => logText.includes('CHANNEL_NOT_CONFIGURED'));
  for (const secret of [twilio.authToken, SIGNING_SECRET, SECRET, 'in-the-address']) {
    expect(logText).not.toContain(secret);
  }
});
