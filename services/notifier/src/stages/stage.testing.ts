import type { ChannelKind, ChannelTarget } from '@ubot/contracts';
import { createChannelDrivers, NO_MESSENGERS, type TwilioSettings } from '@ubot/notify';
import { createTestDatabase } from '@ubot/testing';
import { claimLane, type ReadyToSend } from '../claim.ts';
import { createTexts } from '../texts.ts';
import { createLanes } from '../lanes.ts';
import { createLimits, type RateRules } from '../limits.ts';
import { createTurns } from '../turns.ts';
import { createPriceTable } from '../money/priceTable.ts';
import { NO_MONEY, type MoneySettings } from '../money/settings.ts';
import { createCaps } from './caps.ts';
import { createStages, type StagesOptions } from './all.ts';
import { createWorld, type LedgerRow, type World } from '../world.testing.ts';

/** Nothing is sent to it. */
const TWILIO: TwilioSettings = {
  accountSid: 'AC00000000000000000000000000000000',
  authToken: 'token-of-the-stage-tests',
  baseUrl: 'http://127.0.0.1:9',
  from: '+15005550006',
  messagingServiceSid: null,
  whatsAppFrom: '+14155238886',
  whatsAppContentSid: null,
};
const LOG: ChannelTarget = { kind: 'log' };

export interface StageWorld {
  readonly world: World;
  /** The clock that everything is asked under; set at will. */
  readonly clock: { nowMs: number };
  /** What the pump does for one kind of channel, the log when none is named: those that are now 'sending'. */
  claim(kind?: ChannelKind, places?: number): Promise<readonly ReadyToSend[]>;
  /** Queues an alert for the log channel, or another target (of a second user: with his id), of the clock's time. */
  queue(options?: {
    userId?: string;
    coinId?: number;
    maxAgeMs?: number;
    tags?: readonly string[];
    urgent?: boolean;
    target?: ChannelTarget;
  }): Promise<Queued>;
  row(id: string): Promise<LedgerRow>;
  close(): Promise<void>;
}

export interface Queued {
  /** The notification. */
  readonly id: string;
  readonly alertId: string;
  readonly strategyId: string;
}

/** A database, a clock and a claim, for what a stage decides; nothing is sent. */
export async function createStageWorld(
  startMs: number,
  options: Partial<StagesOptions> & { money?: Partial<MoneySettings>; rates?: RateRules } = {},
): Promise<StageWorld> {
  const database = await createTestDatabase();
  const clock = { nowMs: startMs };
  const nowMs = (): number => clock.nowMs;
  const world = await createWorld(database.url, nowMs);
  const drivers = createChannelDrivers({
    twilio: TWILIO,
    publicUrl: null,
    webhook: { allowPrivate: true, allowedRanges: [] },
    messengers: NO_MESSENGERS,
    log: () => undefined,
    nowMs,
    timeoutMs: 1_000,
  });
  const { money, rates = { senders: {}, targets: {} }, ...stagesOptions } = options;
  const limits = createLimits({ rules: rates, nowMs });
  const lanes = createLanes({ drivers, limits, timeLimitMs: 1_000, nowMs, onEvent: () => undefined });
  const texts = createTexts({ publicUrl: null, acknowledgeLinkOf: null });
  const settings: MoneySettings = { ...NO_MONEY, ...money };
  const caps = createCaps({ ...settings, prices: createPriceTable(settings.prices), smsLimits: undefined });
  const stages = createStages({ digest: { waitMs: 0, intervalMs: 0 }, publicUrl: null, ...stagesOptions });
  const events = { onUnsent: () => undefined, onHeld: () => undefined };
  return {
    world,
    clock,
    async claim(kind = 'log', places = 8) {
      const turns = createTurns({ db: world.db, nowMs, random: () => 0 });
      const claimed = await claimLane(
        { db: world.db, lanes, turns, nowMs, leaseMs: 60_000, stages, caps, texts, ...events },
        kind,
        places,
      );
      return claimed.ready;
    },
    async queue({ userId, coinId, maxAgeMs, target = LOG, ...rest } = {}) {
      const mine = userId === undefined ? {} : { userId };
      const channelId = await world.addChannel(target, mine);
      const added = await world.addAlert({
        channelIds: [channelId],
        triggeredAtMs: clock.nowMs,
        ...mine,
        ...rest,
        ...(coinId === undefined ? {} : { coinId }),
        ...(maxAgeMs === undefined ? {} : { trigger: { maxAgeMs } }),
      });
      return { id: added.notificationIds[0] ?? '', alertId: added.id, strategyId: added.strategyId };
    },
    row: (id) => world.row(id),
    async close() {
      await lanes.close();
      await world.close();
      await database.close();
    },
  };
}
