import type { ChannelTarget, QuietHours } from '@ubot/contracts';
import { recallQuiet } from '@ubot/db';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createStageWorld, type StageWorld } from './stage.testing.ts';

// The user is in Paris: 23:30 there.
const NIGHT = Date.parse('2026-11-21T22:30:00Z');
const MORNING = Date.parse('2026-11-22T06:00:00Z');
const PHONE: ChannelTarget = { kind: 'ntfy', server: 'https://ntfy.example', topic: 'mine' };
let stage: StageWorld;

beforeEach(async () => {
  stage = await createStageWorld(NIGHT);
});
afterEach(() => stage.close());

async function setQuiet(changes: Partial<QuietHours> | null): Promise<void> {
  const quiet = { start: '22:00', end: '07:00', days: [1, 2, 3, 4, 5, 6, 7], ...changes };
  await stage.world.db.query(`update account.users set settings = settings || $1::jsonb`, [
    JSON.stringify({ quietHours: changes === null ? null : quiet }),
  ]);
}
const claimed = async (kind?: 'ntfy' | 'log') => (await stage.claim(kind)).map(({ notification }) => notification.id);

describe('in quiet hours', () => {
  test('an alert is held to their very end, however young its strategy wants it, and sent then', async () => {
    await setQuiet({});
    const { id } = await stage.queue({ target: PHONE, maxAgeMs: 60_000 });
    expect(await claimed('ntfy')).toEqual([]);
    expect(await stage.row(id)).toMatchObject({
      state: 'queued',
      attempts: 0,
      error_code: 'quiet_hours',
      error_detail: 'Quiet hours until 2026-11-22 07:00 GMT+1; it is sent then.',
      next_attempt_at: new Date(MORNING),
    });
    stage.clock.nowMs = MORNING - 1;
    expect(await claimed('ntfy')).toEqual([]);
    stage.clock.nowMs = MORNING;
    expect(await claimed('ntfy')).toEqual([id]);
  });

  test.each([
    {
      what: 'an urgent strategy',
      hours: {},
      queued: { target: PHONE, urgent: true },
      kind: 'ntfy' as const,
      goes: true,
    },
    { what: 'a machine', hours: {}, queued: {}, kind: 'log' as const, goes: true },
    {
      what: 'a machine that is to keep quiet',
      hours: { machines: true },
      queued: {},
      kind: 'log' as const,
      goes: false,
    },
    { what: 'hours of Sundays', hours: { days: [7] }, queued: { target: PHONE }, kind: 'ntfy' as const, goes: true },
    { what: 'no hours', hours: null, queued: { target: PHONE }, kind: 'ntfy' as const, goes: true },
  ])('$what: sent at once $goes', async ({ hours, queued, kind, goes }) => {
    await setQuiet(hours);
    const { id } = await stage.queue(queued);
    expect(await claimed(kind)).toEqual(goes ? [id] : []);
    expect(await stage.row(id)).toMatchObject(goes ? { state: 'sending' } : { error_code: 'quiet_hours' });
  });

  test('that drop, an alert ends with the reason', async () => {
    await setQuiet({ mode: 'drop' });
    const { id } = await stage.queue({ target: PHONE });
    await stage.claim('ntfy');
    expect(await stage.row(id)).toMatchObject({
      state: 'not_sent',
      error_code: 'quiet_hours',
      error_detail: 'Came within quiet hours (until 2026-11-22 07:00 GMT+1), which drop it.',
    });
  });

  test('that the user ends early, what was held goes; of another user it stays', async () => {
    await setQuiet({});
    const other = await stage.world.addUser();
    const mine = await stage.queue({ target: PHONE });
    const theirs = await stage.queue({ target: PHONE, userId: other });
    await setQuiet({});
    await stage.claim('ntfy');
    stage.clock.nowMs += 60_000;
    await stage.world.db.query(`update account.users set settings = settings - 'quietHours' where id = $1`, [
      stage.world.userId,
    ]);
    expect(await recallQuiet(stage.world.db, { userId: stage.world.userId, nowMs: stage.clock.nowMs })).toBe(1);
    expect(await claimed('ntfy')).toEqual([mine.id]);
    expect(await stage.row(theirs.id)).toMatchObject({ state: 'queued', next_attempt_at: new Date(MORNING) });
  });

  test('an alert held twice (clocks set, hours changed) is still not too late', async () => {
    await setQuiet({});
    const { id } = await stage.queue({ target: PHONE, maxAgeMs: 60_000 });
    await stage.claim('ntfy');
    await setQuiet({ end: '09:00' });
    stage.clock.nowMs = MORNING;
    expect(await claimed('ntfy')).toEqual([]);
    stage.clock.nowMs = MORNING + 2 * 3_600_000;
    expect(await claimed('ntfy')).toEqual([id]);
  });
});
