import { setTimeout as pause } from 'node:timers/promises';
import { UbotError } from '@ubot/contracts';

/** The first start writes a market's history before it has prices to show. */
const READY_LIMIT_MS = 120_000;
const LOOK_EVERY_MS = 100;

/**
 * Waits for GET /health to answer 200.
 *
 * Errors: NOT_READY with what the gateway says is missing.
 */
export async function untilReady(url: string): Promise<void> {
  const endMs = performance.now() + READY_LIMIT_MS;
  let missing = '';
  while (performance.now() < endMs) {
    const answer = await fetch(`${url}/health`).catch(() => null);
    if (answer?.ok === true) return;
    missing = answer === null ? 'the gateway does not answer' : await answer.text();
    await pause(LOOK_EVERY_MS);
  }
  throw new UbotError('NOT_READY', `uBot did not become ready in ${READY_LIMIT_MS / 1000} s: ${missing}`);
}
