import { insertSilence } from '@ubot/db';
import { newId } from '@ubot/service-kit';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createStageWorld, type StageWorld } from './stage.testing.ts';

const START = Date.parse('2026-11-21T12:00:00Z');
const HOUR = 3_600_000;
let stage: StageWorld;

beforeEach(async () => {
  stage = await createStageWorld(START);
});
afterEach(() => stage.close());

async function silenceCoin(coinId: number, comment = ''): Promise<string> {
  const id = newId();
  const times = { startsAtMs: START, endsAtMs: START + HOUR, createdAtMs: START };
  await insertSilence(stage.world.db, {
    id,
    userId: stage.world.userId,
    strategyId: null,
    coinId,
    tag: null,
    comment,
    ...times,
  });
  return id;
}

test('a silenced alert is not sent, and its row says by which silence and until when', async () => {
  const silenceId = await silenceCoin(1, 'maintenance');
  const { id } = await stage.queue({ coinId: 1 });
  const heard = await stage.queue({ coinId: 1027 });
  expect((await stage.claim()).map(({ notification }) => notification.id)).toEqual([heard.id]);
  expect(await stage.row(id)).toMatchObject({
    state: 'not_sent',
    attempts: 0,
    error_code: 'silenced',
    error_detail: 'Silenced until 2026-11-21 14:00 GMT+1: maintenance',
    muted_by: silenceId,
  });
});

test("another user's silence mutes nothing of mine", async () => {
  await silenceCoin(1);
  const { id } = await stage.queue({ coinId: 1, userId: await stage.world.addUser() });
  expect((await stage.claim()).map(({ notification }) => notification.id)).toEqual([id]);
});

test('more muted alerts than there is room for do not keep a good one waiting', async () => {
  await silenceCoin(1);
  for (let index = 0; index < 20; index += 1) await stage.queue({ coinId: 1 });
  const { id } = await stage.queue({ coinId: 1027 });
  expect((await stage.claim()).map(({ notification }) => notification.id)).toEqual([id]);
});
