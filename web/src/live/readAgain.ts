import { useCallback, useEffect, useRef } from 'react';
import { keyOf, queries, type GetRoute } from '../api/api.ts';

/** A storm of alerts is a few reads, not one for each. */
const MOST_EVERY_MS = 1_000;

/** Reads these again: at once, and while it is called on and on, once a second. */
export function useReadAgain(...routes: readonly GetRoute[]): () => void {
  const names = routes.join(',');
  const timer = useRef<ReturnType<typeof setTimeout> | null>(null);
  const isAsked = useRef(false);
  useEffect(() => () => clearTimeout(timer.current ?? undefined), []);
  return useCallback(() => {
    const read = (): void => {
      isAsked.current = false;
      for (const route of names.split(',')) void queries.invalidateQueries({ queryKey: keyOf(route as GetRoute) });
      timer.current = setTimeout(() => {
        timer.current = null;
        if (isAsked.current) read();
      }, MOST_EVERY_MS);
    };
    if (timer.current === null) read();
    else isAsked.current = true;
  }, [names]);
}
