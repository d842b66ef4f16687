import { lockDueNotifications, withTransaction } from '@ubot/db';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { eachAlone, runStages, type Stage } from './frame.ts';
import { createStageWorld, type StageWorld } from './stage.testing.ts';

const START = Date.parse('2026-11-21T12:00:00Z');
const HOUR = 3_600_000;
let stage: StageWorld;

beforeEach(async () => {
  stage = await createStageWorld(START);
});
afterEach(() => stage.close());

/** As a claim does: locks what is due, asks the stages, commits. */
async function run(stages: readonly Stage[]): Promise<string[]> {
  const { world, clock } = stage;
  return withTransaction(world.db, async (tx) => {
    const { nowMs } = clock;
    const due = await lockDueNotifications(tx, { lane: 'log', userIds: [world.userId], perUser: 8, nowMs });
    const context = { tx, nowMs, kind: 'log' as const, lanes: { driver: () => undefined } };
    const events = { onUnsent: () => undefined, onHeld: () => undefined };
    const passed = await runStages({ stages, context, ...events }, due);
    return passed.map(({ notification, makeText }) => makeText?.('ref') ?? notification.id);
  });
}

const holdUntil = (hold: number): Stage => eachAlone(() => ({ hold, reason: 'held', detail: 'Held by the test.' }));

describe('the stages of a claim', () => {
  test('each is asked about what the ones before it let pass, and no more once nothing is left', async () => {
    const first = await stage.queue();
    const second = await stage.queue();
    const asked: string[][] = [];
    const endOne =
      (id: string): Stage =>
      async (_context, batch) => {
        asked.push(batch.map((notification) => notification.id));
        return new Map([[id, { end: 'not_sent', reason: 'muted', detail: 'By the test.' }]]);
      };
    expect(await run([endOne(first.id), endOne(second.id), endOne('never asked')])).toEqual([]);
    expect(asked).toEqual([[first.id, second.id], [second.id]]);
    expect(await stage.row(first.id)).toMatchObject({
      state: 'not_sent',
      attempts: 0,
      error_code: 'muted',
      error_detail: 'By the test.',
    });
  });

  test('a stage may give a text of its own, and may take a row for itself', async () => {
    const spoken = await stage.queue();
    const taken = await stage.queue();
    const both: Stage = async () =>
      new Map([
        [spoken.id, { pass: true, text: (reference: string) => `three alerts, ${reference}` } as const],
        [taken.id, { taken: true } as const],
      ]);
    expect(await run([both])).toEqual(['three alerts, ref']);
    expect(await stage.row(taken.id)).toMatchObject({ state: 'queued', error_code: null });
  });
});

describe('a held notification', () => {
  test('stays queued with its reason and is due again on the very ms that the hold ends', async () => {
    const { id } = await stage.queue();
    await run([holdUntil(START + HOUR)]);
    expect(await stage.row(id)).toMatchObject({
      state: 'queued',
      error_code: 'held',
      error_detail: 'Held by the test.',
      next_attempt_at: new Date(START + HOUR),
    });
    stage.clock.nowMs = START + HOUR - 1;
    expect(await stage.claim()).toEqual([]);
    stage.clock.nowMs = START + HOUR;
    expect((await stage.claim()).map(({ notification }) => notification.id)).toEqual([id]);
  });

  test.each([
    { wait: 'as long as it may wait beside the hold', lateMs: 60_000, state: 'sending' },
    { wait: 'a ms longer', lateMs: 60_001, state: 'not_sent' },
  ])('is not made too late by two holds; the time beside them counts: $wait → $state', async ({ lateMs, state }) => {
    const { id } = await stage.queue({ maxAgeMs: 60_000 });
    await run([holdUntil(START + HOUR)]);
    // The notifier was away for 20 s after the first hold's end.
    stage.clock.nowMs = START + HOUR + 20_000;
    await run([holdUntil(START + 3 * HOUR)]);
    stage.clock.nowMs = START + 3 * HOUR + lateMs - 20_000;
    await stage.claim();
    expect(await stage.row(id)).toMatchObject({ state, ...(state === 'sending' ? {} : { error_code: 'too_late' }) });
  });

  test('that is called early has been held only so long', async () => {
    const { id } = await stage.queue({ maxAgeMs: 60_000 });
    await run([holdUntil(START + HOUR)]);
    await stage.world.db.query('update alert.notifications set next_attempt_at = $2 where id = $1', [
      id,
      new Date(START + 10_000).toISOString(),
    ]);
    stage.clock.nowMs = START + 70_001;
    await stage.claim();
    expect(await stage.row(id)).toMatchObject({ state: 'not_sent', error_code: 'too_late' });
  });

  test('whose claim dies before its commit is as it was; once committed, whichever notifier comes next sends it', async () => {
    const { id } = await stage.queue();
    const before = await stage.row(id);
    const dies: Stage = async () => {
      throw new Error('killed');
    };
    // One that passes, so that the second stage is asked.
    const other = await stage.queue({ maxAgeMs: 2 * HOUR });
    const holdFirst: Stage = async () => new Map([[id, { hold: START + HOUR, reason: 'held', detail: '' }]]);
    await expect(run([holdFirst, dies])).rejects.toThrow('killed');
    expect(await stage.row(id)).toEqual(before);
    await run([holdFirst]);
    stage.clock.nowMs = START + HOUR - 1;
    expect((await stage.claim()).map(({ notification }) => notification.id)).toEqual([other.id]);
    stage.clock.nowMs = START + HOUR;
    expect((await stage.claim()).map(({ notification }) => notification.id)).toEqual([id]);
  });
});
