import type { WatchFacts } from '@ubot/db';
import { describe, expect, test } from 'vitest';
import { judge, spanOf, type Observed } from './judge.ts';

const NOW = 1_800_000_000_000;
const LIMITS = { sourceStaleMs: 600_000, queueAgeMs: 300_000, nothingDeliveredMs: 900_000, spendingPart: 0.8 };
const WELL: WatchFacts = {
  newestSnapshot: { takenAtMs: NOW, pollIntervalMs: 60_000, source: 'coinmarketcap' },
  scannedAtMs: NOW,
  oldestDueMs: null,
  lastSentMs: null,
  undeliveredSinceMs: null,
};
const snapshot = (takenAtMs: number, pollIntervalMs = 60_000): Partial<WatchFacts> => ({
  newestSnapshot: { takenAtMs, pollIntervalMs, source: 'coinmarketcap' },
  scannedAtMs: takenAtMs,
});
const kinds = (facts: Partial<WatchFacts>, observed: Partial<Observed> = {}): string[] =>
  judge({ facts: { ...WELL, ...facts }, resting: [], spending: null, ...observed }, LIMITS, NOW).map(
    ({ kind, subject }) => (subject === '' ? kind : `${kind} ${subject}`),
  );

describe('what is wrong', () => {
  test.each<[string, Partial<WatchFacts>, string[]]>([
    ['all well', {}, []],
    ['a uBot that has nothing yet', { newestSnapshot: null, scannedAtMs: null }, []],
    ['a snapshot as old as it may be', snapshot(NOW - 600_000), []],
    ['a snapshot a millisecond older', snapshot(NOW - 600_001), ['source_stale']],
    ['a slow plan: three polls', snapshot(NOW - 900_000, 300_000), []],
    ['a slow plan: a millisecond more', snapshot(NOW - 900_001, 300_000), ['source_stale']],
    ['a scanner as far behind as it may be', { scannedAtMs: NOW - 600_000 }, []],
    ['a scanner a millisecond more behind', { scannedAtMs: NOW - 600_001 }, ['scanner_behind']],
    ['a queue as old as it may be', { oldestDueMs: NOW - 300_000 }, []],
    ['a queue a millisecond older', { oldestDueMs: NOW - 300_001 }, ['queue_growing']],
    ['nothing due, nothing sent for long', { lastSentMs: NOW - 90_000_000 }, []],
    ['undelivered as long as may be', { undeliveredSinceMs: NOW - 900_000 }, []],
    ['undelivered a millisecond longer', { undeliveredSinceMs: NOW - 900_001 }, ['nothing_delivered']],
    ['undelivered, but others go out', { undeliveredSinceMs: NOW - 90_000_000, lastSentMs: NOW - 900_000 }, []],
    [
      'undelivered, and the last went out too long ago',
      { undeliveredSinceMs: NOW - 90_000_000, lastSentMs: NOW - 900_001 },
      ['nothing_delivered'],
    ],
  ])('%s', (_, facts, expected) => {
    expect(kinds(facts)).toEqual(expected);
  });

  test('every resting driver is a trouble of its own', () => {
    expect(kinds({}, { resting: ['sms', 'email'] })).toEqual(['circuit_open sms', 'circuit_open email']);
  });

  test.each([
    [79.99, []],
    [80, ['spending_near_cap']],
  ])('spending %d of 100', (spent, expected) => {
    expect(kinds({}, { spending: { spent, cap: 100, currency: 'USD', period: 'day' } })).toEqual(expected);
  });
});

test.each([
  [45_000, '45 s'],
  [119_000, '119 s'],
  [120_000, '2 min'],
  [7_140_000, '119 min'],
  [12_000_000, '3 h 20 min'],
])('%d ms are %s', (ms, text) => {
  expect(spanOf(ms)).toBe(text);
});
