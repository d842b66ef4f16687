import { afterEach, beforeEach, expect, test } from 'vitest';
import { createStageWorld, type StageWorld } from './stage.testing.ts';

const START_MS = Date.parse('2026-11-21T12:00:00Z');
const HELD_MS = 30_000;
/** The channel's target takes one message in so long. */
const SHARE_MS = 100_000;

let stage: StageWorld;
beforeEach(async () => {
  const rates = { senders: {}, targets: { log: { perSecond: 1_000 / SHARE_MS, burst: 1 } } };
  stage = await createStageWorld(START_MS, { rates });
});
afterEach(() => stage.close());

/** An alert that is gathered for 30 s, and whose turn is then the second of two. */
async function heldThenSecond(maxAgeMs: number): Promise<string> {
  const held = await stage.world.addChannel({ kind: 'log' }, { digest: { waitMs: HELD_MS, intervalMs: 0 } });
  const times = { triggeredAtMs: START_MS, trigger: { maxAgeMs } };
  const id = (await stage.world.addAlert({ channelIds: [held], ...times })).notificationIds[0] ?? '';
  expect(await stage.claim()).toEqual([]);
  stage.clock.nowMs = START_MS + HELD_MS - 1;
  await stage.queue();
  expect(await stage.claim()).toHaveLength(1);
  stage.clock.nowMs += 1;
  expect(await stage.claim()).toEqual([]);
  const turnMs = START_MS + HELD_MS - 1 + SHARE_MS;
  expect(await stage.row(id)).toMatchObject({ error_code: 'rate_limited', next_attempt_at: new Date(turnMs) });
  stage.clock.nowMs = turnMs;
  return id;
}

test('what an alert waits for its turn makes it older, what it was held on purpose does not: a millisecond too late', async () => {
  const id = await heldThenSecond(SHARE_MS - 2);
  expect(await stage.claim()).toEqual([]);
  expect(await stage.row(id)).toMatchObject({ state: 'not_sent', error_code: 'too_late' });
});

test('what an alert waits for its turn makes it older, what it was held on purpose does not: just in time', async () => {
  const id = await heldThenSecond(SHARE_MS - 1);
  expect((await stage.claim()).map(({ notification }) => notification.id)).toEqual([id]);
});
