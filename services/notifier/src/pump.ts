import { CHANNEL_KINDS } from '@ubot/contracts';
import type { Bus } from '@ubot/bus';
import { nextNotificationDueMs } from '@ubot/db';
import { withTimeLimit } from '@ubot/service-kit';
import { claimDue } from './claim.ts';
import { deliver, type DeliverOptions } from './deliver.ts';
import { claimLookUps, freeAbandoned } from './reconcile.ts';

/** Without any call the ledger is looked at this often. */
const IDLE_CHECK_MS = 2_000;
/** What is overdue waits for room, and room wakes us; this is only how often we look all the same. */
const OVERDUE_WAIT_MS = 250;
const ERROR_WAIT_MS = 1_000;
/** Rows of channels that are gone, ended in one go. */
const GONE_BATCH = 100;
/** How long a stop waits for sends under way; what is left is looked up by the next notifier. */
const DRAIN_LIMIT_MS = 12_000;

export interface Pump {
  /** Takes nothing more, lets what is under way end. */
  stop(): Promise<void>;
}

/**
 * Keeps deliveries going: takes what is due whenever it is called, something has ended, a due time has come or a while
 * has passed, and no more than the drivers have room for.
 */
export function startPump(options: DeliverOptions & { bus: Bus }): Pump {
  const { bus, nowMs, log } = options;
  const underWay = new Set<Promise<void>>();
  const wakes = createWakes();
  let stopped = false;

  const start = (work: () => Promise<void>): void => {
    const running = work()
      .catch((error: unknown) => log.error({ event: 'notification.work_failed', error }))
      .finally(() => {
        underWay.delete(running);
        wakes.wake();
      });
    underWay.add(running);
  };

  const claimAll = async (): Promise<void> => {
    const { lanes } = options;
    const onUnsent = (notificationId: string, code: string): void =>
      log.warn({ event: 'notification.not_sent', notificationId, code });
    const onHeld = (notificationId: string, reason: string, untilMs: number): void =>
      log.info({ event: 'notification.held', notificationId, reason, untilMs });
    for (const kind of CHANNEL_KINDS) {
      const room = lanes.room(kind);
      if (room <= 0 || stopped) continue;
      for (const ready of await claimDue({ ...options, onUnsent, onHeld }, kind, room))
        start(() => deliver(options, ready));
    }
    await claimDue({ ...options, onUnsent, onHeld }, null, GONE_BATCH);
    if (!stopped) for (const lookUp of await claimLookUps(options)) start(lookUp);
  };

  const waitMs = async (): Promise<number> => {
    const dueMs = await nextNotificationDueMs(options.db);
    if (dueMs === null) return IDLE_CHECK_MS;
    const untilDueMs = dueMs - nowMs();
    return untilDueMs <= 0 ? OVERDUE_WAIT_MS : Math.min(IDLE_CHECK_MS, untilDueMs);
  };

  const run = async (): Promise<void> => {
    for (;;) {
      if (stopped) return;
      wakes.clear();
      try {
        await freeAbandoned(options);
        await claimAll();
        await wakes.wait(await waitMs());
      } catch (error) {
        log.error({ event: 'notification.claim_failed', error });
        await wakes.wait(ERROR_WAIT_MS);
      }
    }
  };

  const listening = bus.listen('notification', () => wakes.wake());
  // What was announced before the bus listened was announced to nobody.
  void listening.then(() => wakes.wake());
  const running = run();
  return {
    async stop() {
      stopped = true;
      wakes.wake();
      await (
        await listening
      )();
      await running;
      await withTimeLimit(Promise.all(underWay), DRAIN_LIMIT_MS);
    },
  };
}

/** A wait that a call cuts short; a call that comes before the wait counts for it. */
function createWakes() {
  let woken = false;
  let resume: (() => void) | null = null;
  return {
    clear: (): void => {
      woken = false;
    },
    wake: (): void => {
      woken = true;
      resume?.();
    },
    wait: (ms: number): Promise<void> => {
      if (woken) return Promise.resolve();
      return new Promise((resolve) => {
        const timer = setTimeout(resolve, ms);
        resume = () => {
          clearTimeout(timer);
          resolve();
        };
      });
    },
  };
}
