import {
  createApiClient,
  type ApiAnswer,
  type ApiCall,
  type ApiFailure,
  type ApiResult,
  type ApiRouteKey,
  type ErrorCode,
  type User,
} from '@ubot/contracts';
import {
  keepPreviousData,
  QueryClient,
  queryOptions,
  useMutation,
  useQuery,
  type UseMutationResult,
  type UseQueryResult,
} from '@tanstack/react-query';
import { text } from '../texts/i18n.ts';

// The session is a cookie that no script can read; the gateway takes changes from its own pages only.
const client = createApiClient({ baseUrl: '' });

/** What uBot refused, thrown for TanStack Query. `message` is a sentence for people. */
export class ApiProblem extends Error {
  readonly code: ErrorCode;
  readonly failure: ApiFailure;

  constructor(failure: ApiFailure) {
    super(failure.status === 0 ? text('states.unreachable') : failure.detail);
    this.name = 'ApiProblem';
    this.code = failure.code;
    this.failure = failure;
  }

  /** Nobody answered: the network or uBot is away. */
  get isOffline(): boolean {
    return this.failure.status === 0;
  }
}

export type GetRoute = Extract<ApiRouteKey, `GET ${string}`>;
export type ActRoute = Exclude<ApiRouteKey, GetRoute>;

/** How long a session that takes the place of another may be on its way to this browser. */
const REPLACING_MS = 1_000;

const isUnauthenticated = (result: ApiResult<unknown>): boolean =>
  !result.ok && result.failure.code === 'UNAUTHENTICATED';

/** Who is signed in; null: nobody. */
export const ME = queryOptions({
  queryKey: ['me'],
  queryFn: async ({ signal }): Promise<User | null> => {
    const read = (): Promise<ApiResult<User>> => client.call('GET /api/v1/me', { signal });
    let result = await read();
    if (isUnauthenticated(result) && queries.getQueryData(['me'])) {
      await new Promise((resolve) => setTimeout(resolve, REPLACING_MS));
      result = await read();
    }
    if (result.ok) return result.value;
    if (isUnauthenticated(result)) return null;
    throw new ApiProblem(result.failure);
  },
  staleTime: 5 * 60_000,
});

const isStillSignedIn = async (): Promise<boolean> => {
  const me = await queries.fetchQuery({ ...ME, staleTime: 0 }).catch(() => null);
  return me !== null;
};

/**
 * Asks one route. Errors: ApiProblem. A session that has ended brings the sign-in page up; one that was replaced while the
 * question was on its way (a new password, a second factor, in this tab or another) has it asked once more.
 */
export async function ask<K extends ApiRouteKey>(route: K, call: ApiCall<K>): Promise<ApiAnswer<K>> {
  let result = await client.call(route, call);
  if (isUnauthenticated(result) && (await isStillSignedIn())) result = await client.call(route, call);
  if (result.ok) return result.value;
  throw new ApiProblem(result.failure);
}

const RETRIES = 2;

export const queries = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: 15_000,
      // What is refused stays refused; what did not arrive may the next time.
      retry: (count, error) => count < RETRIES && error instanceof ApiProblem && error.failure.status === 0,
    },
  },
});

/** The key of a route's answers in the cache; with no call, of all of them: `queries.invalidateQueries`. */
export const keyOf = <K extends GetRoute>(route: K, call?: ApiCall<K>): readonly unknown[] =>
  call === undefined ? [route] : [route, call];

/** A route's answer, kept and shared by all who ask the same. */
export function useApi<K extends GetRoute>(
  route: K,
  call: ApiCall<K>,
  options: { enabled?: boolean; refetchInterval?: number; staleTime?: number } = {},
): UseQueryResult<ApiAnswer<K>> {
  return useQuery<ApiAnswer<K>>({
    queryKey: keyOf(route, call),
    queryFn: ({ signal }) => ask(route, { ...call, signal }),
    ...options,
  });
}

/** Refused for now: another question of ours was before it, or uBot is busy. */
const isForLater = (error: Error): boolean =>
  error instanceof ApiProblem &&
  (error.isOffline || [429, 503, 504].includes(error.failure.status) || error.code === 'PREVIEW_SUPERSEDED');

/**
 * The answer of a POST that changes nothing, asked anew when `call` changes; what was asked before is then given up. While
 * the new answer is on its way the old one stays, with `isPlaceholderData`.
 */
export function useQuestion<K extends ActRoute>(
  route: K,
  call: ApiCall<K>,
  options: { enabled: boolean; refetchInterval?: number },
): UseQueryResult<ApiAnswer<K>> {
  return useQuery<ApiAnswer<K>>({
    queryKey: [route, call],
    queryFn: ({ signal }) => ask(route, { ...call, signal }),
    placeholderData: keepPreviousData,
    retry: (count, error) => count < RETRIES && isForLater(error),
    ...options,
  });
}

/**
 * A change. `touches` names the lists that are read again once it is done.
 *
 * @public
 */
export function useAct<K extends ActRoute>(
  route: K,
  touches: readonly GetRoute[] = [],
): UseMutationResult<ApiAnswer<K>, Error, ApiCall<K>> {
  return useMutation<ApiAnswer<K>, Error, ApiCall<K>>({
    mutationFn: (call) => ask(route, call),
    onSuccess: () =>
      void Promise.all(touches.map((touched) => queries.invalidateQueries({ queryKey: keyOf(touched) }))),
  });
}
