import { createTestDatabase, createTwilioServer, type TestDatabase, type TwilioServer } from '@ubot/testing';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Notifier } from './app.ts';
import { PUBLIC_URL, testNotifier, twilioAt, withoutWaits } from './notifier.testing.ts';
import { createWorld, type World } from './world.testing.ts';

/** Calls through the ledger: made, reported in any order, answered with a key, looked up. */
const NUMBER = '+14155550177';
let database: TestDatabase;
let world: World;
let twilio: TwilioServer;
let notifier: Notifier;
let url: string;

beforeEach(async () => {
  database = await createTestDatabase();
  world = await createWorld(database.url);
  twilio = await createTwilioServer();
  notifier = testNotifier(
    database.url,
    { twilio: twilioAt(twilio, { from: null, voiceFrom: '+15005550006' }), leaseMs: 60_000, graceMs: 100 },
    { random: withoutWaits },
  );
  url = (await notifier.listen()).url;
});
afterEach(async () => {
  await notifier.close();
  await Promise.all([twilio.close(), world.close()]);
  await database.close();
});

async function queue(): Promise<string> {
  const channelId = await world.addChannel({ kind: 'voice', to: NUMBER });
  const { notificationIds } = await world.addAlert({ channelIds: [channelId], triggeredAtMs: Date.now() });
  return notificationIds[0] ?? '';
}
const at = (address: string | null | undefined): string => (address ?? '').replace(PUBLIC_URL, url);
const report = (status: string, signature?: string): Promise<number> => {
  const call = twilio.calls()[0]!;
  return twilio.reportCall({
    sid: call.sid,
    status,
    at: at(call.statusCallback),
    ...(signature !== undefined && { signature }),
  });
};
const press = (digits: string, signature?: string) => {
  const call = twilio.calls()[0]!;
  return twilio.pressKey({ sid: call.sid, digits, at: at(call.keyUrl), ...(signature !== undefined && { signature }) });
};

test('an alert is spoken in the words of its user, and its reports may come twice and in any order', async () => {
  await world.db.query(`update account.users set settings = settings || '{"locale": "fr"}'`);
  const id = await queue();
  expect(await world.inState(id, 'sent')).toMatchObject({ provider: 'twilio-voice', provider_status: 'queued' });
  const [call] = twilio.calls();
  expect(call?.spoken[0]).toBe("Alerte uBot. Bitcoin : 35000 dollars américains. Votre stratégie Dip s'est réalisée.");
  for (const status of ['in-progress', 'ringing', 'ringing', 'initiated']) expect(await report(status)).toBe(204);
  expect(await world.row(id)).toMatchObject({ state: 'sent', provider_status: 'in-progress' });
  for (const status of ['completed', 'ringing', 'completed', 'busy']) expect(await report(status)).toBe(204);
  expect(await world.row(id)).toMatchObject({ state: 'delivered', provider_status: 'completed', error_code: null });
  expect(twilio.calls()).toHaveLength(1);
});

test.each(['busy', 'no-answer', 'failed', 'canceled'])(
  'a call that ends as %s has failed, and says so',
  async (status) => {
    const id = await queue();
    await world.inState(id, 'sent');
    expect(await report(status)).toBe(204);
    const detail = `Twilio reports the call as ${status}.`;
    expect(await world.row(id)).toMatchObject({ state: 'failed', error_code: 'CHANNEL_REFUSED', error_detail: detail });
  },
);

test('1 acknowledges the alert, once for all; another key and a forged one do not', async () => {
  const id = await queue();
  await world.inState(id, 'sent');
  const acknowledged = async () =>
    (await world.db.query('select acknowledged_by from alert.alerts where acknowledged_at is not null'))[0];
  expect(await press('1', 'Zm9yZ2Vk')).toMatchObject({ status: 403 });
  expect((await press('5')).twiml).toContain('>Goodbye.<');
  expect(await acknowledged()).toBeUndefined();
  const answer = await press('1');
  expect(answer).toMatchObject({ status: 200, contentType: 'text/xml; charset=utf-8' });
  expect(answer.twiml).toContain('<Say language="en-US">Acknowledged. Goodbye.</Say>');
  expect(await acknowledged()).toEqual({ acknowledged_by: 'call' });
  expect((await press('1')).twiml).toContain('Acknowledged.');
  expect(await report('completed', 'Zm9yZ2Vk')).toBe(403);
});

test('1 in a call that told of several alerts acknowledges each of them, and ends what waits of them elsewhere', async () => {
  const digest = { waitMs: 1_500, intervalMs: 0 };
  const channelId = await world.addChannel({ kind: 'voice', to: NUMBER }, { digest });
  const slowId = await world.addChannel({ kind: 'log' }, { digest: { waitMs: 60_000, intervalMs: 0 } });
  const alerts = [];
  for (const coinId of [1, 2, 3]) {
    alerts.push(await world.addAlert({ channelIds: [channelId, slowId], coinId, triggeredAtMs: Date.now() }));
  }
  for (const { notificationIds } of alerts) await world.inState(notificationIds[0] ?? '', 'sent');
  expect(twilio.calls()).toHaveLength(1);
  expect(twilio.calls()[0]?.spoken[0]).toMatch(/^3 alerts/);
  expect((await press('1')).twiml).toContain('Acknowledged.');
  expect((await press('1')).twiml).toContain('Acknowledged.');
  for (const { id, notificationIds } of alerts) {
    const [row] = await world.db.query('select acknowledged_by from alert.alerts where id = $1', [id]);
    expect(row).toEqual({ acknowledged_by: 'call' });
    expect(await world.row(notificationIds[1] ?? '')).toMatchObject({ state: 'not_sent', error_code: 'acknowledged' });
    const audited = await world.db.query('select detail from account.audit_log where subject_id = $1', [id]);
    expect(audited).toEqual([{ detail: { by: 'call' } }]);
  }
});

test('a call of unknown fate is found and not made again; one that was never taken is', async () => {
  twilio.script({ answer: 'cut', accept: true });
  const found = await queue();
  expect(await world.inState(found, 'sent')).toMatchObject({
    provider_message_id: twilio.calls()[0]?.sid,
    attempts: 1,
  });
  twilio.script({ answer: 'cut', accept: false });
  const again = await queue();
  expect(await world.inState(again, 'sent')).toMatchObject({
    provider_message_id: twilio.calls()[1]?.sid,
    attempts: 2,
  });
  expect(twilio.calls()).toHaveLength(2);
});
