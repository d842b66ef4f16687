import { useCallback } from 'react';
import { useLocation } from 'wouter';
import { PATHS } from '../paths.ts';
import { useShortcut } from './shortcuts.ts';

export const SEARCH_ID = 'coin-search';
const FRAMES = 30;

/** `/` from anywhere: to the market, into its search. */
export function useSearchShortcut(): void {
  const [location, go] = useLocation();
  const act = useCallback(() => {
    if (location !== PATHS.market) go(PATHS.market);
    focusSoon(FRAMES);
  }, [location, go]);
  useShortcut('/', act);
}

function focusSoon(framesLeft: number): void {
  const field = document.getElementById(SEARCH_ID);
  if (field instanceof HTMLInputElement) {
    field.focus();
    field.select();
  } else if (framesLeft > 0) requestAnimationFrame(() => focusSoon(framesLeft - 1));
}
