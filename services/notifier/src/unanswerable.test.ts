import { NO_MESSENGERS } from '@ubot/notify';
import { createMessengerServer, waitFor, type MessengerServer } from '@ubot/testing';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startServed, type Served } from './served.testing.ts';
import type { LedgerRow } from './world.testing.ts';

const NOW_MS = Date.parse('2026-11-21T12:00:00Z');
const GRACE_MS = 20_000;
const DAY_MS = 24 * 3_600_000;
/** One fewer than what makes a driver rest. */
const CUT = 4;

let discord: MessengerServer;
let served: Served;

beforeAll(async () => {
  discord = await createMessengerServer();
  const messengers = { ...NO_MESSENGERS, discordUrl: discord.url };
  served = await startServed(NOW_MS, { messengers, graceMs: GRACE_MS });
});
afterAll(async () => {
  await served.close();
  await discord.close();
});

const queue = async (webhookId: string): Promise<string> => {
  const channelId = await served.world.addChannel({ kind: 'discord', webhookId, webhookToken: 'token' });
  const triggeredAtMs = served.clock.nowMs;
  return (await served.world.addAlert({ channelIds: [channelId], triggeredAtMs })).notificationIds[0]!;
};
const rowsOnce = (fits: (row: LedgerRow) => boolean): Promise<LedgerRow[]> =>
  waitFor(
    async () => {
      const rows = await served.world.rows();
      return rows.every(fits) ? rows : null;
    },
    { deadlineMs: 20_000, what: 'the ledger' },
  );

describe('messages of unknown fate at a provider that cannot be asked', () => {
  test('say so, and wait out their day without being asked about again', async () => {
    discord.script(...Array.from({ length: CUT }, () => 'cut' as const));
    for (let index = 0; index < CUT; index += 1) await queue(`1000000000000000${index}`);
    await rowsOnce(({ state }) => state === 'unknown');
    served.clock.nowMs += GRACE_MS + 1;
    const rows = await rowsOnce(({ error_detail }) => error_detail?.startsWith('Discord cannot be asked') === true);
    for (const row of rows) {
      expect(row).toMatchObject({ state: 'unknown', attempts: 1, error_code: 'CHANNEL_OUTCOME_UNKNOWN' });
      expect(row.error_detail).toBe(
        'Discord cannot be asked what it has taken. It may have arrived, so it is not sent again.',
      );
      expect(row.next_attempt_at.getTime()).toBe(NOW_MS + DAY_MS + 1);
    }
  });

  test('are no outage: the next message goes out at once', async () => {
    const id = await queue('20000000000000000');
    await waitFor(async () => (await served.world.row(id)).state === 'sent', { deadlineMs: 20_000, what: 'the next' });
    expect(discord.received().map(({ to }) => to)).toEqual(['20000000000000000']);
  });

  test('have failed when the day is over, and were sent once', async () => {
    served.clock.nowMs = NOW_MS + DAY_MS + 2;
    const rows = await rowsOnce(({ state }) => state !== 'unknown');
    const failed = rows.filter(({ state }) => state === 'failed');
    expect(failed.map(({ attempts, error_detail: detail }) => ({ attempts, detail }))).toEqual(
      Array.from({ length: CUT }, () => ({
        attempts: 1,
        detail: 'Nobody can tell whether it arrived: Discord cannot be asked what it has taken.',
      })),
    );
    expect(discord.received()).toHaveLength(1);
  });
});
