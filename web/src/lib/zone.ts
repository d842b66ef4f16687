import { recall, remember } from './storage.ts';
import { createStore, useStore } from './store.ts';

/** Where this browser is. */
export const browserZone = (): string => new Intl.DateTimeFormat().resolvedOptions().timeZone;

/** In which times are shown: that of the user's settings, as in messages; until it is known, that of the last visit. */
const zone = createStore<string>(recall('zone') ?? browserZone());
export const currentZone = (): string => zone.get();
export const useZone = (): string => useStore(zone);
export function showTimesIn(timeZone: string): void {
  remember('zone', timeZone);
  zone.set(timeZone);
}
