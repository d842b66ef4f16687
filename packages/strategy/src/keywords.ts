import {
  AboveKeyword,
  AndKeyword,
  BelowKeyword,
  CrossesKeyword,
  NotKeyword,
  OrKeyword,
} from './generated/condition.terms.ts';

const TERMS: ReadonlyMap<string, number> = new Map([
  ['and', AndKeyword],
  ['or', OrKeyword],
  ['not', NotKeyword],
  ['crosses', CrossesKeyword],
  ['above', AboveKeyword],
  ['below', BelowKeyword],
]);

/** The words that cannot be a name. */
export const KEYWORDS: readonly string[] = [...TERMS.keys()];

/** For the generated parser: the keyword that an identifier is, in any case, or -1. */
export function keywordTerm(identifier: string, _stack?: unknown): number {
  return TERMS.get(identifier.toLowerCase()) ?? -1;
}
