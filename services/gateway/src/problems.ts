/** For routes that answer with nothing. */
export const NO_BODY = { type: 'null', description: 'Nothing' } as const;

/**
 * What a route answers, for the OpenAPI description; the problems that any route may answer are added there. Typed
 * loosely on purpose: bodies go through as bytes.
 */
export function answers(own: Readonly<Record<number, object>>): Readonly<Record<string, unknown>> {
  return own;
}
