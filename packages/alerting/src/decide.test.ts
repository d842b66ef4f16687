import { describe, expect, it } from 'vitest';
import type { DecisionReason, Trigger } from '@ubot/contracts';
import { at, F, HOUR_MS, MINUTE_MS, runMachine, STALE, START_MS, T, U, type Step } from './builders.testing.ts';
import type { AlertState } from './decide.ts';

interface Row {
  readonly name: string;
  readonly trigger?: Partial<Trigger>;
  readonly steps: readonly Step[];
  readonly reasons: readonly DecisionReason[];
}

const MINUTES = (minutes: number): number => minutes * MINUTE_MS;
const late = (ageMs: number): Step => ({ ...T, atMs: START_MS, nowMs: START_MS + ageMs });

const ON_CHANGE: Row[] = [
  { name: 'sends on the step to true', steps: [F, T], reasons: ['not_true', 'sent'] },
  { name: 'sends at the first evaluation when the condition is true already', steps: [T], reasons: ['sent'] },
  { name: 'sends when warming up ends in true', steps: [U, T], reasons: ['not_warm', 'sent'] },
  {
    name: 'is silent while it stays true',
    steps: [F, T, T, T],
    reasons: ['not_true', 'sent', 'already_fired', 'already_fired'],
  },
  { name: 'sends again after it was false', steps: [T, F, T], reasons: ['sent', 'not_true', 'sent'] },
  { name: 'is not sent again after unknown', steps: [T, U, T], reasons: ['sent', 'not_warm', 'already_fired'] },
  { name: 'is not sent again after stale', steps: [T, STALE, T], reasons: ['sent', 'stale', 'already_fired'] },
  {
    name: 'never fires on stale data, and fires once the data is fresh',
    steps: [F, STALE, T],
    reasons: ['not_true', 'stale', 'sent'],
  },
  { name: 'says stale rather than not warm', steps: [{ ...U, stale: true }], reasons: ['stale'] },
  {
    name: 'fires again when unknown was followed by false',
    steps: [T, U, F, T],
    reasons: ['sent', 'not_warm', 'not_true', 'sent'],
  },
];

const FIRES: Row[] = [
  {
    name: 'while_true sends at every evaluation without a cooldown',
    trigger: { fires: 'while_true' },
    steps: [T, T, F, T],
    reasons: ['sent', 'sent', 'not_true', 'sent'],
  },
  {
    name: 'while_true sends again on the very ms the cooldown ends',
    trigger: { fires: 'while_true', cooldownMs: MINUTES(10) },
    steps: [at(0), at(MINUTES(10) - 1), at(MINUTES(10)), at(MINUTES(20) - 1), at(MINUTES(20))],
    reasons: ['sent', 'cooling_down', 'sent', 'cooling_down', 'sent'],
  },
  {
    name: 'once sends one alert for ever',
    trigger: { fires: 'once' },
    steps: [F, T, T, F, T],
    reasons: ['not_true', 'sent', 'already_fired', 'already_fired', 'already_fired'],
  },
  {
    name: 'on_change: a step within the cooldown is spent',
    trigger: { cooldownMs: MINUTES(10) },
    steps: [at(0), at(MINUTES(1), F), at(MINUTES(10) - 1), at(MINUTES(11))],
    reasons: ['sent', 'not_true', 'cooling_down', 'already_fired'],
  },
  {
    name: 'on_change: a step on the very ms the cooldown ends is sent',
    trigger: { cooldownMs: MINUTES(10) },
    steps: [at(0), at(MINUTES(1), F), at(MINUTES(10))],
    reasons: ['sent', 'not_true', 'sent'],
  },
];

const HOLD: Row[] = [
  {
    name: 'for 10 minutes: fires on the very ms',
    trigger: { for: { ms: MINUTES(10) } },
    steps: [at(0), at(MINUTES(10) - 1), at(MINUTES(10)), at(MINUTES(11))],
    reasons: ['pending', 'pending', 'sent', 'already_fired'],
  },
  {
    name: 'for 3 candles: fires when three candles have passed since it came true',
    trigger: { for: { candles: 3 } },
    steps: [F, T, T, T, T, T],
    reasons: ['not_true', 'pending', 'pending', 'pending', 'sent', 'already_fired'],
  },
  {
    name: 'false starts the hold over',
    trigger: { for: { candles: 2 } },
    steps: [T, T, F, T, T, T],
    reasons: ['pending', 'pending', 'not_true', 'pending', 'pending', 'sent'],
  },
  {
    name: 'unknown starts the hold over',
    trigger: { for: { candles: 2 } },
    steps: [T, T, U, T, T, T],
    reasons: ['pending', 'pending', 'not_warm', 'pending', 'pending', 'sent'],
  },
  {
    name: 'stale starts the hold over',
    trigger: { for: { candles: 2 } },
    steps: [T, T, STALE, T, T, T],
    reasons: ['pending', 'pending', 'stale', 'pending', 'pending', 'sent'],
  },
  {
    name: 'ten candles that nobody observed do not break the hold',
    trigger: { for: { candles: 2 } },
    steps: [at(0), at(10 * HOUR_MS)],
    reasons: ['pending', 'sent'],
  },
  {
    name: 'more than ten do',
    trigger: { for: { candles: 2 } },
    steps: [at(0), at(10 * HOUR_MS + 1)],
    reasons: ['pending', 'pending'],
  },
  {
    name: 'on short timeframes half an hour does not',
    trigger: { for: { candles: 2 } },
    steps: [
      { ...at(0), timeframe: '1m' },
      { ...at(MINUTES(30)), timeframe: '1m' },
    ],
    reasons: ['pending', 'sent'],
  },
  {
    name: 'while_true holds once, then repeats',
    trigger: { fires: 'while_true', for: { candles: 1 } },
    steps: [T, T, T],
    reasons: ['pending', 'sent', 'sent'],
  },
];

const no: Partial<Step> = { rearmVerdict: 'false' };
const yes: Partial<Step> = { rearmVerdict: 'true' };
const REARM: Row[] = [
  {
    name: 'needs no rearming before the first alert',
    trigger: { rearm: 'x' },
    steps: [{ ...T, ...no }],
    reasons: ['sent'],
  },
  {
    name: 'does not fire again before the rearm condition came true',
    trigger: { rearm: 'x' },
    steps: [
      { ...T, ...no },
      { ...F, ...no },
      { ...T, ...no },
    ],
    reasons: ['sent', 'not_true', 'not_rearmed'],
  },
  {
    name: 'fires again after it',
    trigger: { rearm: 'x' },
    steps: [
      { ...T, ...no },
      { ...F, ...yes },
      { ...F, ...no },
      { ...T, ...no },
    ],
    reasons: ['sent', 'not_true', 'not_true', 'sent'],
  },
  {
    name: 'an unknown rearm condition does not rearm',
    trigger: { rearm: 'x' },
    steps: [T, { ...F, rearmVerdict: 'unknown' }, { ...T, ...no }],
    reasons: ['sent', 'not_true', 'not_rearmed'],
  },
  {
    name: 'stale data does not rearm',
    trigger: { rearm: 'x' },
    steps: [
      { ...T, ...no },
      { ...F, ...yes, stale: true },
      { ...F, ...no },
      { ...T, ...no },
    ],
    reasons: ['sent', 'stale', 'not_true', 'not_rearmed'],
  },
  {
    name: 'rearms once for each alert',
    trigger: { rearm: 'x' },
    steps: [
      { ...T, ...no },
      { ...F, ...yes },
      { ...T, ...no },
      { ...F, ...no },
      { ...T, ...no },
    ],
    reasons: ['sent', 'not_true', 'sent', 'not_true', 'not_rearmed'],
  },
  {
    name: 'while_true waits for rearming too',
    trigger: { rearm: 'x', fires: 'while_true' },
    steps: [
      { ...T, ...no },
      { ...T, ...no },
      { ...T, ...yes },
    ],
    reasons: ['sent', 'not_rearmed', 'sent'],
  },
];

const LIMITS: Row[] = [
  { name: 'is sent one ms before it expires', trigger: { expiresAtMs: START_MS + 1 }, steps: [T], reasons: ['sent'] },
  { name: 'is expired on the very ms', trigger: { expiresAtMs: START_MS }, steps: [T], reasons: ['expired'] },
  {
    name: 'says expired rather than stale or not true',
    trigger: { expiresAtMs: START_MS },
    steps: [STALE, F, U],
    reasons: ['expired', 'expired', 'expired'],
  },
  {
    name: 'is sent below the daily cap',
    trigger: { maxPerDay: 5 },
    steps: [{ ...T, sentToday: 4 }],
    reasons: ['sent'],
  },
  {
    name: 'is held back at the daily cap',
    trigger: { maxPerDay: 5 },
    steps: [{ ...T, sentToday: 5 }],
    reasons: ['over_daily_cap'],
  },
  {
    name: 'is sent late, one ms younger than max_age',
    trigger: { maxAgeMs: MINUTES(15) },
    steps: [late(MINUTES(15) - 1)],
    reasons: ['sent'],
  },
  {
    name: 'is too late at max_age',
    trigger: { maxAgeMs: MINUTES(15) },
    steps: [late(MINUTES(15))],
    reasons: ['too_late'],
  },
  {
    name: 'what came true too long ago is not sent while it stays true',
    trigger: { maxAgeMs: MINUTES(15) },
    steps: [late(MINUTES(15)), at(HOUR_MS)],
    reasons: ['too_late', 'already_fired'],
  },
  {
    name: 'what was too late starts no cooldown',
    trigger: { cooldownMs: 10 * HOUR_MS },
    steps: [late(HOUR_MS), at(HOUR_MS, F), at(2 * HOUR_MS)],
    reasons: ['too_late', 'not_true', 'sent'],
  },
  { name: 'the same evaluation twice sends once', steps: [at(0), at(0)], reasons: ['sent', 'already_fired'] },
  {
    name: 'an evaluation older than the last is not judged',
    steps: [at(HOUR_MS), at(2 * HOUR_MS, F), at(HOUR_MS)],
    reasons: ['sent', 'not_true', 'too_late'],
  },
];

describe.each([
  ['an alert on change', ON_CHANGE],
  ['what fires means', FIRES],
  ['a hold', HOLD],
  ['rearming', REARM],
  ['the limits', LIMITS],
] as const)('%s', (_, rows) => {
  it.each(rows)('$name', ({ trigger = {}, steps, reasons }) => {
    const decisions = runMachine(trigger, steps);
    expect(decisions.map((decision) => decision.reason)).toEqual(reasons);
    expect(decisions.map((decision) => decision.send)).toEqual(reasons.map((reason) => reason === 'sent'));
  });
});

describe('the machine', () => {
  it('switches a once strategy off with the alert it sends, and not before', () => {
    const decisions = runMachine({ fires: 'once', maxPerDay: 1 }, [{ ...T, sentToday: 1 }, F, T]);
    expect(decisions.map((decision) => [decision.reason, decision.switchOff ?? false])).toEqual([
      ['over_daily_cap', false],
      ['not_true', false],
      ['sent', true],
    ]);
  });

  it('remembers plain JSON', () => {
    const [decision] = runMachine({ for: { candles: 1 } }, [T]);
    const state: AlertState = {
      phase: 'pending',
      lastAtMs: START_MS,
      trueSinceMs: START_MS,
      lastAlertAtMs: null,
      armed: true,
    };
    expect(decision?.state).toEqual(state);
    expect(JSON.parse(JSON.stringify(decision?.state))).toEqual(state);
  });
});
