/** How deep parentheses, brackets, calls, `not` and signs may stand within one another. */
export const MAX_NESTING = 64;

export const NESTED_TOO_DEEP = `The condition is nested more than ${MAX_NESTING} levels deep.`;
