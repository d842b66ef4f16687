import { checkCondition } from './door.ts';
import type { ConditionInput } from './condition.ts';
import type { BoolNode, ConditionPlan } from './plan.ts';

type OwnNames = NonNullable<ConditionInput['indicators']>;

/** A diagnostic with the words that its span covers, so that a test reads. */
export interface Mistake {
  readonly code: string;
  readonly at: string;
  readonly from: number;
  readonly message: string;
  readonly hint: string | null;
}

export function check(text: string, indicators: OwnNames = []) {
  return checkCondition({ text, timeframe: '1h', indicators });
}

export function planOf(text: string, indicators: OwnNames = []): ConditionPlan {
  const checked = check(text, indicators);
  if (!checked.ok) throw new Error(`${text}: ${JSON.stringify(checked.diagnostics)}`);
  return checked.plan;
}

export function rootOf(text: string, indicators: OwnNames = []): BoolNode {
  return planOf(text, indicators).root;
}

export function notesOf(text: string, indicators: OwnNames = []): Mistake[] {
  return check(text, indicators).diagnostics.map(({ code, from, to, message, hint }) => ({
    code,
    at: text.slice(from, to),
    from,
    message,
    hint,
  }));
}

/** `code at message`, for tests of which mistakes there are rather than of their words. */
export function codesOf(text: string, indicators: OwnNames = []): string[] {
  return notesOf(text, indicators).map(({ code, at }) => `${code} ${at}`);
}
