import { lazy, type ComponentType, type LazyExoticComponent } from 'react';

/** The code of a page did not come: uBot is out of reach, or was renewed, and the files of before are gone. */
export class CodeMissing extends Error {
  override readonly name = 'CodeMissing';
}

const RELOADED = 'ubot.reloadedAtMs';
const RELOAD_PAUSE_MS = 60_000;

/** The page is loaded anew for code that is gone, which brings the new build; once, in case that is not why. */
function mayReload(): boolean {
  const lastMs = Number(sessionStorage.getItem(RELOADED) ?? '0');
  if (!navigator.onLine || Date.now() - lastMs < RELOAD_PAUSE_MS) return false;
  sessionStorage.setItem(RELOADED, String(Date.now()));
  return true;
}

/** A page whose code comes when it is first shown. Errors, when it is shown: CodeMissing. */
export const lazyPage = (load: () => Promise<ComponentType>): LazyExoticComponent<ComponentType> =>
  lazy(async () => {
    try {
      return { default: await load() };
    } catch (error) {
      if (!mayReload()) throw new CodeMissing('the code of this page did not come', { cause: error });
      location.reload();
      // Nothing is shown until the new page is there.
      return new Promise<never>(() => undefined);
    }
  });
