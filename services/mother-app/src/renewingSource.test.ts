import type { ErrorCode, Result } from '@ubot/contracts';
import type { MarketSource, PollOutcome } from '@ubot/sources';
import { expect, test } from 'vitest';
import { renewingSource } from './renewingSource.ts';

/** Answers every poll with one failure, as a driver that was refused does. */
function failing(code: ErrorCode, closed: string[], name = 'cmc'): MarketSource {
  const failed = (): Promise<Result<never>> => Promise.resolve({ ok: false, failure: { code, detail: code } });
  return {
    name,
    label: name,
    demo: false,
    schedule: failed,
    poll: (): Promise<Result<PollOutcome>> => failed(),
    close: () => {
      closed.push(code);
      return Promise.resolve();
    },
  };
}
const request = () => ({ nominalAtMs: 0, wantGlobal: false, signal: new AbortController().signal });
const codeOf = (result: Result<unknown>): string => (result.ok ? 'ok' : result.failure.code);

test('a refusal for good is followed by a fresh driver at the next call, and the old one is closed', async () => {
  const closed: string[] = [];
  const next = failing('SOURCE_TIMEOUT', closed);
  const source = renewingSource({
    first: failing('SOURCE_KEY_REFUSED', closed),
    make: () => Promise.resolve({ ok: true, value: next }),
  });
  expect(codeOf(await source.poll(request()))).toBe('SOURCE_KEY_REFUSED');
  expect(closed).toEqual([]);
  expect(codeOf(await source.poll(request()))).toBe('SOURCE_TIMEOUT');
  expect(closed).toEqual(['SOURCE_KEY_REFUSED']);
});

test('a failure that passes keeps the driver, which knows how long to rest', async () => {
  let made = 0;
  const source = renewingSource({
    first: failing('SOURCE_RATE_LIMITED', []),
    make: () => {
      made += 1;
      return Promise.resolve({ ok: true, value: failing('SOURCE_TIMEOUT', []) });
    },
  });
  for (let i = 0; i < 3; i += 1) expect(codeOf(await source.poll(request()))).toBe('SOURCE_RATE_LIMITED');
  expect(made).toBe(0);
});

test.each([
  ['cannot be made', { ok: false as const, failure: { code: 'SOURCE_UNREACHABLE' as const, detail: '' } }],
  ['is another source', { ok: true as const, value: failing('SOURCE_TIMEOUT', [], 'demo') }],
])('where the fresh driver %s, the old one goes on', async (_what, made) => {
  const source = renewingSource({ first: failing('SOURCE_KEY_REFUSED', []), make: () => Promise.resolve(made) });
  await source.schedule();
  expect(codeOf(await source.poll(request()))).toBe('SOURCE_KEY_REFUSED');
});
