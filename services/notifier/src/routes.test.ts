import { createInternalTokens, newId, type CallIdentity } from '@ubot/service-kit';
import { AlertPageSchema, AlertWithNotificationsSchema, NotificationPageSchema } from '@ubot/contracts';
import { parseWith } from '@ubot/service-kit';
import {
  createTestDatabase,
  createTwilioServer,
  twilioSignature,
  waitFor,
  type TestDatabase,
  type TwilioServer,
} from '@ubot/testing';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Notifier } from './app.ts';
import { PUBLIC_URL, testNotifier, twilioAt } from './notifier.testing.ts';
import { createWorld, SECRET, type World } from './world.testing.ts';

const tokens = createInternalTokens({ secret: SECRET, nowMs: Date.now });

let database: TestDatabase;
let world: World;
let twilio: TwilioServer;
let notifier: Notifier;
let url: string;

beforeEach(async () => {
  database = await createTestDatabase();
  world = await createWorld(database.url);
  twilio = await createTwilioServer({ callbacks: [] });
  notifier = testNotifier(database.url, {
    twilio: twilioAt(twilio),
    webhook: { allowPrivate: false, allowedRanges: [] },
  });
  url = (await notifier.listen()).url;
});
afterEach(async () => {
  await notifier.close();
  await Promise.all([twilio.close(), world.close()]);
  await database.close();
});

async function get(
  path: string,
  identity: CallIdentity,
): Promise<{ status: number; body: ReturnType<typeof JSON.parse> }> {
  const answer = await fetch(url + path, { headers: { authorization: `Bearer ${await tokens.issue(identity)}` } });
  return { status: answer.status, body: await answer.json() };
}
const user = (userId: string, role: 'user' | 'operator' = 'user'): CallIdentity => ({ kind: 'user', userId, role });

async function sentSms(): Promise<string> {
  const channelId = await world.addChannel({ kind: 'sms', to: '+14155550100' });
  const { notificationIds } = await world.addAlert({ channelIds: [channelId] });
  const id = notificationIds[0] ?? '';
  await waitFor(async () => (await world.row(id)).state === 'sent');
  return id;
}

function formOf(status: string, changes: Record<string, string> = {}): Record<string, string> {
  const sid = twilio.messages()[0]?.sid ?? 'SM0';
  return {
    ApiVersion: '2010-04-01',
    MessageStatus: status,
    SmsSid: sid,
    SmsStatus: status,
    To: '+14155550100',
    From: '+15005550006',
    MessageSid: sid,
    AccountSid: twilio.accountSid,
    ...changes,
  };
}

async function callback(
  id: string,
  form: Record<string, string>,
  options: { signature?: string; signedUrl?: string } = {},
): Promise<{ status: number; code: string | null }> {
  const path = `/callbacks/twilio/${id}`;
  const signature =
    options.signature ?? twilioSignature(twilio.authToken, options.signedUrl ?? PUBLIC_URL + path, form);
  const answer = await fetch(url + path, {
    method: 'POST',
    headers: { 'content-type': 'application/x-www-form-urlencoded', 'x-twilio-signature': signature },
    body: new URLSearchParams(form).toString(),
  });
  const text = await answer.text();
  return { status: answer.status, code: text === '' ? null : JSON.parse(text).code };
}

describe('alerts', () => {
  test('are shown to their user alone, newest first, page by page', async () => {
    const channelId = await world.addChannel({ kind: 'log' });
    const added = [];
    for (let index = 0; index < 5; index += 1) added.push(await world.addAlert({ channelIds: [channelId] }));
    const other = await world.addUser();
    const theirs = await world.addAlert({ channelIds: [], userId: other });

    const first = await get('/alerts?limit=3', user(world.userId));
    parseWith(AlertPageSchema, first.body);
    const second = await get(`/alerts?limit=3&before=${first.body.nextBefore}`, user(world.userId));
    const shown = [...first.body.alerts, ...second.body.alerts].map(({ id }: { id: string }) => id);
    expect(shown).toEqual(added.map(({ id }) => id).toReversed());
    expect(second.body.nextBefore).toBeNull();

    expect((await get('/alerts', user(other))).body.alerts.map(({ id }: { id: string }) => id)).toEqual([theirs.id]);
    // An operator has no alerts of others either.
    expect((await get('/alerts', user(newId(), 'operator'))).body).toEqual({ alerts: [], nextBefore: null });
  });

  test('can be asked for by strategy and coin', async () => {
    const one = await world.addAlert({ channelIds: [], coinId: 7 });
    await world.addAlert({ channelIds: [], coinId: 8 });
    for (const query of [`strategyId=${one.strategyId}`, 'coinId=7']) {
      const { body } = await get(`/alerts?${query}`, user(world.userId));
      expect(body.alerts.map(({ id }: { id: string }) => id)).toEqual([one.id]);
    }
  });

  test('can be asked for by time: from the beginning of a range, up to its end', async () => {
    const { id } = await world.addAlert({ channelIds: [] });
    const [row] = await world.db.query<{ at: Date }>('select triggered_at as at from alert.alerts');
    const atMs = row!.at.getTime();
    const count = async (query: string) => (await get(`/alerts?${query}`, user(world.userId))).body.alerts.length;
    expect((await get(`/alerts?from=${atMs}&to=${atMs + 1}`, user(world.userId))).body.alerts[0].id).toBe(id);
    expect(await count(`from=${atMs + 1}`)).toBe(0);
    expect(await count(`to=${atMs}`)).toBe(0);
    expect((await get('/alerts?from=yesterday', user(world.userId))).body.code).toBe('VALIDATION_FAILED');
  });

  test('tell how each delivery stands', async () => {
    const id = await sentSms();
    const { body } = await get('/alerts', user(world.userId));
    const [alert] = body.alerts;
    const single = await get(`/alerts/${alert.id}`, user(world.userId));
    expect(parseWith(AlertWithNotificationsSchema, single.body)).toEqual(alert);
    expect(alert.notifications).toEqual([
      expect.objectContaining({
        id,
        alertId: alert.id,
        channelKind: 'sms',
        state: 'sent',
        attempts: 1,
        providerMessageId: twilio.messages()[0]?.sid,
        errorCode: null,
        deliveredAtMs: null,
      }),
    ]);
  });

  test('are told to a service by the id of the notification, with their user, and to no user', async () => {
    const id = await sentSms();
    const ask = async (identity: CallIdentity) => {
      const answer = await fetch(`${url}/notifications-by-id`, {
        method: 'POST',
        headers: {
          authorization: `Bearer ${await tokens.issue(identity)}`,
          'content-type': 'application/json',
        },
        body: JSON.stringify({ ids: [id, newId()] }),
      });
      return { status: answer.status, body: await answer.json() };
    };
    const { body } = await ask({ kind: 'service', service: 'gateway' });
    const [alert] = (await get('/alerts', user(world.userId))).body.alerts;
    expect(body).toEqual({ deliveries: [{ userId: world.userId, notification: alert.notifications[0] }] });
    expect((await ask(user(world.userId, 'operator'))).status).toBe(403);
  });

  test('keep the kind of a channel that is gone', async () => {
    await sentSms();
    await world.db.query('delete from account.channels');
    const { body } = await get('/alerts', user(world.userId));
    expect(body.alerts[0].notifications[0].channelKind).toBe('sms');
  });

  test('of another user are not found', async () => {
    const { id } = await world.addAlert({ channelIds: [] });
    expect((await get(`/alerts/${id}`, user(await world.addUser()))).body.code).toBe('NOT_FOUND');
    expect((await get(`/alerts/${newId()}`, user(world.userId))).status).toBe(404);
  });

  test('after a position come oldest first: all to a service, their own to a user', async () => {
    const own = await world.addAlert({ channelIds: [] });
    const other = await world.addUser();
    const theirs = await world.addAlert({ channelIds: [], userId: other });
    const idsFor = async (identity: CallIdentity, after: string): Promise<string[]> =>
      (await get(`/alerts-after?sequence=${after}`, identity)).body.alerts.map(({ id }: { id: string }) => id);
    const service: CallIdentity = { kind: 'service', service: 'gateway' };
    expect(await idsFor(service, '0')).toEqual([own.id, theirs.id]);
    expect(await idsFor(service, own.sequence)).toEqual([theirs.id]);
    expect(await idsFor(user(other), '0')).toEqual([theirs.id]);
    expect(await idsFor(service, '9999999999999999999')).toEqual([]);
  });

  test.each([
    '/alerts?limit=0',
    '/alerts?limit=201',
    '/alerts?before=x',
    '/alerts?what=1',
    '/alerts/7',
    '/alerts-after',
  ])('asked for by %s are refused', async (path) => {
    expect(await get(path, user(world.userId))).toMatchObject({ status: 400, body: { code: 'VALIDATION_FAILED' } });
  });

  test('need a token', async () => {
    expect((await fetch(`${url}/alerts`)).status).toBe(401);
  });
});

describe('notifications', () => {
  const idsOf = (body: { notifications: { id: string }[] }) => body.notifications.map(({ id }) => id);

  test('are shown to their user alone, newest first, page by page', async () => {
    const channelIds = [await world.addChannel({ kind: 'log' }), await world.addChannel({ kind: 'log' })];
    const made: string[] = [];
    for (let index = 0; index < 3; index += 1) {
      made.push(...(await world.addAlert({ channelIds })).notificationIds);
    }
    const pages: string[] = [];
    let before = '';
    for (;;) {
      const { body } = await get(`/notifications?limit=2${before}`, user(world.userId));
      parseWith(NotificationPageSchema, body);
      pages.push(...idsOf(body));
      if (body.nextBefore === null) break;
      before = `&before=${body.nextBefore}`;
    }
    expect(pages).toEqual(made.toSorted().toReversed());
    expect((await get('/notifications', user(await world.addUser()))).body).toEqual({
      notifications: [],
      nextBefore: null,
    });
  });

  test('can be asked for by state, channel, alert and time', async () => {
    const id = await sentSms();
    const row = (await get('/notifications', user(world.userId))).body.notifications[0];
    const { channelId, alertId, queuedAtMs } = row;
    await world.addAlert({ channelIds: [await world.addChannel({ kind: 'log' })] });
    for (const query of [`channelId=${channelId}`, `alertId=${alertId}`, `to=${queuedAtMs + 1}`]) {
      expect(idsOf((await get(`/notifications?${query}&state=sent`, user(world.userId))).body)).toEqual([id]);
    }
    expect(idsOf((await get(`/notifications?channelId=${newId()}`, user(world.userId))).body)).toEqual([]);
    expect(idsOf((await get('/notifications?state=failed', user(world.userId))).body)).toEqual([]);
    expect((await get('/notifications?state=nosuch', user(world.userId))).body.code).toBe('VALIDATION_FAILED');
  });

  test('that wait are counted for services, and for nobody else', async () => {
    await sentSms();
    await world.db.query(
      `update alert.notifications set state = 'unknown', next_attempt_at = now() + interval '1 hour'`,
    );
    const service: CallIdentity = { kind: 'service', service: 'gateway' };
    expect((await get('/queue', service)).body).toEqual({ queued: 0, sending: 0, unknown: 1, oldestDueMs: 0 });
    expect((await get('/queue', user(world.userId, 'operator'))).body.code).toBe('FORBIDDEN');
  });
});

describe('a status callback', () => {
  test('with a valid signature marks the notification delivered', async () => {
    const id = await sentSms();
    expect(await callback(id, formOf('delivered'))).toEqual({ status: 204, code: null });
    const row = await world.row(id);
    expect(row).toMatchObject({ state: 'delivered', provider_status: 'delivered' });
    expect(row.delivered_at).not.toBeNull();
  });

  test('that is late, doubled or out of order never sets it back', async () => {
    const id = await sentSms();
    for (const status of ['delivered', 'sent', 'queued', 'delivered', 'sending', 'failed']) {
      expect((await callback(id, formOf(status))).status).toBe(204);
      expect((await world.row(id)).state).toBe('delivered');
    }
  });

  test('of a failure says why', async () => {
    const id = await sentSms();
    await callback(id, formOf('undelivered', { ErrorCode: '30006' }));
    expect(await world.row(id)).toMatchObject({
      state: 'failed',
      error_code: 'CHANNEL_REFUSED',
      error_detail:
        'Twilio reports the message as undelivered, error 30006. This is a landline, or its carrier takes no SMS.',
    });
  });

  test('about another message changes nothing', async () => {
    const id = await sentSms();
    expect((await callback(id, formOf('failed', { MessageSid: 'SMother' }))).status).toBe(204);
    expect((await world.row(id)).state).toBe('sent');
  });

  test('that comes before the answer to the send stands for it', async () => {
    twilio.script({ delayMs: 500 });
    const channelId = await world.addChannel({ kind: 'sms', to: '+14155550100' });
    const { notificationIds } = await world.addAlert({ channelIds: [channelId] });
    const id = notificationIds[0] ?? '';
    await waitFor(() => twilio.messages().length === 1);
    expect((await callback(id, formOf('delivered'))).status).toBe(204);
    expect(await world.row(id)).toMatchObject({
      state: 'delivered',
      provider_message_id: twilio.messages()[0]?.sid,
    });
    await notifier.close();
    expect(await world.row(id)).toMatchObject({ state: 'delivered', attempts: 1 });
    expect(twilio.creationCount()).toBe(1);
  });

  test('that settles a message of unknown fate keeps it from being looked up or sent again', async () => {
    twilio.script({ accept: true, answer: 'cut' });
    const channelId = await world.addChannel({ kind: 'sms', to: '+14155550100' });
    const { notificationIds } = await world.addAlert({ channelIds: [channelId] });
    const id = notificationIds[0] ?? '';
    await waitFor(async () => (await world.row(id)).state === 'unknown');
    expect((await callback(id, formOf('sent'))).status).toBe(204);
    expect(await world.row(id)).toMatchObject({ state: 'sent', error_code: null });
  });

  test('with a forged signature is refused', async () => {
    const id = await sentSms();
    const forged = [
      { signature: 'forged' },
      { signature: twilioSignature('another-token', `${PUBLIC_URL}/callbacks/twilio/${id}`, formOf('delivered')) },
      { signedUrl: `${PUBLIC_URL}/callbacks/twilio/${newId()}` },
      // Signed for where we listen rather than for where the outside reaches us.
      { signedUrl: `${url}/callbacks/twilio/${id}` },
    ];
    for (const options of forged) {
      expect(await callback(id, formOf('delivered'), options)).toEqual({
        status: 403,
        code: 'CALLBACK_SIGNATURE_INVALID',
      });
    }
    expect((await world.row(id)).state).toBe('sent');
  });

  test('for what does not exist is 404, and only when it is signed', async () => {
    const id = newId();
    expect(await callback(id, formOf('delivered'))).toEqual({ status: 404, code: 'NOT_FOUND' });
    expect((await callback(id, formOf('delivered'), { signature: 'x' })).status).toBe(403);
  });

  test('without a signature or with a body that is none is refused', async () => {
    const id = await sentSms();
    const answer = await fetch(`${url}/callbacks/twilio/${id}`, {
      method: 'POST',
      body: new URLSearchParams({ a: 'b' }),
    });
    expect(answer.status).toBe(403);
    const long = await callback(id, formOf('sent', { Body: 'x'.repeat(20_000) }));
    expect(long).toEqual({ status: 413, code: 'BODY_TOO_LARGE' });
  });
});
