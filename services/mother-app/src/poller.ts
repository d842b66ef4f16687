import { ERRORS, type ErrorCode, type Failure } from '@ubot/contracts';
import type { EventLog } from '@ubot/db';
import { createEventModule, createPipeline, type Feed } from '@ubot/pipeline';
import type { MarketSource, PollOutcome, PollRequest, PollSchedule } from '@ubot/sources';
import { schedule as cron, type ScheduledTask } from 'node-cron';

/** From the first byte of a poll to the last of its pages. */
const POLL_TIME_LIMIT_MS = 45_000;
/** A poll whose tick is further past than this share of the interval is left to the next tick: a gap stays a gap. */
const LATE_SHARE = 0.25;
const LATE_AT_LEAST_MS = 1_500;
/** However bad the failure: the operator may have mended it. */
const REST_AT_MOST_MS = 15 * 60_000;
// What a source did not say itself: how long to leave it alone.
const REST_MS: Partial<Record<ErrorCode, number>> = {
  SOURCE_RATE_LIMITED: 60_000,
  SOURCE_ALLOWANCE_SPENT: REST_AT_MOST_MS,
};
const EVERY_SECOND = '* * * * * *';

const slotOf = (atMs: number, intervalMs: number): number => Math.floor(atMs / intervalMs) * intervalMs;

export interface PollerReport {
  schedule: PollSchedule | null;
  creditsLeft: number | null;
  lastPollAtMs: number | null;
  lastFailure: { code: ErrorCode; detail: string; atMs: number } | null;
}

export interface PollerOptions {
  source: MarketSource;
  nowMs: () => number;
  /** Times of the newest stored snapshot and of the newest stored global metrics; null when there are none. */
  lastTakenAtMs: number | null;
  lastGlobalAtMs: number | null;
  /** false: the last polls are still waiting to be stored; this tick is left out. */
  hasRoom: () => boolean;
  onOutcome: (outcome: PollOutcome) => void;
  /** After every poll, whatever came of it, and after every change of the schedule. */
  onReport: (report: PollerReport) => void;
  log: EventLog;
}

export interface Poller {
  start(): void;
  stop(): Promise<void>;
  /** Looks at the clock and polls if it is time. What the timer calls every second. */
  tick(): Promise<void>;
}

/**
 * Polls a source on its own cadence: at every whole multiple of the interval since the epoch, which becomes the
 * snapshot's time. One poll at a time; a failure never ends the polling.
 *
 * Edges:  the first poll is made at once, for the tick that has just passed. A tick that comes while a poll is running,
 *         or while the source is left alone after a failure, is left out.
 */
export function createPoller(options: PollerOptions): Poller {
  const { source, nowMs, log } = options;
  const pipeline = createPipeline<PollRequest, PollOutcome>({
    name: 'sources',
    modules: [
      {
        name: source.name,
        config: () => ({ ok: true, value: { accepts: () => true } }),
        process: (request, { signal }) =>
          source.poll({ ...request, signal: AbortSignal.any([signal, request.signal]) }),
      },
    ],
    queueLimit: 1,
    concurrency: 1,
    timeLimitMs: POLL_TIME_LIMIT_MS,
    // The poller itself rests by the kind of failure, which a circuit cannot know.
    circuit: { failures: Number.MAX_SAFE_INTEGER, restMs: 1 },
    nowMs,
    onEvent: (event) => log.warn({ ...event }),
  });
  const ending = new AbortController();
  let feed: Feed<PollRequest, PollOutcome>;
  const polls = createEventModule<PollRequest, PollOutcome>({
    name: 'poller',
    into: pipeline,
    queueLimit: 0,
    inFlight: 1,
    start(given) {
      feed = given;
      return () => ending.abort();
    },
  });
  polls.start();
  let task: ScheduledTask | null = null;
  let busy: Promise<void> | null = null;
  let report: PollerReport = { schedule: null, creditsLeft: null, lastPollAtMs: null, lastFailure: null };
  let lastSlotMs = options.lastTakenAtMs ?? -Infinity;
  let lastGlobalAtMs = options.lastGlobalAtMs ?? -Infinity;
  let notBeforeMs = -Infinity;
  let failuresInARow = 0;
  let first = true;

  const tell = (changes: Partial<PollerReport>): void => {
    report = { ...report, ...changes };
    options.onReport(report);
  };

  const failedWith = (failure: Failure): void => {
    failuresInARow += 1;
    const atMs = nowMs();
    const restMs = restAfter(failure, { failuresInARow, intervalMs: report.schedule?.intervalMs ?? LATE_AT_LEAST_MS });
    notBeforeMs = atMs + restMs;
    log.warn({ event: 'poll.failed', code: failure.code, detail: failure.detail, restMs, failuresInARow });
    tell({ lastFailure: { code: failure.code, detail: failure.detail, atMs } });
  };

  /** Asks for the cadence to go on with; a source slows down before its credits end. */
  const askSchedule = async (): Promise<PollSchedule | null> => {
    const asked = await source.schedule();
    if (!asked.ok) {
      failedWith(asked.failure);
      return null;
    }
    if (asked.value.sentence !== report.schedule?.sentence) {
      log.info({ event: 'source.schedule', source: source.name, sentence: asked.value.sentence });
      tell({ schedule: asked.value });
    }
    return asked.value;
  };

  const poll = async (schedule: PollSchedule, slotMs: number): Promise<void> => {
    const wantGlobal = slotMs >= slotOf(lastGlobalAtMs, schedule.globalIntervalMs) + schedule.globalIntervalMs;
    const startedAtMs = nowMs();
    const answer = await feed.offer({ nominalAtMs: slotMs, wantGlobal, signal: ending.signal });
    // While one poll is on its way no other is wanted: its tick is left out.
    if (answer === null || ending.signal.aborted) return;
    if (!answer.ok) return failedWith(answer.failure);
    const { snapshot, leftOutCount, creditCount, creditsLeft } = answer.value;
    failuresInARow = 0;
    if (snapshot.global !== null) lastGlobalAtMs = slotMs;
    log.info({
      event: 'poll.done',
      source: source.name,
      takenAtMs: snapshot.takenAtMs,
      coinCount: snapshot.coinIds.length,
      leftOutCount,
      creditCount,
      tookMs: nowMs() - startedAtMs,
    });
    options.onOutcome(answer.value);
    tell({ creditsLeft, lastPollAtMs: slotMs });
    await askSchedule();
  };

  const look = async (): Promise<void> => {
    const atMs = nowMs();
    if (ending.signal.aborted || atMs < notBeforeMs) return;
    const schedule = report.schedule ?? (await askSchedule());
    if (schedule === null) return;
    const slotMs = slotOf(atMs, schedule.intervalMs);
    const lateMs = Math.max(LATE_AT_LEAST_MS, LATE_SHARE * schedule.intervalMs);
    if (slotMs <= lastSlotMs || (!first && atMs - slotMs > lateMs)) return;
    lastSlotMs = slotMs;
    first = false;
    if (!options.hasRoom()) {
      log.warn({ event: 'poll.left_out', reason: 'the buffer is full', slotMs });
      return;
    }
    await poll(schedule, slotMs);
  };

  const tick = (): Promise<void> => {
    busy ??= look()
      .catch((error: unknown) => {
        // A bug in a driver or in our own folding must not end the polling.
        log.error({ event: 'poll.threw', error });
      })
      .finally(() => {
        busy = null;
      });
    return busy;
  };

  return {
    tick,
    start() {
      task = cron(EVERY_SECOND, () => tick(), {
        name: 'poll',
        noOverlap: true,
        suppressMissedWarning: true,
        logger: SILENT,
      });
      void tick();
    },
    async stop() {
      await task?.destroy();
      await polls.stop();
      await busy;
    },
  };
}

// A tick that comes while a poll is running is expected; node-cron would warn about each.
const SILENT = { info: () => {}, warn: () => {}, error: () => {}, debug: () => {} };

/** How long to leave the source alone after a failure. 0: the next tick is the next try. */
export function restAfter(failure: Failure, options: { failuresInARow: number; intervalMs: number }): number {
  const told = failure.retryAfterMs ?? REST_MS[failure.code];
  if (told !== undefined) return Math.min(told, REST_AT_MOST_MS);
  if (ERRORS[failure.code].retryable) return 0;
  // Will not mend itself (a refused key), yet the operator can mend it: ever more seldom, but never not at all.
  return Math.min(options.intervalMs * 2 ** Math.min(options.failuresInARow - 1, 20), REST_AT_MOST_MS);
}
