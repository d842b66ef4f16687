import { endAttempts, expireLeases, insertSilence, markAccepted } from '@ubot/db';
import { newId } from '@ubot/service-kit';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createStageWorld, type StageWorld } from './stage.testing.ts';

const START = Date.parse('2026-11-21T12:00:00Z');
const WAIT_MS = 30_000;
const INTERVAL_MS = 300_000;
const MOST_MEMBERS = 30;
let stage: StageWorld;
let channelId: string;

beforeEach(async () => {
  stage = await createStageWorld(START, { publicUrl: 'https://ubot.example.com', mostMembers: MOST_MEMBERS });
  channelId = await stage.world.addChannel({ kind: 'log' }, { digest: { waitMs: WAIT_MS, intervalMs: INTERVAL_MS } });
});
afterEach(() => stage.close());

async function alert(options: { coinId?: number; urgent?: boolean } = {}): Promise<string> {
  const added = await stage.world.addAlert({
    channelIds: [channelId],
    triggeredAtMs: stage.clock.nowMs,
    ...options,
  });
  return added.notificationIds[0] ?? '';
}

async function alerts(count: number): Promise<string[]> {
  const ids: string[] = [];
  for (let index = 0; index < count; index += 1) ids.push(await alert({ coinId: index + 1 }));
  return ids;
}

/** Claims all that is due at a time after the start. */
async function claimAt(afterMs: number) {
  stage.clock.nowMs = START + afterMs;
  return stage.claim();
}

async function accept(id: string): Promise<void> {
  const { nowMs } = stage.clock;
  await markAccepted(stage.world.db, [
    { id, providerMessageId: 'SM1', providerStatus: 'queued', segments: null, nowMs },
  ]);
}

const statesOf = async () => (await stage.world.rows()).map(({ state }) => state);

describe('alerts to a channel that gathers', () => {
  test('ten of one storm are one message, the first wait after the first of them', async () => {
    const ids = await alerts(10);
    expect(await claimAt(0)).toEqual([]);
    expect(await stage.row(ids[3]!)).toMatchObject({
      state: 'queued',
      error_code: 'digest_wait',
      error_detail: 'Waits until 2026-11-21 13:00 GMT+1 to come together with other alerts in one message.',
      next_attempt_at: new Date(START + WAIT_MS),
    });
    expect(await claimAt(WAIT_MS - 1)).toEqual([]);
    const [message, ...others] = await claimAt(WAIT_MS);
    expect(others).toEqual([]);
    expect(message?.text.split('\n')).toEqual([
      '10 alerts, 2026-11-21 13:00 GMT+1:',
      ...Array.from({ length: 9 }, () => '13:00 Bitcoin (BTC) 35000 USD: Dip'),
      `13:00 Bitcoin (BTC) 35000 USD: Dip Ref ${message?.reference}`,
    ]);
    expect(message?.digest?.map(({ coin }) => coin.id)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
    expect(await statesOf()).toEqual(Array.from({ length: 10 }, () => 'sending'));
  });

  test('one that stays alone is sent with its own text', async () => {
    const id = await alert();
    await claimAt(0);
    const [message] = await claimAt(WAIT_MS);
    expect(message).toMatchObject({ notification: { id }, digest: null });
    expect(message?.text).toMatch(/^Bitcoin \(BTC\) 35000 USD, 1h candle closed /);
    expect(await stage.row(id)).toMatchObject({ digest_id: null });
  });

  test('those that come later wait for the end of the interval, however few they are', async () => {
    await alert();
    await claimAt(0);
    expect(await claimAt(WAIT_MS)).toHaveLength(1);
    stage.clock.nowMs = START + WAIT_MS + 1_000;
    await alerts(2);
    expect(await claimAt(WAIT_MS + 1_000)).toEqual([]);
    expect(await claimAt(WAIT_MS + INTERVAL_MS - 1)).toEqual([]);
    expect(await claimAt(WAIT_MS + INTERVAL_MS)).toMatchObject([{ digest: [{}, {}] }]);
  });

  test('an urgent one goes at once and by itself, and ends no wait', async () => {
    await alerts(2);
    await claimAt(0);
    const urgent = await alert({ urgent: true });
    expect(await claimAt(10)).toMatchObject([{ notification: { id: urgent }, digest: null }]);
    expect(await claimAt(WAIT_MS)).toMatchObject([{ digest: [{}, {}] }]);
  });

  test('one that is silenced or acknowledged while it waits is in no message', async () => {
    const [silenced = '', acknowledged = '', ...rest] = await alerts(4);
    await claimAt(0);
    const { db, userId } = stage.world;
    const times = { startsAtMs: START, endsAtMs: START + 3_600_000, createdAtMs: START };
    const about = { userId, strategyId: null, coinId: 1, tag: null, comment: '' };
    await insertSilence(db, { id: newId(), ...about, ...times });
    await db.query(
      `update alert.alerts set acknowledged_at = now() where id = (
         select alert_id from alert.notifications where id = $1)`,
      [acknowledged],
    );
    const [message] = await claimAt(WAIT_MS);
    expect(message?.digest?.map(({ coin }) => coin.id)).toEqual([3, 4]);
    expect(await stage.row(silenced)).toMatchObject({ state: 'not_sent', error_code: 'silenced', digest_id: null });
    expect(await stage.row(acknowledged)).toMatchObject({ state: 'not_sent', error_code: 'acknowledged' });
    for (const id of rest) expect(await stage.row(id)).toMatchObject({ state: 'sending' });
  });

  test('a channel that its owner has set to none sends each by itself', async () => {
    channelId = await stage.world.addChannel({ kind: 'log' }, { digest: { waitMs: 0, intervalMs: 0 } });
    await alerts(3);
    expect(await claimAt(0)).toMatchObject([{ digest: null }, { digest: null }, { digest: null }]);
  });

  test('more than one message holds wait for the next', async () => {
    await alerts(MOST_MEMBERS + 2);
    await claimAt(WAIT_MS);
    expect(await statesOf()).toEqual([...Array.from({ length: MOST_MEMBERS }, () => 'sending'), 'queued', 'queued']);
    expect(await claimAt(WAIT_MS + INTERVAL_MS)).toMatchObject([{ digest: [{}, {}] }]);
  });

  test('two notifiers that claim at the same time make one message of them', async () => {
    await alerts(24);
    await claimAt(0);
    stage.clock.nowMs = START + WAIT_MS;
    const claims = await Promise.all([stage.claim(), stage.claim(), stage.claim(), stage.claim()]);
    const messages = [...claims.flat(), ...(await stage.claim())];
    expect(messages.map(({ digest }) => digest?.length)).toEqual([24]);
  });
});

describe('the members of a digest', () => {
  test('share what becomes of the one message', async () => {
    const ids = await alerts(3);
    const [message] = await claimAt(WAIT_MS);
    const leader = message?.notification.id ?? '';
    await accept(leader);
    for (const id of ids) {
      expect(await stage.row(id)).toMatchObject({
        state: 'sent',
        attempts: 1,
        digest_id: leader,
        provider: 'log',
        provider_message_id: 'SM1',
        provider_status: 'queued',
        sent_at: new Date(START + WAIT_MS),
        lease_owner: null,
        error_code: null,
        body: id === leader ? message?.text : null,
      });
    }
  });

  test('are sent again in the same message with the same text, whatever has come since', async () => {
    await alerts(3);
    const [message] = await claimAt(WAIT_MS);
    const nowMs = START + WAIT_MS;
    await endAttempts(stage.world.db, [
      {
        id: message?.notification.id ?? '',
        owner: message?.owner ?? '',
        state: 'queued',
        errorCode: 'CHANNEL_RATE_LIMITED',
        errorDetail: 'Later.',
        nextAttemptAtMs: nowMs + 1_000,
        counts: true,
        nowMs,
      },
    ]);
    expect((await stage.world.rows()).map(({ error_code }) => error_code)).toEqual(
      Array.from({ length: 3 }, () => 'CHANNEL_RATE_LIMITED'),
    );
    // One of them has been seen; the others have not.
    await stage.world.db.query('update alert.alerts set acknowledged_at = now() where coin_id = 1');
    await alert();
    expect(await claimAt(WAIT_MS + 1_000)).toMatchObject([
      { text: message?.text, attempts: 2, digest: [{}, {}, {}], notification: { id: message?.notification.id } },
    ]);
  });

  test('are not sent again once all of them have been acknowledged', async () => {
    const ids = await alerts(3);
    const [message] = await claimAt(WAIT_MS);
    const nowMs = START + WAIT_MS;
    const ended = { state: 'queued', errorCode: 'CHANNEL_UNREACHABLE', errorDetail: 'Away.', counts: true } as const;
    const { id, owner } = { id: message?.notification.id ?? '', owner: message?.owner ?? '' };
    await endAttempts(stage.world.db, [{ id, owner, ...ended, nextAttemptAtMs: nowMs + 1_000, nowMs }]);
    await stage.world.db.query('update alert.alerts set acknowledged_at = now()');
    expect(await claimAt(WAIT_MS + 1_000)).toEqual([]);
    for (const member of ids) {
      expect(await stage.row(member)).toMatchObject({
        state: 'not_sent',
        error_code: 'acknowledged',
        error_detail: 'All alerts of this message were acknowledged before it was sent.',
      });
    }
  });

  test('of a notifier that was killed wait together, and only the leader is looked up', async () => {
    await alerts(3);
    const [message] = await claimAt(WAIT_MS);
    const nowMs = START + WAIT_MS + 60_000;
    const expired = await expireLeases(stage.world.db, { nowMs, lookUpAtMs: nowMs, repeatable: [] });
    expect(expired).toEqual([message?.notification.id]);
    expect(await statesOf()).toEqual(['unknown', 'unknown', 'unknown']);
  });
});
