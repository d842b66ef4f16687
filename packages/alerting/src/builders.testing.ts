import { DEFAULT_TRIGGER, type Trigger } from '@ubot/contracts';
import { decideAlert, INITIAL_ALERT_STATE, type AlertState, type Decision, type DecisionInput } from './decide.ts';

export const MINUTE_MS = 60_000;
export const HOUR_MS = 60 * MINUTE_MS;
/** 2026-11-21 00:00 UTC. */
export const START_MS = 1_795_219_200_000;

export type Step = Partial<Omit<DecisionInput, 'state' | 'trigger'>> & Pick<DecisionInput, 'verdict'>;

/** Runs a machine over steps an hour apart; a step may bring its own time. */
export function runMachine(trigger: Partial<Trigger>, steps: readonly Step[]): Decision[] {
  let state: AlertState = INITIAL_ALERT_STATE;
  return steps.map((step, index) => {
    const atMs = step.atMs ?? START_MS + index * HOUR_MS;
    const decision = decideAlert({
      rearmVerdict: null,
      timeframe: '1h',
      nowMs: atMs,
      stale: false,
      sentToday: 0,
      ...step,
      atMs,
      trigger: { ...DEFAULT_TRIGGER, ...trigger },
      state,
    });
    ({ state } = decision);
    return decision;
  });
}

export const T: Step = { verdict: 'true' };
export const F: Step = { verdict: 'false' };
export const U: Step = { verdict: 'unknown' };
export const STALE: Step = { verdict: 'true', stale: true };
export const at = (ms: number, step: Step = T): Step => ({ ...step, atMs: START_MS + ms });
