import { setTimeout as pause } from 'node:timers/promises';

/** The first start writes a market's history before it has prices to show; a source that is away takes for ever. */
const READY_LIMIT_MS = 60_000;
const SAY_SO_AFTER_MS = 15_000;
const LOOK_EVERY_MS = 100;

function missingIn(text: string): string[] {
  try {
    const { errors } = JSON.parse(text) as { errors?: unknown };
    if (Array.isArray(errors)) return errors.map(String);
  } catch {
    // Not a problem body: said below.
  }
  return ['the gateway'];
}

/**
 * Waits for GET /health to answer 200, but not for ever: a source that cannot be reached now is polled again and again.
 *
 * Shape: → what is still missing; empty when all is ready.
 */
export async function untilReady(url: string, say: (line: string) => void): Promise<string[]> {
  const startedAtMs = performance.now();
  let said = false;
  for (;;) {
    const answer = await fetch(`${url}/health`).catch(() => null);
    if (answer?.ok === true) return [];
    const missing = missingIn(answer === null ? '' : await answer.text());
    const waitedMs = performance.now() - startedAtMs;
    if (waitedMs > READY_LIMIT_MS) return missing;
    if (waitedMs > SAY_SO_AFTER_MS && !said) {
      say(`Waiting for ${missing.join(', ')} …`);
      said = true;
    }
    await pause(LOOK_EVERY_MS);
  }
}
