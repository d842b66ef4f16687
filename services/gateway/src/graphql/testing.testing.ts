import type { Harness } from '../harness.testing.ts';

export interface GraphqlAnswer {
  status: number;
  headers: Headers;
  data?: Record<string, unknown> | null;
  errors?: {
    message: string;
    path?: (string | number)[];
    extensions: { code: string; requestId: string; errors?: unknown[]; retryAfterMs?: number };
  }[];
}

/** Asks /graphql as a client does. */
export async function ask(
  gw: Pick<Harness, 'call'>,
  query: string,
  given: { variables?: unknown; token?: string | null; operationName?: string } = {},
): Promise<GraphqlAnswer> {
  const { token, ...rest } = given;
  const answer = await gw.call('/graphql', {
    method: 'POST',
    body: { query, ...rest },
    ...(token !== undefined && { token }),
  });
  return { status: answer.status, headers: answer.headers, ...(answer.body as object) };
}

/** The codes of an answer's errors. */
export const codesOf = ({ errors = [] }: GraphqlAnswer): string[] => errors.map(({ extensions }) => extensions.code);
