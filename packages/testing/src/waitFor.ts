import { setTimeout as pause } from 'node:timers/promises';

const LOOK_EVERY_MS = 10;

/**
 * Looks until `condition` gives something other than false, null or undefined, and gives that back.
 *
 * Errors: throws at the deadline, with the condition's last error as its cause.
 */
export async function waitFor<T>(
  condition: () => Promise<T> | T,
  options: { deadlineMs?: number; what?: string } = {},
): Promise<NonNullable<T>> {
  const deadlineMs = options.deadlineMs ?? 10_000;
  const endMs = performance.now() + deadlineMs;
  let lastError: unknown;
  do {
    try {
      const value = await condition();
      if (value !== undefined && value !== null && value !== false) return value;
    } catch (error) {
      lastError = error;
    }
    await pause(LOOK_EVERY_MS);
  } while (performance.now() < endMs);
  throw new Error(`waited ${deadlineMs} ms in vain${options.what === undefined ? '' : ` for ${options.what}`}`, {
    cause: lastError,
  });
}
