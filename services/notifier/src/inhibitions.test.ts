import { INITIAL_ALERT_STATE } from '@ubot/alerting';
import { LIMITS } from '@ubot/contracts';
import { saveAlertStates, withTransaction } from '@ubot/db';
import { newId } from '@ubot/service-kit';
import { waitFor } from '@ubot/testing';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { startServed, type Served } from './served.testing.ts';

const START = Date.parse('2026-11-21T12:00:00Z');
let served: Served;

beforeEach(async () => {
  served = await startServed(START);
});
afterEach(() => served.close());

const create = (body: object) => served.call('POST', '/inhibitions', { body });
const list = async () => (await served.call('GET', '/inhibitions')).body.inhibitions;

/** An alert of now to the log channel; resolves with the ledger's row once it has ended. */
async function alertOf(coinId = 1) {
  const channelId = await served.world.addChannel({ kind: 'log' });
  const added = await served.world.addAlert({ channelIds: [channelId], coinId, triggeredAtMs: served.clock.nowMs });
  const row = await waitFor(async () => {
    const now = (await served.world.rows()).find(({ id }) => added.notificationIds.includes(id));
    return now?.state === 'queued' || now?.state === 'sending' ? null : now;
  });
  return { ...added, row };
}

async function setFires(strategyId: string, fires: boolean): Promise<void> {
  const { db } = served.world;
  const [row] = await db.query<{ version_id: string }>('select version_id from account.strategies where id = $1', [
    strategyId,
  ]);
  const state = fires ? { ...INITIAL_ALERT_STATE, phase: 'firing' } : null;
  const changes = [{ strategyId, strategyVersionId: row!.version_id, coinId: 1, state }];
  await withTransaction(db, (tx) => saveAlertStates(tx, { changes, nowMs: served.clock.nowMs }));
}

describe('a rule of inhibition', () => {
  test('is made, mutes while its source fires, says so and how many, is changed and removed', async () => {
    const { strategyId: sourceStrategyId } = await alertOf();
    const made = await create({ name: 'Crash first', sourceStrategyId });
    expect(made).toEqual({
      status: 201,
      body: {
        id: expect.any(String),
        userId: served.world.userId,
        name: 'Crash first',
        enabled: true,
        sourceStrategyId,
        sourceCoinId: null,
        sameCoin: false,
        targetTags: null,
        targetStrategyIds: null,
        active: false,
        mutedAlerts: 0,
        createdAtMs: START,
        updatedAtMs: START,
      },
    });
    expect((await alertOf()).row).toMatchObject({ state: 'sent' });

    await setFires(sourceStrategyId, true);
    const muted = await alertOf();
    expect(muted.row).toMatchObject({ state: 'not_sent', error_code: 'inhibited' });
    expect(await list()).toEqual([{ ...made.body, active: true, mutedAlerts: 1 }]);
    const { body } = await served.call('GET', `/alerts?mutedBy=${made.body.id}`);
    expect(body.alerts).toMatchObject([{ id: muted.id, notifications: [{ errorCode: 'inhibited' }] }]);

    served.clock.nowMs += 1_000;
    const path = `/inhibitions/${made.body.id}`;
    const off = { name: 'Not now', sourceStrategyId, enabled: false, targetTags: ['alts'], sameCoin: true };
    const changed = { ...made.body, ...off, mutedAlerts: 1, updatedAtMs: START + 1_000 };
    expect(await served.call('PUT', path, { body: off })).toEqual({ status: 200, body: changed });
    expect(await list()).toEqual([changed]);
    expect((await alertOf()).row).toMatchObject({ state: 'sent' });

    expect(await served.call('PUT', path, { body: { name: 'Again', sourceStrategyId } })).toMatchObject({
      body: { enabled: true, targetTags: null, sameCoin: false, active: true },
    });
    expect((await alertOf()).row).toMatchObject({ state: 'not_sent' });
    await setFires(sourceStrategyId, false);
    expect(await list()).toMatchObject([{ active: false, mutedAlerts: 2 }]);
    await setFires(sourceStrategyId, true);
    expect((await served.call('DELETE', path)).status).toBe(204);
    expect((await served.call('DELETE', path)).status).toBe(404);
    expect(await list()).toEqual([]);
    expect(await served.audited()).toMatchObject([
      { action: 'inhibition.create', subject_id: made.body.id, detail: { sourceStrategyId, enabled: true } },
      { action: 'inhibition.change', detail: { enabled: false, targetTags: ['alts'] } },
      { action: 'inhibition.change', detail: { enabled: true } },
      { action: 'inhibition.delete', subject_id: made.body.id },
    ]);
    expect((await alertOf()).row).toMatchObject({ state: 'sent' });
  });

  test.each<{ what: string; body: (strategyId: string) => object; status: number }>([
    { what: 'names other targets by tag', body: () => ({ targetTags: ['alts'] }), status: 201 },
    { what: 'names none of the tags', body: () => ({ targetTags: [] }), status: 400 },
    { what: 'has no name', body: () => ({ name: '' }), status: 400 },
    { what: 'has a long name', body: () => ({ name: 'x'.repeat(LIMITS.nameChars + 1) }), status: 400 },
    { what: 'has a field too many', body: () => ({ urgent: true }), status: 400 },
    { what: 'mutes its own source', body: (id) => ({ targetStrategyIds: [id] }), status: 400 },
    { what: 'has a source that is no strategy', body: () => ({ sourceStrategyId: newId() }), status: 404 },
    { what: 'has a target that is no strategy', body: () => ({ targetStrategyIds: [newId()] }), status: 404 },
    { what: 'names a strange coin', body: () => ({ sourceCoinId: 77 }), status: 422 },
  ])('that $what → $status', async ({ body, status }) => {
    const { strategyId } = await alertOf();
    const good = { name: 'Rule', sourceStrategyId: strategyId };
    expect((await create({ ...good, ...body(strategyId) })).status).toBe(status);
    expect(await list()).toHaveLength(status === 201 ? 1 : 0);
  });

  test("is nobody else's: not to see, change or remove, and not of another's strategy", async () => {
    const as = served.user(await served.world.addUser());
    const { strategyId: sourceStrategyId } = await alertOf();
    const rule = { name: 'Mine', sourceStrategyId };
    const { body } = await create(rule);
    expect((await served.call('GET', '/inhibitions', { as })).body).toEqual({ inhibitions: [] });
    const path = `/inhibitions/${body.id}`;
    expect(await served.call('PUT', path, { as, body: rule })).toMatchObject({ status: 404 });
    expect(await served.call('DELETE', path, { as })).toMatchObject({ status: 404 });
    const theirs = { status: 404, body: { code: 'NOT_FOUND' } };
    expect(await served.call('POST', '/inhibitions', { as, body: rule })).toMatchObject(theirs);
    expect(await list()).toEqual([body]);
  });

  test('is one of 50 at most; a removed one makes room', async () => {
    const { strategyId: sourceStrategyId } = await alertOf();
    const rule = { name: 'Rule', sourceStrategyId };
    const ids: string[] = [];
    for (let made = 0; made < LIMITS.inhibitionsPerUser; made += 1) ids.push((await create(rule)).body.id);
    expect(await create(rule)).toMatchObject({ status: 409, body: { code: 'LIMIT_REACHED' } });
    await served.call('DELETE', `/inhibitions/${ids[0]}`);
    expect((await create(rule)).status).toBe(201);
  });
});
