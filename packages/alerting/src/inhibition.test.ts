import { describe, expect, test } from 'vitest';
import { findInhibition, type FiringMachine, type InhibitedFacts, type InhibitionRule } from './inhibition.ts';

const NOW = 1_000_000_000;
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

const rule: InhibitionRule = {
  sourceStrategyId: 'crash',
  sourceCoinId: null,
  sameCoin: false,
  targetTags: null,
  targetStrategyIds: null,
};
const source: FiringMachine = { strategyId: 'crash', coinId: 1, timeframe: '5m', confirmedAtMs: NOW };
const facts: InhibitedFacts = { strategyId: 'dip', coinId: 1027, tags: ['alts', 'night'], nowMs: NOW };

describe('a rule of inhibition', () => {
  test.each<{ what: string; rule?: Partial<InhibitionRule>; facts?: Partial<InhibitedFacts>; muted: boolean }>([
    { what: 'names no target: every other strategy', muted: true },
    { what: 'never mutes its own source', facts: { strategyId: 'crash' }, muted: false },
    { what: 'by a tag of it neither', rule: { targetTags: ['alts'] }, facts: { strategyId: 'crash' }, muted: false },
    { what: 'is of another source', rule: { sourceStrategyId: 'rally' }, muted: false },
    { what: 'needs the source to fire for a coin', rule: { sourceCoinId: 1 }, muted: true },
    { what: 'needs it to fire for another coin', rule: { sourceCoinId: 2 }, muted: false },
    { what: 'mutes the same coin only, this is another', rule: { sameCoin: true }, muted: false },
    { what: 'mutes the same coin only', rule: { sameCoin: true }, facts: { coinId: 1 }, muted: true },
    { what: 'names a tag of the alert', rule: { targetTags: ['majors', 'night'] }, muted: true },
    { what: 'names part of a tag', rule: { targetTags: ['nigh'] }, muted: false },
    { what: 'names the strategy', rule: { targetStrategyIds: ['rally', 'dip'] }, muted: true },
    { what: 'names another strategy', rule: { targetStrategyIds: ['rally'] }, muted: false },
    { what: 'tag or strategy', rule: { targetTags: ['night'], targetStrategyIds: ['rally'] }, muted: true },
    { what: 'neither', rule: { targetTags: ['day'], targetStrategyIds: ['rally'] }, muted: false },
  ])('$what: $muted', ({ rule: changes, facts: other, muted }) => {
    expect(findInhibition([{ ...rule, ...changes }], [source], { ...facts, ...other }) !== null).toBe(muted);
  });

  test.each<{ timeframe: FiringMachine['timeframe']; ageMs: number; muted: boolean }>([
    { timeframe: '1m', ageMs: 30 * MINUTE, muted: true },
    { timeframe: '1m', ageMs: 30 * MINUTE + 1, muted: false },
    { timeframe: '30m', ageMs: 90 * MINUTE, muted: true },
    { timeframe: '30m', ageMs: 90 * MINUTE + 1, muted: false },
    { timeframe: '1d', ageMs: 72 * HOUR, muted: true },
    { timeframe: '1d', ageMs: 72 * HOUR + 1, muted: false },
  ])('a $timeframe source last heard of $ageMs ms ago still mutes: $muted', ({ timeframe, ageMs, muted }) => {
    const old = { ...source, timeframe, confirmedAtMs: NOW - ageMs };
    expect(findInhibition([rule], [old], facts) !== null).toBe(muted);
  });

  test('nothing fires, nothing is muted; of several rules the first that fits is named, with what fires', () => {
    const other = { ...rule, sourceStrategyId: 'rally' };
    expect(findInhibition([other, rule], [], facts)).toBeNull();
    const old = { ...source, coinId: 7, confirmedAtMs: 0 };
    expect(findInhibition([other, rule, { ...rule }], [old, source], facts)).toEqual({ rule, source });
  });
});
