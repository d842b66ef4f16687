import { newId } from '@ubot/service-kit';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createActionLinks } from './actionLinks.ts';
import { startServed, type Served } from './served.testing.ts';
import { SECRET } from './world.testing.ts';

const START = Date.parse('2026-11-21T12:00:00Z');
const DAY = 86_400_000;
const gateway = { kind: 'service', service: 'gateway' } as const;
const links = createActionLinks({ secret: SECRET, publicUrl: 'https://ubot.example' });
let served: Served;

beforeEach(async () => {
  served = await startServed(START);
});
afterEach(() => served.close());

/** An alert whose message is held, so that there is something to end. */
async function heldAlert() {
  const channelId = await served.world.addChannel({ kind: 'log' });
  const quiet = { start: '12:00', end: '14:00', days: [1, 2, 3, 4, 5, 6, 7], machines: true };
  await served.world.db.query(`update account.users set settings = settings || $1::jsonb`, [
    JSON.stringify({ quietHours: quiet }),
  ]);
  const added = await served.world.addAlert({ channelIds: [channelId], triggeredAtMs: START });
  return { ...added, notificationId: added.notificationIds[0] ?? '' };
}
const tokenOf = (id: string): string => links.linkOf({ id })?.split('/').at(-1) ?? '';
const byLink = (method: 'GET' | 'POST', id: string, path = '', body?: object) =>
  served.call(method, `/links/${tokenOf(id)}${path}`, { as: gateway, ...(body !== undefined && { body }) });

describe('an acknowledgement', () => {
  test('ends what waits of the alert, is shown on it, and a second one changes nothing', async () => {
    const { id, notificationId } = await heldAlert();
    const first = await served.call('POST', `/alerts/${id}/acknowledge`);
    expect(first).toEqual({
      status: 200,
      body: { alertId: id, acknowledgedAtMs: START, acknowledgedBy: 'api', already: false },
    });
    expect(await served.world.row(notificationId)).toMatchObject({ state: 'not_sent', error_code: 'acknowledged' });
    served.clock.nowMs += 5_000;
    expect((await served.call('POST', `/alerts/${id}/acknowledge`)).body).toEqual({ ...first.body, already: true });
    expect((await served.call('GET', `/alerts/${id}`)).body).toMatchObject({
      acknowledgedAtMs: START,
      acknowledgedBy: 'api',
      notifications: [{ state: 'not_sent', acknowledgedAtMs: START }],
    });
    expect(await served.audited()).toMatchObject([
      { action: 'alert.acknowledge', subject_id: id, detail: { by: 'api' } },
    ]);
  });

  test('leaves alone what is under way: a retry after it ends, a delivery stands', async () => {
    const { id, notificationId } = await heldAlert();
    await served.world.db.query(
      `update alert.notifications set state = 'sending', held_since = null, lease_until = $2 where id = $1`,
      [notificationId, new Date(START + DAY).toISOString()],
    );
    await served.call('POST', `/alerts/${id}/acknowledge`);
    expect(await served.world.row(notificationId)).toMatchObject({ state: 'sending' });
  });

  test("of another's alert, or of none, is 404 and changes nothing", async () => {
    const { id, notificationId } = await heldAlert();
    const as = served.user(await served.world.addUser());
    const body = { durationMs: 900_000 };
    expect(await served.call('POST', `/alerts/${id}/acknowledge`, { as })).toMatchObject({ status: 404 });
    expect(await served.call('POST', `/alerts/${id}/snooze`, { as, body })).toMatchObject({ status: 404 });
    expect(await served.call('POST', `/alerts/${newId()}/acknowledge`)).toMatchObject({ status: 404 });
    expect(await served.world.row(notificationId)).toMatchObject({ state: 'queued' });
  });
});

describe('the link in a message', () => {
  test('shows the alert without its account, acknowledges it, and says that it has been', async () => {
    const { id } = await heldAlert();
    const { body } = await byLink('GET', id);
    expect(body).toEqual({
      strategyName: 'Dip',
      coinName: 'Bitcoin',
      coinSymbol: 'BTC',
      triggeredAtMs: START,
      explanation: 'close = 35000 < 36000',
      timeZone: 'Europe/Paris',
      acknowledgedAtMs: null,
      acknowledgedBy: null,
      snoozedUntilMs: null,
    });
    expect((await byLink('GET', id)).body).toEqual(body);
    const done = { ...body, acknowledgedAtMs: START, acknowledgedBy: 'link' };
    expect((await byLink('POST', id, '/acknowledge')).body).toEqual(done);
    served.clock.nowMs += 1_000;
    expect((await byLink('POST', id, '/acknowledge')).body).toEqual(done);
  });

  test('snoozes once; the dashboard as often as it likes', async () => {
    const { id, strategyId } = await heldAlert();
    expect((await byLink('POST', id, '/snooze', { durationMs: 900_000 })).body.snoozedUntilMs).toBe(START + 900_000);
    expect((await byLink('POST', id, '/snooze', { durationMs: DAY })).body.snoozedUntilMs).toBe(START + 900_000);
    const again = await served.call('POST', `/alerts/${id}/snooze`, { body: { durationMs: DAY } });
    expect(again).toMatchObject({ status: 201, body: { strategyId, coinId: 1, tag: null, endsAtMs: START + DAY } });
    const { silences } = (await served.call('GET', '/silences')).body;
    expect(silences).toMatchObject([{ endsAtMs: START + DAY }, { endsAtMs: START + 900_000, coinId: 1, strategyId }]);
    expect(await served.audited()).toMatchObject([
      { action: 'alert.snooze', subject_id: id, detail: { by: 'link', durationMs: 900_000 } },
      { action: 'alert.snooze', subject_id: id, detail: { by: 'api', durationMs: DAY } },
    ]);
  });

  test.each([
    { ageMs: 7 * DAY - 1, status: 200 },
    { ageMs: 7 * DAY, status: 400 },
  ])('after $ageMs ms → $status', async ({ ageMs, status }) => {
    const { id } = await heldAlert();
    served.clock.nowMs = START + ageMs;
    expect((await byLink('GET', id)).status).toBe(status);
    expect((await byLink('POST', id, '/acknowledge')).status).toBe(status);
  });

  test('that was changed by a character, made with another secret, or of no alert does nothing', async () => {
    const { id } = await heldAlert();
    const token = tokenOf(id);
    const other = createActionLinks({ secret: `${SECRET}!`, publicUrl: 'https://ubot.example' });
    const wrong = [
      `${token.slice(0, -1)}${token.endsWith('A') ? 'B' : 'A'}`,
      `B${token.slice(1)}`,
      other.linkOf({ id })?.split('/').at(-1) ?? '',
      tokenOf(newId()),
    ];
    for (const each of wrong) {
      const answer = await served.call('POST', `/links/${each}/acknowledge`, { as: gateway });
      expect(answer).toMatchObject({ status: 400, body: { code: 'LINK_INVALID' } });
    }
    expect((await served.call('GET', `/alerts/${id}`)).body).not.toHaveProperty('acknowledgedAtMs');
  });

  test('is for the gateway to ask, and for no user', async () => {
    const { id } = await heldAlert();
    expect((await served.call('POST', `/links/${tokenOf(id)}/acknowledge`)).status).toBe(403);
  });
});
