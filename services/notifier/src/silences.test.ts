import { LIMITS } from '@ubot/contracts';
import { newId } from '@ubot/service-kit';
import { waitFor } from '@ubot/testing';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { startServed, type Served } from './served.testing.ts';

const START = Date.parse('2026-11-21T12:00:00Z');
const HOUR = 3_600_000;
let served: Served;

beforeEach(async () => {
  served = await startServed(START);
});
afterEach(() => served.close());

const create = (body: object) => served.call('POST', '/silences', { body });

/** An alert of now to the log channel; resolves with the ledger's row once it has ended. */
async function alertOf(coinId: number) {
  const channelId = await served.world.addChannel({ kind: 'log' });
  const triggeredAtMs = served.clock.nowMs;
  const added = await served.world.addAlert({ channelIds: [channelId], coinId, triggeredAtMs });
  const row = await waitFor(async () => {
    const [now] = await served.world.rows().then((rows) => rows.filter(({ id }) => added.notificationIds.includes(id)));
    return now?.state === 'queued' || now?.state === 'sending' ? null : now;
  });
  return { ...added, row };
}

describe('a silence', () => {
  test('is made, mutes, says how many alerts it muted, ends early, and stays listed', async () => {
    const { strategyId } = await alertOf(1);
    const made = await create({ strategyId, endsAtMs: START + HOUR, comment: 'maintenance' });
    expect(made).toEqual({
      status: 201,
      body: {
        id: expect.any(String),
        userId: served.world.userId,
        strategyId,
        coinId: null,
        tag: null,
        comment: 'maintenance',
        startsAtMs: START,
        endsAtMs: START + HOUR,
        state: 'active',
        mutedAlerts: 0,
        createdAtMs: START,
      },
    });
    const everything = (await create({ endsAtMs: START + HOUR })).body;
    const muted = await alertOf(1);
    expect(muted.row).toMatchObject({ state: 'not_sent', error_code: 'silenced' });
    expect((await served.call('GET', `/silences/${everything.id}`)).body).toMatchObject({ mutedAlerts: 1 });
    const byIt = await served.call('GET', `/alerts?mutedBy=${everything.id}`);
    expect(byIt.body.alerts).toMatchObject([{ id: muted.id, notifications: [{ errorCode: 'silenced' }] }]);
    expect((await served.call('GET', `/alerts?mutedBy=${made.body.id}`)).body.alerts).toEqual([]);

    served.clock.nowMs += 1_000;
    expect((await served.call('DELETE', `/silences/${everything.id}`)).status).toBe(204);
    expect((await served.call('GET', `/silences/${everything.id}`)).body).toMatchObject({
      state: 'ended',
      endsAtMs: START + 1_000,
    });
    expect((await served.call('DELETE', `/silences/${everything.id}`)).status).toBe(204);
    expect((await alertOf(1)).row).toMatchObject({ state: 'sent' });
    const ids = async (query: string) =>
      (await served.call('GET', `/silences${query}`)).body.silences.map(({ id }: { id: string }) => id);
    expect(await ids('')).toEqual([everything.id, made.body.id]);
    expect(await ids('?state=active')).toEqual([made.body.id]);
    expect(await ids('?state=ended')).toEqual([everything.id]);
    expect(await ids(`?before=${everything.id}`)).toEqual([made.body.id]);
    // The silence that had ended was not ended again.
    expect(await served.audited()).toMatchObject([
      { action: 'silence.create', subject_id: made.body.id, detail: { strategyId, endsAtMs: START + HOUR } },
      { action: 'silence.create', subject_id: everything.id },
      { action: 'silence.end', subject_id: everything.id },
    ]);
  });

  test('of a coin mutes that coin and no other', async () => {
    await served.world.db.query(
      `insert into market.coins (id, symbol, name, slug, updated_at) values (1, 'BTC', 'Bitcoin', 'bitcoin', now())`,
    );
    expect((await create({ coinId: 1, endsAtMs: START + HOUR })).status).toBe(201);
    expect((await alertOf(1)).row).toMatchObject({ state: 'not_sent' });
    expect((await alertOf(1027)).row).toMatchObject({ state: 'sent' });
  });

  test('that has not begun mutes nothing yet; ended before it begins it never does', async () => {
    const { id } = (await create({ startsAtMs: START + HOUR, endsAtMs: START + 2 * HOUR })).body;
    expect((await served.call('GET', `/silences/${id}`)).body).toMatchObject({ state: 'scheduled' });
    expect((await alertOf(1)).row).toMatchObject({ state: 'sent' });
    await served.call('DELETE', `/silences/${id}`);
    served.clock.nowMs = START + HOUR;
    expect((await alertOf(1)).row).toMatchObject({ state: 'sent' });
  });

  test.each([
    { what: 'ends in a year and a day', body: { endsAtMs: START + LIMITS.silenceMs }, status: 201 },
    { what: 'ends a ms later', body: { endsAtMs: START + LIMITS.silenceMs + 1 }, status: 400 },
    { what: 'ends now', body: { endsAtMs: START }, status: 400 },
    { what: 'lasts a ms', body: { endsAtMs: START + 1 }, status: 201 },
    { what: 'ends as it starts', body: { startsAtMs: START + HOUR, endsAtMs: START + HOUR }, status: 400 },
    { what: 'has no end', body: {}, status: 400 },
    { what: 'has a field too many', body: { endsAtMs: START + HOUR, all: true }, status: 400 },
    { what: 'has a long comment', body: { endsAtMs: START + HOUR, comment: 'x'.repeat(301) }, status: 400 },
    { what: 'names a strange coin', body: { endsAtMs: START + HOUR, coinId: 77 }, status: 422 },
    { what: 'names no strategy', body: { endsAtMs: START + HOUR, strategyId: newId() }, status: 404 },
  ])('that $what → $status', async ({ body, status }) => {
    expect((await create(body)).status).toBe(status);
  });

  test("is nobody else's: not to read, not to end, and not of another's strategy", async () => {
    const as = served.user(await served.world.addUser());
    const { strategyId } = await alertOf(1);
    const { id } = (await create({ endsAtMs: START + HOUR })).body;
    for (const method of ['GET', 'DELETE']) {
      expect(await served.call(method, `/silences/${id}`, { as })).toMatchObject({ status: 404 });
    }
    expect((await served.call('GET', '/silences', { as })).body).toEqual({ silences: [], nextBefore: null });
    expect((await served.call('GET', `/alerts?mutedBy=${id}`, { as })).body.alerts).toEqual([]);
    const body = { endsAtMs: START + HOUR, strategyId };
    expect(await served.call('POST', '/silences', { as, body })).toMatchObject({ status: 404 });
    expect((await served.call('GET', `/silences/${id}`)).body).toMatchObject({ state: 'active' });
  });

  test('is one of 200 at most; an ended one makes room', async () => {
    const first = (await create({ endsAtMs: START + HOUR })).body;
    await served.world.db.query(
      `insert into alert.silences (id, user_id, starts_at, ends_at, comment, created_at)
       select gen_random_uuid(), user_id, starts_at, ends_at, '', created_at
       from alert.silences, generate_series(2, $1::int)`,
      [LIMITS.silencesPerUser],
    );
    const full = await create({ endsAtMs: START + HOUR });
    expect(full).toMatchObject({ status: 409, body: { code: 'LIMIT_REACHED' } });
    await served.call('DELETE', `/silences/${first.id}`);
    expect((await create({ endsAtMs: START + HOUR })).status).toBe(201);
  });
});
