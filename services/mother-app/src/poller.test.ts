import type { ErrorCode, Failure, Result } from '@ubot/contracts';
import type { SnapshotColumns } from '@ubot/market';
import type { MarketSource, PollOutcome, PollRequest, PollSchedule } from '@ubot/sources';
import { fakeClock } from '@ubot/testing';
import { describe, expect, test } from 'vitest';
import { createPoller, restAfter, type PollerReport } from './poller.ts';

const MINUTE_MS = 60_000;
const START_MS = Date.UTC(2026, 2, 14, 12) + 17_000;
const TICK_MS = START_MS - 17_000;
const LOG = { info: () => {}, warn: () => {}, error: () => {} };

const snapshotAt = (takenAtMs: number, withGlobal: boolean): SnapshotColumns => ({
  takenAtMs,
  source: 'script',
  pollIntervalMs: MINUTE_MS,
  coinIds: new Int32Array(0),
  priceUsd: new Float64Array(0),
  volume24hUsd: new Float64Array(0),
  marketCapUsd: new Float64Array(0),
  rank: new Int32Array(0),
  percentChange1h: new Float64Array(0),
  percentChange24h: new Float64Array(0),
  percentChange7d: new Float64Array(0),
  providerTimeMs: new Float64Array(0),
  global: withGlobal
    ? { totalMarketCapUsd: 1, totalVolume24hUsd: 1, btcDominancePct: 1, ethDominancePct: 1, providerTimeMs: NaN }
    : null,
});

function setUp(options: { lastTakenAtMs?: number; hasRoom?: () => boolean } = {}) {
  const clock = fakeClock(START_MS);
  const requests: { atMs: number; wantGlobal: boolean }[] = [];
  const outcomes: number[] = [];
  const reports: PollerReport[] = [];
  const script: { failures: (Failure | Error)[]; schedule: PollSchedule; hold: Promise<void> | null } = {
    failures: [],
    schedule: {
      intervalMs: MINUTE_MS,
      globalIntervalMs: 3 * MINUTE_MS,
      sentence: 'every minute',
      creditsPerMonth: 0,
      creditsAllowed: null,
    },
    hold: null,
  };
  const source: MarketSource = {
    name: 'script',
    label: 'Script',
    demo: true,
    schedule: () => Promise.resolve({ ok: true, value: script.schedule }),
    async poll(request: PollRequest): Promise<Result<PollOutcome>> {
      requests.push({ atMs: request.nominalAtMs, wantGlobal: request.wantGlobal });
      await script.hold;
      const failure = script.failures.shift();
      if (failure instanceof Error) throw failure;
      if (failure !== undefined) return { ok: false, failure };
      const snapshot = snapshotAt(request.nominalAtMs, request.wantGlobal);
      return { ok: true, value: { snapshot, coins: [], leftOutCount: 0, creditCount: 1, creditsLeft: 99 } };
    },
    close: () => Promise.resolve(),
  };
  const poller = createPoller({
    source,
    nowMs: clock.nowMs,
    lastTakenAtMs: options.lastTakenAtMs ?? null,
    lastGlobalAtMs: null,
    hasRoom: options.hasRoom ?? (() => true),
    onOutcome: (outcome) => outcomes.push(outcome.snapshot.takenAtMs),
    onReport: (report) => reports.push(report),
    log: LOG,
  });
  /** Lets the seconds pass one by one, as the timer does. */
  const pass = async (ms: number): Promise<void> => {
    for (const endMs = clock.nowMs() + ms; clock.nowMs() < endMs;) {
      clock.advance(Math.min(1_000, endMs - clock.nowMs()));
      await poller.tick();
    }
  };
  return { clock, poller, requests, outcomes, reports, script, pass };
}

const minutes = (...numbers: number[]): number[] => numbers.map((minute) => TICK_MS + minute * MINUTE_MS);
const failure = (code: ErrorCode, retryAfterMs?: number): Failure => ({
  code,
  detail: code,
  ...(retryAfterMs !== undefined && { retryAfterMs }),
});

describe('polls', () => {
  test('are made at once and then at every whole multiple of the interval, whose time they carry', async () => {
    const { poller, outcomes, pass } = setUp();
    await poller.tick();
    expect(outcomes).toEqual(minutes(0));
    await pass(3 * MINUTE_MS);
    expect(outcomes).toEqual(minutes(0, 1, 2, 3));
    await poller.stop();
  });

  test('do not repeat a tick that is stored already', async () => {
    const { poller, outcomes, pass } = setUp({ lastTakenAtMs: TICK_MS });
    await poller.tick();
    expect(outcomes).toEqual([]);
    await pass(MINUTE_MS);
    expect(outcomes).toEqual(minutes(1));
    await poller.stop();
  });

  test('leave out a tick that is long past instead of giving it a later price', async () => {
    const { poller, outcomes, clock, pass } = setUp();
    await poller.tick();
    clock.advance(MINUTE_MS + 30_000);
    await poller.tick();
    expect(outcomes).toEqual(minutes(0));
    await pass(MINUTE_MS);
    expect(outcomes).toEqual(minutes(0, 2));
    await poller.stop();
  });

  test('never run two at once; ticks that come meanwhile are left out', async () => {
    const { poller, requests, outcomes, clock, script } = setUp();
    let finish: () => void = () => {};
    script.hold = new Promise((resolve) => {
      finish = resolve;
    });
    const first = poller.tick();
    clock.advance(2 * MINUTE_MS);
    const second = poller.tick();
    expect(second).toBe(first);
    finish();
    await first;
    expect(requests).toHaveLength(1);
    expect(outcomes).toEqual(minutes(0));
    await poller.stop();
  });

  test('ask for global metrics on their own, slower cadence', async () => {
    const { poller, requests, pass } = setUp();
    await poller.tick();
    await pass(6 * MINUTE_MS);
    expect(requests.filter((request) => request.wantGlobal).map((request) => request.atMs)).toEqual(minutes(0, 3, 6));
    await poller.stop();
  });

  test('follow a schedule that slows down', async () => {
    const { poller, outcomes, script, reports, pass } = setUp();
    await poller.tick();
    script.schedule = { ...script.schedule, intervalMs: 4 * MINUTE_MS, sentence: 'every four' };
    await pass(9 * MINUTE_MS);
    // The tick of minute 1 is the one that learns of it.
    expect(outcomes).toEqual(minutes(0, 1, 4, 8));
    expect(reports.at(-1)!.schedule!.sentence).toBe('every four');
    await poller.stop();
  });

  test('are left out while the last ones wait to be stored', async () => {
    let room = false;
    const { poller, outcomes, pass } = setUp({ hasRoom: () => room });
    await poller.tick();
    expect(outcomes).toEqual([]);
    room = true;
    await pass(MINUTE_MS);
    expect(outcomes).toEqual(minutes(1));
    await poller.stop();
  });

  test('go on at the next tick after a failure that may pass, which is reported', async () => {
    const { poller, outcomes, script, reports, pass } = setUp();
    script.failures.push(failure('SOURCE_UNREACHABLE'), new Error('a bug in the driver'));
    await poller.tick();
    expect(reports.at(-1)!.lastFailure).toEqual({
      code: 'SOURCE_UNREACHABLE',
      detail: 'SOURCE_UNREACHABLE',
      atMs: START_MS,
    });
    await pass(2 * MINUTE_MS);
    expect(outcomes).toEqual(minutes(2));
    await poller.stop();
  });

  test('wait as long as the source asks, and go on', async () => {
    const { poller, requests, script, pass } = setUp();
    script.failures.push(failure('SOURCE_RATE_LIMITED', 150_000));
    await poller.tick();
    await pass(4 * MINUTE_MS);
    // 150 s after 12:00:17 is 12:02:47: the tick of minute 3 is the first after it.
    expect(requests.map((request) => request.atMs)).toEqual(minutes(0, 3, 4));
    await poller.stop();
  });
});

describe('the rest after a failure', () => {
  const rest = (code: ErrorCode, failuresInARow: number, retryAfterMs?: number) =>
    restAfter(failure(code, retryAfterMs), { failuresInARow, intervalMs: MINUTE_MS });

  test.each([
    ['SOURCE_TIMEOUT', 5, undefined, 0],
    ['SOURCE_UNREACHABLE', 1, undefined, 0],
    ['SOURCE_FAILED', 1, undefined, 0],
    ['SOURCE_ANSWER_INVALID', 1, undefined, 0],
    ['SOURCE_RATE_LIMITED', 1, undefined, 60_000],
    ['SOURCE_RATE_LIMITED', 1, 5_000, 5_000],
    ['SOURCE_ALLOWANCE_SPENT', 1, undefined, 900_000],
    ['SOURCE_ALLOWANCE_SPENT', 1, 86_400_000, 900_000],
    ['SOURCE_KEY_REFUSED', 1, undefined, 60_000],
    ['SOURCE_KEY_REFUSED', 2, undefined, 120_000],
    ['SOURCE_KEY_REFUSED', 9, undefined, 900_000],
    ['SOURCE_PLAN_REFUSED', 4, undefined, 480_000],
    ['SOURCE_GONE', 5_000, undefined, 900_000],
    ['MODULE_TIMED_OUT', 1, undefined, 0],
  ] as const)('%s, failure %i in a row, told %s ms: %i ms', (code, failuresInARow, told, restMs) => {
    expect(rest(code, failuresInARow, told)).toBe(restMs);
  });
});
