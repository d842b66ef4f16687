import { expect, test } from 'vitest';
import { roundNear } from './roundNear.ts';

test.each([
  [64_066.24, 64_000],
  [64_000, 64_000],
  [0.8319, 0.83],
  [0.000_018_34, 0.000_018],
  [1.0008, 1],
  [9.99, 9.9],
  [0, 0],
  [Number.NaN, 0],
])('%d is just above the round price %d', (price, round) => expect(roundNear(price)).toBe(round));
