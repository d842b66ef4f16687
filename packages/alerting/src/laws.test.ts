import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DEFAULT_TRIGGER, type Trigger } from '@ubot/contracts';
import { HOUR_MS, MINUTE_MS, START_MS } from './builders.testing.ts';
import { decideAlert, INITIAL_ALERT_STATE, type AlertState, type DecisionInput } from './decide.ts';

const verdicts = fc.constantFrom('true', 'false', 'unknown') as fc.Arbitrary<DecisionInput['verdict']>;
const evaluations = fc.array(
  fc.record({
    verdict: verdicts,
    rearmVerdict: fc.option(verdicts),
    minute: fc.nat({ max: 60 }),
    ageMs: fc.nat({ max: 30 * MINUTE_MS }),
    stale: fc.boolean(),
    sentToday: fc.nat({ max: 4 }),
  }),
  { maxLength: 60 },
);
const triggers: fc.Arbitrary<Trigger> = fc.record({
  on: fc.constantFrom('candle_close', 'snapshot'),
  fires: fc.constantFrom('on_change', 'while_true', 'once'),
  for: fc.option(
    fc.oneof(
      fc.record({ ms: fc.integer({ min: 1, max: 600_000 }) }),
      fc.record({ candles: fc.integer({ min: 1, max: 5 }) }),
    ),
  ),
  cooldownMs: fc.nat({ max: 20 * MINUTE_MS }),
  rearm: fc.option(fc.constant('close > 1')),
  expiresAtMs: fc.option(fc.integer({ min: START_MS, max: START_MS + HOUR_MS })),
  maxPerDay: fc.option(fc.integer({ min: 1, max: 4 })),
  maxAgeMs: fc.integer({ min: 1_000, max: HOUR_MS }),
}) as fc.Arbitrary<Trigger>;

type Evaluation = (typeof evaluations extends fc.Arbitrary<infer Rows> ? Rows : never)[number];

function replay(trigger: Trigger, rows: Evaluation[]) {
  let state = INITIAL_ALERT_STATE;
  return rows.map(({ minute, ageMs, ...row }) => {
    const atMs = START_MS + minute * MINUTE_MS;
    const decision = decideAlert({ ...row, state, trigger, timeframe: '1m', atMs, nowMs: atMs + ageMs });
    // What is remembered passes through the database.
    state = JSON.parse(JSON.stringify(decision.state)) as AlertState;
    return { atMs, verdict: row.verdict, stale: row.stale, ...decision };
  });
}

describe('laws of the machine', () => {
  it('sends at most once for one time, in whatever order evaluations come', () => {
    fc.assert(
      fc.property(triggers, evaluations, (trigger, rows) => {
        const sent = replay(trigger, rows).filter(({ send }) => send);
        expect(new Set(sent.map(({ atMs }) => atMs)).size).toBe(sent.length);
      }),
      { numRuns: 1_000 },
    );
  });

  it('sends only what is true, fresh and unexpired, never inside a cooldown, and once at most once', () => {
    fc.assert(
      fc.property(triggers, evaluations, (trigger, rows) => {
        const decisions = replay(trigger, rows);
        expect(decisions.map(({ send }) => send)).toEqual(decisions.map(({ reason }) => reason === 'sent'));
        const sent = decisions.filter(({ send }) => send);
        expect(sent.every(({ verdict, stale }) => verdict === 'true' && !stale)).toBe(true);
        expect(sent.every(({ atMs }) => atMs < (trigger.expiresAtMs ?? Infinity))).toBe(true);
        const apartMs = sent.slice(1).map(({ atMs }, index) => atMs - (sent[index]?.atMs ?? 0));
        expect(Math.min(...apartMs)).toBeGreaterThanOrEqual(Math.max(trigger.cooldownMs, 1));
        expect(sent.length).toBeLessThanOrEqual(trigger.fires === 'once' ? 1 : Infinity);
      }),
      { numRuns: 1_000 },
    );
  });

  it('gives the same decisions for the same evaluations', () => {
    fc.assert(
      fc.property(triggers, evaluations, (trigger, rows) => {
        expect(replay(trigger, rows)).toEqual(replay(trigger, rows));
      }),
    );
  });

  it('leaves the trigger that strategies have by default unharmed by repeats: each row twice sends the same alerts', () => {
    fc.assert(
      fc.property(evaluations, (rows) => {
        const once = replay(DEFAULT_TRIGGER, rows).filter(({ send }) => send);
        const twice = replay(
          DEFAULT_TRIGGER,
          rows.flatMap((row) => [row, row]),
        ).filter(({ send }) => send);
        expect(twice.map(({ atMs }) => atMs)).toEqual(once.map(({ atMs }) => atMs));
      }),
    );
  });
});
