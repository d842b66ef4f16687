import { expect, test } from 'vitest';
import { createWakes } from './wakes.ts';

const LONG_MS = 60_000;
const timers = (): number => process.getActiveResourcesInfo().filter((name) => name === 'Timeout').length;

test('a wait ends after its time when nobody calls', async () => {
  const startMs = performance.now();
  await createWakes().wait(30);
  expect(performance.now() - startMs).toBeGreaterThanOrEqual(29);
});

test('a call ends the wait, also one that came before it, but none that is over with', async () => {
  const wakes = createWakes();
  const waiting = wakes.wait(LONG_MS);
  wakes.wake();
  await waiting;
  await wakes.wait(LONG_MS);
  wakes.clear();
  const startMs = performance.now();
  await wakes.wait(30);
  expect(performance.now() - startMs).toBeGreaterThanOrEqual(29);
});

test('waits that are cut short leave no timers behind', async () => {
  const wakes = createWakes();
  const before = timers();
  for (let round = 0; round < 50; round += 1) {
    wakes.clear();
    const waiting = wakes.wait(LONG_MS);
    wakes.wake();
    await waiting;
  }
  expect(timers()).toBe(before);
});
