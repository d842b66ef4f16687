import { setTimeout as pause } from 'node:timers/promises';
import type { ChannelLane } from '@ubot/contracts';
import type { Bus } from '@ubot/bus';
import { readDueTimes, type DueTimes } from '@ubot/db';
import { createWakes, withTimeLimit } from '@ubot/service-kit';
import { claimLane } from './claim.ts';
import { deliver, type DeliverOptions } from './deliver.ts';
import { claimLookUps, freeAbandoned } from './reconcile.ts';
import { createTurns } from './turns.ts';
import type { OpenCaps } from './stages/caps.ts';
import type { Stage } from './stages/frame.ts';

/** Without any call the ledger is looked at this often. */
const IDLE_CHECK_MS = 2_000;
/** While messages end one after the other, so long is waited for more places before they are filled again. */
const GATHER_MS = 20;
/** What is overdue and not to be had is looked at again so often; a free place wakes us sooner. */
const OVERDUE_WAIT_MS = 250;
const ERROR_WAIT_MS = 1_000;
/** Unknown messages that are looked up at a time. */
const LOOK_UPS = 8;
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
export function startPump(options: DeliverOptions & { bus: Bus; stages: readonly Stage[]; caps: OpenCaps }): Pump {
  const { bus, nowMs, log } = options;
  const underWay = new Set<Promise<void>>();
  let lookUpsUnderWay = 0;
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

  const { lanes } = options;
  const turns = createTurns(options);
  const onUnsent = (notificationId: string, code: string): void =>
    log.warn({ event: 'notification.not_sent', notificationId, code });
  const onHeld = (notificationId: string, reason: string, untilMs: number): void =>
    log.info({ event: 'notification.held', notificationId, reason, untilMs });

  /** Tells whether anything was there for us. */
  const work = async (kind: ChannelLane | null): Promise<boolean> => {
    const free = kind === null ? GONE_BATCH : lanes.room(kind);
    if (free <= 0 || stopped) return false;
    const { ready, seen } = await claimLane({ ...options, turns, onUnsent, onHeld }, kind, free);
    for (const each of ready) start(() => deliver(options, each));
    return seen > 0;
  };

  const claimLookUpsDue = async (): Promise<boolean> => {
    const lookUps = stopped ? [] : await claimLookUps(options, LOOK_UPS - lookUpsUnderWay);
    for (const lookUp of lookUps) {
      lookUpsUnderWay += 1;
      start(() =>
        lookUp().finally(() => {
          lookUpsUnderWay -= 1;
        }),
      );
    }
    return lookUps.length > 0;
  };

  /** When something is to be done next, unless a call comes before: now, or a time, or whenever a place is free. */
  const lookAgainMs = (due: DueTimes): number => {
    const now = nowMs();
    const times = [now + IDLE_CHECK_MS];
    if (due.leaseMs !== null) times.push(due.leaseMs);
    if (due.lookUpMs !== null && lookUpsUnderWay < LOOK_UPS) times.push(due.lookUpMs);
    for (const [lane, dueMs] of due.lanes) {
      const kind = lanes.names().find((known) => known === lane) ?? null;
      if (kind === null || lanes.room(kind) > 0) times.push(dueMs);
      else times.push(Math.max(dueMs, lanes.roomAtMs(kind) ?? now + IDLE_CHECK_MS));
    }
    return Math.max(0, Math.min(...times) - now);
  };

  const pass = async (): Promise<number> => {
    const due = await readDueTimes(options.db, lanes.names());
    const now = nowMs();
    const isDue = (timeMs: number | null | undefined): boolean => (timeMs ?? Infinity) <= now;
    const kinds = [...lanes.names(), null].filter((kind) => isDue(due.lanes.get(kind)));
    const works = kinds.map(work);
    if (isDue(due.leaseMs)) works.push(freeAbandoned(options));
    if (isDue(due.lookUpMs) && lookUpsUnderWay < LOOK_UPS) works.push(claimLookUpsDue());
    const isDone = await Promise.all(works);
    if (isDone.includes(true)) return lookAgainMs(await readDueTimes(options.db, lanes.names()));
    // What is overdue and was not for us is somebody else's, or waits for a place.
    return Math.max(lookAgainMs(due), works.length === 0 ? 0 : OVERDUE_WAIT_MS);
  };

  const run = async (): Promise<void> => {
    for (;;) {
      if (stopped) return;
      wakes.clear();
      try {
        await wakes.wait(await pass());
        if (underWay.size > 0 && !stopped) await pause(GATHER_MS);
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
