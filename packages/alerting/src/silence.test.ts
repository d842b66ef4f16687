import { describe, expect, test } from 'vitest';
import { findSilence, type SilenceRule } from './silence.ts';

const STARTS = 1_000;
const ENDS = 2_000;
const all: SilenceRule = { strategyId: null, coinId: null, tag: null, startsAtMs: STARTS, endsAtMs: ENDS };
const facts = { strategyId: 'dip', coinId: 1, tags: ['majors', 'night'], nowMs: 1_500 };

describe('a silence', () => {
  test.each([
    { nowMs: STARTS - 1, silenced: false },
    { nowMs: STARTS, silenced: true },
    { nowMs: ENDS - 1, silenced: true },
    { nowMs: ENDS, silenced: false },
  ])('in force from its start until before its end: at $nowMs $silenced', ({ nowMs, silenced }) => {
    expect(findSilence([all], { ...facts, nowMs }) !== null).toBe(silenced);
  });

  test.each<{ what: string; silence: Partial<SilenceRule>; silenced: boolean }>([
    { what: 'nothing named: everything', silence: {}, silenced: true },
    { what: 'the strategy', silence: { strategyId: 'dip' }, silenced: true },
    { what: 'another strategy', silence: { strategyId: 'rally' }, silenced: false },
    { what: 'the coin', silence: { coinId: 1 }, silenced: true },
    { what: 'another coin', silence: { coinId: 1027 }, silenced: false },
    { what: 'a tag of the strategy', silence: { tag: 'night' }, silenced: true },
    { what: 'part of a tag', silence: { tag: 'nigh' }, silenced: false },
    { what: 'all three', silence: { strategyId: 'dip', coinId: 1, tag: 'majors' }, silenced: true },
    { what: 'two of three', silence: { strategyId: 'dip', coinId: 1, tag: 'memes' }, silenced: false },
  ])('$what: $silenced', ({ silence, silenced }) => {
    expect(findSilence([{ ...all, ...silence }], facts) !== null).toBe(silenced);
  });

  test('of several that fit, the one that ends last is named', () => {
    const longer = { ...all, endsAtMs: ENDS + 1 };
    expect(findSilence([all, longer, all], facts)).toBe(longer);
  });
});
