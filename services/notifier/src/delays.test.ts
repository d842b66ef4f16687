import { describe, expect, test } from 'vitest';
import { lookUpDelayMs, retryDelayMs } from './delays.ts';
import { referenceOf } from './reference.ts';

describe('the wait before the next attempt', () => {
  test.each([
    [1, 0, 1_000],
    [1, 1, 2_000],
    [2, 1, 4_000],
    [8, 1, 256_000],
    [9, 1, 300_000],
    [50, 1, 300_000],
  ])('after attempt %i with chance %d is %i ms', (attempts, chance, expected) => {
    expect(retryDelayMs({ attempts, retryAfterMs: null, random: () => chance })).toBe(expected);
  });
  test('keeps to what the provider asks for', () => {
    expect(retryDelayMs({ attempts: 1, retryAfterMs: 60_000, random: () => 0 })).toBe(60_000);
    expect(retryDelayMs({ attempts: 1, retryAfterMs: 60_000, random: () => 1 })).toBe(66_000);
  });
});

test.each([
  [0, 20_000],
  [80_000, 20_000],
  [120_000, 30_000],
  [86_400_000, 300_000],
])('a look-up %i ms after the first attempt is repeated after %i ms', (sinceMs, expected) => {
  expect(lookUpDelayMs({ firstAttemptAtMs: 0, nowMs: sinceMs, graceMs: 20_000 })).toBe(expected);
});

test('a reference is six plain letters or digits, the same each time', () => {
  const references = Array.from({ length: 1_000 }, (_, index) => referenceOf(`notification ${index}`));
  for (const reference of references) expect(reference).toMatch(/^[0-9A-HJKMNP-TV-Z]{6}$/);
  expect(new Set(references).size).toBe(1_000);
  expect(referenceOf('notification 7')).toBe(references[7]);
});
