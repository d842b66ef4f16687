import type { User } from '@ubot/contracts';
import { useQuery } from '@tanstack/react-query';
import { ApiProblem, ask, queries } from './api.ts';

const ME = ['me'] as const;

/** Who is signed in: null when nobody is, undefined while it is not known. */
export function useMe(): { me: User | null | undefined; error: Error | null; retry: () => void } {
  const { data, error, refetch } = useQuery<User | null>({
    queryKey: ME,
    queryFn: async ({ signal }) => {
      try {
        return await ask('GET /api/v1/me', { signal });
      } catch (problem) {
        if (problem instanceof ApiProblem && problem.code === 'UNAUTHENTICATED') return null;
        throw problem;
      }
    },
    staleTime: 5 * 60_000,
  });
  return { me: data, error, retry: () => void refetch() };
}

/** After a sign-in: what was read as somebody else is forgotten. */
export async function signedIn(): Promise<void> {
  queries.removeQueries({ predicate: ({ queryKey }) => queryKey[0] !== ME[0] });
  await queries.invalidateQueries({ queryKey: ME });
}

export async function signOut(): Promise<void> {
  await ask('POST /api/v1/auth/sign-out', {}).catch(() => undefined);
  queries.setQueryData(ME, null);
  queries.removeQueries({ predicate: ({ queryKey }) => queryKey[0] !== ME[0] });
}

/** Asks anew whether the session is still good. */
export const recheckSession = (): void => void queries.invalidateQueries({ queryKey: ME });
