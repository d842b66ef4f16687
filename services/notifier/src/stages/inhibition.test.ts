import { INITIAL_ALERT_STATE, type AlertState } from '@ubot/alerting';
import { deleteStrategy, saveAlertStates, saveInhibition, withTransaction, type InhibitionRow } from '@ubot/db';
import { newId } from '@ubot/service-kit';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createStageWorld, type StageWorld } from './stage.testing.ts';

const START = Date.parse('2026-11-21T12:00:00Z');
const HOUR = 3_600_000;
const BTC = 1;
const ETH = 1027;
let stage: StageWorld;

beforeEach(async () => {
  stage = await createStageWorld(START);
});
afterEach(() => stage.close());

/** A strategy ("Dip", of 1h) whose own alert of the coin has gone out, in a phase of its machine. */
async function source(phase: AlertState['phase'] = 'firing', coinId = BTC): Promise<string> {
  const { strategyId } = await stage.queue({ coinId });
  await stage.claim();
  await machine(strategyId, phase, coinId);
  return strategyId;
}

/** Stores the machine of a strategy's present version as the scanner does, at the clock's time. */
async function machine(strategyId: string, phase: AlertState['phase'], coinId: number): Promise<void> {
  const { db } = stage.world;
  const [row] = await db.query<{ version_id: string }>('select version_id from account.strategies where id = $1', [
    strategyId,
  ]);
  const state = { ...INITIAL_ALERT_STATE, phase };
  const changes = [{ strategyId, strategyVersionId: row!.version_id, coinId, state }];
  await withTransaction(db, (tx) => saveAlertStates(tx, { changes, nowMs: stage.clock.nowMs }));
}

async function rule(sourceStrategyId: string, changes: Partial<InhibitionRow> = {}): Promise<string> {
  const id = newId();
  await saveInhibition(stage.world.db, {
    id,
    userId: stage.world.userId,
    name: 'Crash first',
    enabled: true,
    sourceStrategyId,
    sourceCoinId: null,
    sameCoin: false,
    targetTags: null,
    targetStrategyIds: null,
    createdAtMs: START,
    updatedAtMs: START,
    ...changes,
  });
  return id;
}

/** Whether an alert of another strategy is kept from being sent now. */
async function isMuted(options: Parameters<StageWorld['queue']>[0] = {}): Promise<boolean> {
  const { id } = await stage.queue({ coinId: ETH, ...options });
  await stage.claim();
  const row = await stage.row(id);
  expect([row.state, row.error_code]).toEqual(row.state === 'not_sent' ? ['not_sent', 'inhibited'] : ['sending', null]);
  return row.state === 'not_sent';
}

const setStrategy = (id: string, set: string) =>
  stage.world.db.query(`update account.strategies set ${set} where id = $1`, [id]);

test('while one strategy fires, an alert of another is not sent, and its row says by which rule and of what', async () => {
  const ruleId = await rule(await source());
  const { id } = await stage.queue({ coinId: ETH, urgent: true });
  expect(await stage.claim()).toEqual([]);
  expect(await stage.row(id)).toMatchObject({
    state: 'not_sent',
    attempts: 0,
    error_code: 'inhibited',
    error_detail: 'Muted by your rule "Crash first": the strategy "Dip" fires for coin 1.',
    muted_by: ruleId,
  });
});

test("a source's own alert goes out in the batch in which another's is muted", async () => {
  const own = await stage.queue({ coinId: BTC, tags: ['all'] });
  await machine(own.strategyId, 'firing', BTC);
  await rule(own.strategyId, { targetTags: ['all'] });
  const other = await stage.queue({ coinId: BTC, tags: ['all'] });
  expect((await stage.claim()).map(({ notification }) => notification.id)).toEqual([own.id]);
  expect(await stage.row(other.id)).toMatchObject({ error_code: 'inhibited' });
});

describe('a rule mutes', () => {
  test.each<{ phase: AlertState['phase']; muted: boolean }>([
    { phase: 'firing', muted: true },
    { phase: 'pending', muted: false },
    { phase: 'inactive', muted: false },
    { phase: 'unknown', muted: false },
  ])('while its source is $phase: $muted', async ({ phase, muted }) => {
    await rule(await source(phase));
    expect(await isMuted()).toBe(muted);
  });

  test('until the source stops firing', async () => {
    const strategyId = await source();
    await rule(strategyId);
    expect(await isMuted()).toBe(true);
    await machine(strategyId, 'inactive', BTC);
    expect(await isMuted()).toBe(false);
  });

  test('while the source fires for the coin that it names, among others', async () => {
    const strategyId = await source();
    await rule(strategyId, { sourceCoinId: 5 });
    stage.clock.nowMs += 1_000;
    await machine(strategyId, 'firing', ETH);
    expect(await isMuted()).toBe(false);
    await machine(strategyId, 'firing', 5);
    stage.clock.nowMs += 1_000;
    await machine(strategyId, 'firing', BTC);
    expect(await isMuted()).toBe(true);
  });

  test('only alerts of a coin that the source fires for, where it says so', async () => {
    await rule(await source(), { sameCoin: true });
    expect(await isMuted({ coinId: ETH })).toBe(false);
    expect(await isMuted({ coinId: BTC })).toBe(true);
  });

  test('by tag', async () => {
    await rule(await source(), { targetTags: ['alts'] });
    expect(await isMuted({ tags: ['majors'] })).toBe(false);
    expect(await isMuted({ tags: ['night', 'alts'] })).toBe(true);
  });

  test('by strategy', async () => {
    const strategyId = await source();
    const [named, other] = [await stage.queue({ coinId: ETH }), await stage.queue({ coinId: ETH })];
    await rule(strategyId, { targetStrategyIds: [named.strategyId] });
    expect((await stage.claim()).map(({ notification }) => notification.id)).toEqual([other.id]);
    expect(await stage.row(named.id)).toMatchObject({ error_code: 'inhibited' });
  });

  test('for three candles of its source after it was last heard of, and no longer', async () => {
    await rule(await source());
    stage.clock.nowMs = START + 3 * HOUR;
    expect(await isMuted()).toBe(true);
    stage.clock.nowMs += 1;
    expect(await isMuted()).toBe(false);
  });

  test("nobody else's alerts", async () => {
    await rule(await source());
    expect(await isMuted({ userId: await stage.world.addUser() })).toBe(false);
  });
});

describe('a rule mutes nothing', () => {
  test('when it is switched off', async () => {
    await rule(await source(), { enabled: false });
    expect(await isMuted()).toBe(false);
  });

  test('while its source is paused, whose machine may still be stored', async () => {
    const strategyId = await source();
    await rule(strategyId);
    await setStrategy(strategyId, 'enabled = false');
    expect(await isMuted()).toBe(false);
    await setStrategy(strategyId, 'enabled = true');
    expect(await isMuted()).toBe(true);
  });

  test('when its source is deleted', async () => {
    const strategyId = await source();
    await rule(strategyId);
    const { db, userId } = stage.world;
    await withTransaction(db, (tx) => deleteStrategy(tx, { userId, id: strategyId, deletedAtMs: START }));
    expect(await isMuted()).toBe(false);
  });

  test('of a version of its source that was replaced', async () => {
    const strategyId = await source();
    await rule(strategyId);
    const versionId = newId();
    await stage.world.db.query(
      `insert into account.strategy_versions (id, strategy_id, version, definition, created_at)
       select $2, strategy_id, 2, definition, created_at from account.strategy_versions where strategy_id = $1`,
      [strategyId, versionId],
    );
    await setStrategy(strategyId, `version = 2, version_id = '${versionId}'`);
    expect(await isMuted()).toBe(false);
    await machine(strategyId, 'firing', BTC);
    expect(await isMuted()).toBe(true);
  });

  test.each([
    { expiresAtMs: START + 1, muted: true },
    { expiresAtMs: START, muted: false },
  ])('from the time on at which its source expires: $expiresAtMs', async ({ expiresAtMs, muted }) => {
    const strategyId = await source();
    await rule(strategyId);
    await stage.world.db.query(
      `update account.strategy_versions set definition = jsonb_set(definition, '{trigger,expiresAtMs}', $2::jsonb)
       where strategy_id = $1`,
      [strategyId, String(expiresAtMs)],
    );
    expect(await isMuted()).toBe(muted);
  });
});
