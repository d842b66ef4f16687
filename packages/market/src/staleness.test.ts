import { describe, expect, it } from 'vitest';
import { snapshotOf } from './builders.testing.ts';
import { createStaleness } from './staleness.ts';

const MINUTE_MS = 60_000;
const T = Date.parse('2026-11-21T10:00:00Z');

describe('a coin whose provider time stands still', () => {
  it.each([
    [0, false],
    [3 * MINUTE_MS - 1, false],
    [3 * MINUTE_MS, false],
    [3 * MINUTE_MS + 1, true],
  ])('after %i ms with polls every minute: stale is %s', (afterMs, stale) => {
    const staleness = createStaleness();
    staleness.update(snapshotOf(T, [{ id: 1, price: 5, providerTimeMs: T }]));
    staleness.update(snapshotOf(T + afterMs, [{ id: 1, price: 5, providerTimeMs: T }]));
    expect(staleness.isStale(1)).toBe(stale);
  });

  it('is judged by the poll interval of the snapshot', () => {
    const staleness = createStaleness();
    const slow = { pollIntervalMs: 5 * MINUTE_MS };
    staleness.update(snapshotOf(T, [{ id: 1, price: 5, providerTimeMs: T }], slow));
    staleness.update(snapshotOf(T + 15 * MINUTE_MS, [{ id: 1, price: 5, providerTimeMs: T }], slow));
    expect(staleness.isStale(1)).toBe(false);
    staleness.update(snapshotOf(T + 20 * MINUTE_MS, [{ id: 1, price: 5, providerTimeMs: T }], slow));
    expect(staleness.isStale(1)).toBe(true);
  });

  it('is fresh again as soon as its provider time moves', () => {
    const staleness = createStaleness();
    staleness.update(snapshotOf(T, [{ id: 1, price: 5, providerTimeMs: T }]));
    staleness.update(snapshotOf(T + 9 * MINUTE_MS, [{ id: 1, price: 5, providerTimeMs: T }]));
    expect(staleness.isStale(1)).toBe(true);
    staleness.update(snapshotOf(T + 10 * MINUTE_MS, [{ id: 1, price: 5, providerTimeMs: T + 1 }]));
    expect(staleness.isStale(1)).toBe(false);
  });

  it('says nothing about the other coins, about a coin never seen, or about a coin without a provider time', () => {
    const staleness = createStaleness();
    const coins = (nowMs: number) => [
      { id: 1, price: 5, providerTimeMs: T },
      { id: 2, price: 5, providerTimeMs: nowMs },
      { id: 3, price: 5 },
    ];
    staleness.update(snapshotOf(T, coins(T)));
    staleness.update(snapshotOf(T + 9 * MINUTE_MS, coins(T + 9 * MINUTE_MS)));
    expect([1, 2, 3, 4].map((id) => staleness.isStale(id))).toEqual([true, false, false, false]);
  });

  it('counts a coin that is no longer in the snapshots as standing still', () => {
    const staleness = createStaleness();
    staleness.update(snapshotOf(T, [{ id: 1, price: 5 }]));
    staleness.update(snapshotOf(T + 3 * MINUTE_MS, []));
    expect(staleness.isStale(1)).toBe(false);
    staleness.update(snapshotOf(T + 4 * MINUTE_MS, []));
    expect(staleness.isStale(1)).toBe(true);
  });
});
