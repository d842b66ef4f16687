import type { User } from '@ubot/contracts';
import { useQuery } from '@tanstack/react-query';
import { ask, ME, queries } from './api.ts';

/** Who is signed in: null when nobody is, undefined while it is not known. */
export function useMe(): { me: User | null | undefined; error: Error | null; retry: () => void } {
  const { data, error, refetch } = useQuery(ME);
  return { me: data, error, retry: () => void refetch() };
}

const isOfUser = ({ queryKey }: { queryKey: readonly unknown[] }): boolean => queryKey[0] !== ME.queryKey[0];

/** After a sign-in: what was read as somebody else is forgotten. */
export async function signedIn(): Promise<void> {
  queries.removeQueries({ predicate: isOfUser });
  await queries.invalidateQueries({ queryKey: ME.queryKey });
}

export async function signOut(): Promise<void> {
  await ask('POST /api/v1/auth/sign-out', {}).catch(() => undefined);
  queries.setQueryData(ME.queryKey, null);
  queries.removeQueries({ predicate: isOfUser });
}

/** Asks anew whether the session is still good. */
export const recheckSession = (): void => void queries.invalidateQueries({ queryKey: ME.queryKey });
