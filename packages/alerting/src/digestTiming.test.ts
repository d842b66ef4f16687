import { expect, test } from 'vitest';
import { digestDueMs, NO_DIGEST } from './digestTiming.ts';

const timing = { waitMs: 30_000, intervalMs: 300_000 };

test.each<[string, { first: number; last: number | null; due: number }]>([
  ['the first alert of a channel waits the first wait', { first: 1_000, last: null, due: 31_000 }],
  ['one within the interval waits for its end', { first: 1_000, last: 0, due: 300_000 }],
  ['one just before its end waits for no more than that', { first: 299_999, last: 0, due: 300_000 }],
  ['one at its very end waits the first wait', { first: 300_000, last: 0, due: 330_000 }],
  ['one that was left over from the last message waits for the next', { first: 0, last: 40_000, due: 340_000 }],
])('%s', (_name, { first, last, due }) => {
  expect(digestDueMs({ timing, firstWaitingAtMs: first, lastMessageAtMs: last })).toBe(due);
});

test('without wait and interval nothing waits', () => {
  expect(digestDueMs({ timing: NO_DIGEST, firstWaitingAtMs: 7, lastMessageAtMs: 5 })).toBe(7);
});
