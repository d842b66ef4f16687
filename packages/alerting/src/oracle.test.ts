import { describe, expect, it } from 'vitest';
import type { Trigger } from '@ubot/contracts';
import { hasSharedData, NO_SHARED_DATA, sharedData } from '@ubot/testing';
import { HOUR_MS, runMachine } from './builders.testing.ts';

/** Fires of one rule over real hourly candles, worked out by another program; times are close times. */
interface RuleEvents {
  readonly rule: string;
  readonly once_per_bar_close: readonly number[];
  readonly edge_false_to_true: readonly number[];
  readonly only_once: readonly number[];
  readonly cooldown_12_bars: readonly number[];
  readonly for_3_steps: readonly number[];
}
interface Events {
  readonly first_bar: number;
  readonly bars: number;
  readonly rules: readonly RuleEvents[];
}

const events: Events = hasSharedData
  ? (JSON.parse(sharedData('alerts/expected-events/BTCUSDT_1h.json.gz').toString('utf8')) as Events)
  : { first_bar: 0, bars: 0, rules: [] };

function sentAt(rule: RuleEvents, trigger: Partial<Trigger>): number[] {
  const trueAt = new Set(rule.once_per_bar_close);
  const steps = Array.from({ length: events.bars }, (_, bar) => {
    const atMs = events.first_bar + (bar + 1) * HOUR_MS;
    return { atMs, verdict: trueAt.has(atMs) ? ('true' as const) : ('false' as const) };
  });
  const decisions = runMachine(trigger, steps);
  return steps.filter((_, index) => decisions[index]?.send).map(({ atMs }) => atMs);
}

describe.skipIf(!hasSharedData)(`recorded alerts${NO_SHARED_DATA}`, () => {
  it('have no mode that is not run; borderline closes are ties that no implementation is held to', () => {
    const run = ['once_per_bar_close', 'edge_false_to_true', 'only_once', 'cooldown_12_bars', 'for_3_steps'];
    for (const rule of events.rules) {
      expect(Object.keys(rule)).toEqual(['rule', ...run, 'borderline_bar_closes']);
      // As soon as there are some, closes that depend on them have to be left out of the tables below.
      expect((rule as unknown as { borderline_bar_closes: unknown[] }).borderline_bar_closes).toEqual([]);
    }
  });
  const table = events.rules.map((rule) => [rule.rule, rule] as const);

  it.each(table)('%s: while_true fires at each close where it is true', (_, rule) => {
    expect(sentAt(rule, { fires: 'while_true' })).toEqual(rule.once_per_bar_close);
  });
  it.each(table)('%s: on_change fires on each step to true', (_, rule) => {
    expect(sentAt(rule, { fires: 'on_change' })).toEqual(rule.edge_false_to_true);
  });
  it.each(table)('%s: once fires once', (_, rule) => {
    expect(sentAt(rule, { fires: 'once' })).toEqual(rule.only_once);
  });
  it.each(table)('%s: while_true with a cooldown of twelve hours', (_, rule) => {
    expect(sentAt(rule, { fires: 'while_true', cooldownMs: 12 * HOUR_MS })).toEqual(rule.cooldown_12_bars);
  });
  it.each(table)('%s: for 3 candles', (_, rule) => {
    expect(sentAt(rule, { for: { candles: 3 } })).toEqual(rule.for_3_steps);
  });
});
