import { describe, expect, it } from 'vitest';
import { isOnShard, parseShard } from './shard.ts';

describe('a shard', () => {
  it.each([
    ['0/1', { index: 0, count: 1 }],
    ['2/3', { index: 2, count: 3 }],
    ['3/3', null],
    ['1', null],
    ['-1/2', null],
    ['0/0', null],
    ['a/b', null],
  ])('%s', (text, expected) => expect(parseShard(text)).toEqual(expected));

  it('has every strategy on exactly one of its shards, evenly spread', () => {
    const ids = Array.from(
      { length: 3_000 },
      (_, i) => `0189${i.toString(16).padStart(4, '0')}-0000-7000-8000-000000000000`,
    );
    const counts = [0, 1, 2].map((index) => ids.filter((id) => isOnShard(id, { index, count: 3 })).length);
    expect(counts.reduce((a, b) => a + b)).toBe(ids.length);
    for (const count of counts) expect(Math.abs(count - 1_000)).toBeLessThan(150);
  });
});
