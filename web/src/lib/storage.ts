/** What this browser remembers between visits. Without storage (a private window, a policy) nothing is. */
export function recall(name: string): string | null {
  try {
    return localStorage.getItem(`ubot.${name}`);
  } catch {
    return null;
  }
}

/** null forgets. */
export function remember(name: string, value: string | null): void {
  try {
    if (value === null) localStorage.removeItem(`ubot.${name}`);
    else localStorage.setItem(`ubot.${name}`, value);
  } catch {
    // Then the choice holds for this page only.
  }
}
