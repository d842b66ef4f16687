import { describe, expect, test } from 'vitest';
import { addressOfAlerts, isFiltering, queryOf, readFilter, type AlertFilter } from './filter.ts';

const STRATEGY = '0198c7a4-0000-7000-8000-000000000001';
const FROM_MS = Date.UTC(2_026, 10, 21, 9, 5);
const TO_MS = Date.UTC(2_026, 10, 21, 10, 5);

describe('the filter of alerts', () => {
  test.each<[string, AlertFilter, string]>([
    ['nothing', {}, '/alerts'],
    ['a strategy and a coin', { strategyId: STRATEGY, coinId: 1 }, `/alerts?strategy=${STRATEGY}&coin=1`],
    ['what a silence muted', { mutedBy: STRATEGY }, `/alerts?mutedBy=${STRATEGY}`],
    ['the last week', { range: '7d' }, '/alerts?range=7d'],
    ['a range of one’s own that is still open', { range: 'own' }, '/alerts?range=own'],
    [
      'between two times',
      { range: 'own', fromMs: FROM_MS, toMs: TO_MS },
      '/alerts?range=own&from=2026-11-21T09%3A05%3A00.000Z&to=2026-11-21T10%3A05%3A00.000Z',
    ],
  ])('%s is said in the address and read from it', (_what, filter, address) => {
    expect(addressOfAlerts(filter)).toBe(address);
    expect(readFilter(new URL(address, 'http://ubot').search)).toEqual(filter);
  });

  test.each(['?strategy=mine', '?coin=-1', '?coin=bitcoin', '?range=2h', '?range=toString', '?from=soon', '?mutedBy='])(
    '%s is passed over',
    (search) => expect(readFilter(search)).toEqual({}),
  );

  test('times without a range are one of one’s own; with a range that ends now they do not count', () => {
    expect(readFilter('?from=2026-11-21T09:05Z')).toEqual({ range: 'own', fromMs: FROM_MS });
    expect(readFilter('?range=1h&from=2026-11-21T09:05Z')).toEqual({ range: '1h' });
  });

  test('is asked of the API in its own words, a range that ends now from this moment', () => {
    expect(queryOf({ coinId: 1, range: '24h' }, TO_MS)).toEqual({ coinId: 1, from: TO_MS - 86_400_000 });
    expect(queryOf({ strategyId: STRATEGY, range: 'own', fromMs: FROM_MS, toMs: TO_MS }, 0)).toEqual({
      strategyId: STRATEGY,
      from: FROM_MS,
      to: TO_MS,
    });
  });

  test('filters once something is kept out: not by a range that has no times yet', () => {
    expect(
      [{}, { range: 'own' }, { range: '1h' }, { coinId: 1 }].map((each) => isFiltering(each as AlertFilter)),
    ).toEqual([false, false, true, true]);
  });
});
