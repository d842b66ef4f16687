import { recall, remember } from '../lib/storage.ts';
import { createStore, useStore } from '../lib/store.ts';

export const THEMES = ['system', 'light', 'dark'] as const;
export type Theme = (typeof THEMES)[number];

// public/theme.js has put it on the page before anything was drawn.
const kept = recall('theme');
const theme = createStore<Theme>(kept === 'light' || kept === 'dark' ? kept : 'system');
const prefersDark = matchMedia('(prefers-color-scheme: dark)');
const shade = createStore<'light' | 'dark'>('light');

function settle(): void {
  const wished = theme.get();
  const now = wished === 'system' ? (prefersDark.matches ? 'dark' : 'light') : wished;
  document.documentElement.dataset['theme'] = now;
  shade.set(now);
}
prefersDark.addEventListener('change', settle);
settle();

export function chooseTheme(wished: Theme): void {
  remember('theme', wished === 'system' ? null : wished);
  theme.set(wished);
  settle();
}

export const useTheme = (): Theme => useStore(theme);
/** What is on the screen: for what draws its own colours, as charts do. */
export const useShade = (): 'light' | 'dark' => useStore(shade);
