import { useEffect } from 'react';

const TYPED_INTO = 'input, textarea, select, [contenteditable="true"]';

/** Whether a key press belongs to a field rather than to the page. */
export function isTyping(event: KeyboardEvent): boolean {
  const [target] = event.composedPath();
  return target instanceof Element && target.closest(TYPED_INTO) !== null;
}

/** Calls `act` when the key is pressed outside of fields and dialogs. */
export function useShortcut(key: string, act: () => void): void {
  useEffect(() => {
    const press = (event: KeyboardEvent): void => {
      if (event.key !== key || event.ctrlKey || event.metaKey || event.altKey || isTyping(event)) return;
      if (document.querySelector('dialog[open]') !== null) return;
      event.preventDefault();
      act();
    };
    document.addEventListener('keydown', press);
    return () => document.removeEventListener('keydown', press);
  }, [key, act]);
}
