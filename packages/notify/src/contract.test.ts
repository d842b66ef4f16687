import { createServer, type AddressInfo } from 'node:net';
import { CHANNEL_KINDS } from '@ubot/contracts';
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import { REFERENCE, sendRequest } from './alert.testing.ts';
import { CONTRACTS, driverOf, ELSEWHERE, type Check } from './contract.testing.ts';
import type { LocalProvider, Trouble } from './contractProviders.testing.ts';
import type { ChannelDriver, SendRequest } from './types.ts';

/** What every driver promises; `contract.testing.ts` says what is particular to a kind. */

const TIMEOUT_MS = 3_000;
/** For sends that hang anyhow. */
const HANGING_MS = 150;
const SIGNING_SECRET = 'whsec-0123456789';
const FAMILY = '👩‍👩‍👧‍👦';

const WHOLE = [
  `🚀 Bitcoin "BTC" isn't <b>bold</b> & <script>alert(1)</script> <!channel> @everyone &amp;`,
  '*a* _b_ ~c~ `d` [e](f) # g > h | i \\ j ||k|| {{1}} ${x} %s',
  '',
  `Ünïcödé 比特币 ${FAMILY} \u202eעברית https://u.example/a_b-c?x=1&y=2 Ref ${REFERENCE}`,
].join('\n');

/** How a send ends for all kinds but those that say otherwise. */
const ENDS: Record<Check, object> = {
  gone: { kind: 'refused', lasting: 'unreachable', failure: { code: 'CHANNEL_REFUSED' } },
  invalid: { kind: 'refused', failure: { code: 'CHANNEL_REFUSED' } },
  quoting: { kind: 'refused', failure: { code: 'CHANNEL_REFUSED' } },
  limited: { kind: 'retry', failure: { code: 'CHANNEL_RATE_LIMITED', retryAfterMs: 7_000 } },
  cut: { kind: 'unknown', failure: { code: 'CHANNEL_OUTCOME_UNKNOWN' } },
  hang: { kind: 'unknown', failure: { code: 'CHANNEL_OUTCOME_UNKNOWN' } },
  aborted: { kind: 'unknown', failure: { code: 'CHANNEL_OUTCOME_UNKNOWN' } },
  unreachable: { kind: 'retry', failure: { code: 'CHANNEL_UNREACHABLE' } },
};
const TROUBLES: readonly [Trouble, string][] = [
  ['gone', 'whose target is gone is refused for good'],
  ['invalid', 'that is refused is refused, and its target is not'],
  ['quoting', 'that is refused in many words ends so as well'],
  ['limited', 'that comes too soon waits as long as its provider says'],
  ['cut', 'whose line is cut after it was taken ends once'],
  ['hang', 'that is taken without a word ends once'],
];

/** An address at which nobody listens. */
async function nobody(): Promise<string> {
  const server = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return `http://127.0.0.1:${port}`;
}

test('every kind of channel keeps the contract, or says where it is kept', () => {
  const kinds = new Set([...CONTRACTS.map(({ kind }) => kind), ...Object.keys(ELSEWHERE)]);
  expect([...kinds].toSorted()).toEqual(CHANNEL_KINDS.toSorted());
});

describe.each(CONTRACTS)('a message by $name', (contract) => {
  let provider: LocalProvider;
  let open: ChannelDriver[] = [];
  beforeAll(async () => {
    provider = await contract.start();
  });
  afterEach(async () => {
    await Promise.all(open.map((driver) => driver.close()));
    open = [];
  });
  afterAll(() => provider.close());

  const driver = (options: Partial<Parameters<typeof driverOf>[2]> = {}): ChannelDriver => {
    const made = driverOf(contract, provider, { timeoutMs: TIMEOUT_MS, ...options });
    open.push(made);
    return made;
  };
  const request = (changes: Partial<SendRequest> = {}): SendRequest =>
    sendRequest({ target: provider.target(provider.origin), signingSecret: SIGNING_SECRET, ...changes });
  const arrived = () => provider.texts().at(-1);
  const read = (text: string): string => contract.reads?.text(text) ?? text;
  const hangingMs = contract.hangingMs ?? HANGING_MS;
  const timeFor = (trouble: Trouble): { timeoutMs: number } => ({
    timeoutMs: trouble === 'hang' ? hangingMs : TIMEOUT_MS,
  });
  const endOf = (check: Check) => contract.differs?.[check]?.end ?? ENDS[check];
  /** Not so for some kinds, for the reason that `exempt` gives. */
  const holds = (check: Check): boolean => contract.exempt?.[check] === undefined;
  /** The reason, where it ends otherwise. */
  const because = (check: Check): string => {
    const reason = contract.differs?.[check]?.because;
    return reason === undefined ? '' : ` (${reason})`;
  };

  test(`arrives whole, and nothing in it is markup${contract.reads === undefined ? '' : ` (${contract.reads.because})`}`, async () => {
    const before = provider.count();
    expect(await driver().send(request({ text: WHOLE }))).toMatchObject({ kind: 'accepted' });
    expect(arrived()).toBe(read(WHOLE));
    expect(provider.count()).toBe(before + 1);
  });

  for (const [trouble, name] of TROUBLES) {
    if (!holds(trouble)) continue;
    test(`${name}${because(trouble)}`, async () => {
      const before = provider.count();
      provider.script(trouble);
      const outcome = await driver(timeFor(trouble)).send(request());
      expect(outcome).toMatchObject(endOf(trouble));
      expect('lasting' in outcome).toBe(trouble === 'gone');
      expect(provider.count() - before).toBeLessThanOrEqual(1);
    });
  }

  if (holds('unreachable')) {
    test(`to where nobody listens has surely not been taken${because('unreachable')}`, async () => {
      const origin = await nobody();
      const outcome = await driver({ origin }).send(request({ target: provider.target(origin) }));
      expect(outcome).toMatchObject(endOf('unreachable'));
    });
  }

  if (holds('quoting')) {
    test(`tells no secret in what becomes of it, whatever its provider says${because('quoting')}`, async () => {
      const said: unknown[] = [];
      const levels = (['log', 'info', 'warn', 'error', 'debug'] as const).map((level) =>
        vi.spyOn(console, level).mockImplementation((...words) => void said.push(words)),
      );
      const log = (fields: object): void => void said.push(fields);
      for (const trouble of ['gone', 'invalid', 'limited', 'quoting', 'cut', 'hang'] as const) {
        const sender = driver({ log, ...timeFor(trouble) });
        provider.script(trouble);
        const outcome = await sender.send(request());
        said.push(outcome);
        if (sender.sendCode === undefined) continue;
        provider.script(trouble);
        const { target, signingSecret, signal } = request();
        const code = await sender.sendCode({ target, signingSecret, signal, code: '123456', text: '123456 is it.' });
        expect(code).toMatchObject({ kind: 'failed' });
        said.push(code);
      }
      for (const level of levels) level.mockRestore();
      for (const secret of [...provider.secrets, SIGNING_SECRET]) expect(JSON.stringify(said)).not.toContain(secret);
    });
  }

  const { longest } = contract;
  if (longest === null) {
    test('of any length arrives whole', async () => {
      const text = `${FAMILY.repeat(2_000)} Ref ${REFERENCE}`;
      expect(await driver().send(request({ text }))).toMatchObject({ kind: 'accepted' });
      expect(arrived()).toBe(text);
    });
  } else {
    const { most, size, tail = `... ${REFERENCE}` } = longest;
    // Wherever the cut falls within what a reader sees as one sign.
    test.each([0, 1, 3, 7, 12])(
      'that is too long is cut between signs, its end kept, and fills its room (%i)',
      async (at) => {
        const text = `${'x'.repeat(at)}${FAMILY.repeat(1_000)} Ref ${REFERENCE}`;
        expect(await driver().send(request({ text }))).toMatchObject({ kind: 'accepted' });
        const got = arrived() ?? '';
        const signs = got.slice(at, -tail.length);
        const repeats = signs.length / FAMILY.length;
        expect(got).toBe(`${'x'.repeat(at)}${FAMILY.repeat(Math.floor(repeats))}${tail}`);
        expect(size(got)).toBeLessThanOrEqual(most);
        expect(size(`${FAMILY}${got}`)).toBeGreaterThan(most);
      },
    );
  }

  if (holds('aborted')) {
    test(`that hangs ends as soon as its sender gives up${because('aborted')}`, async () => {
      provider.script('hang');
      const sender = driver({ timeoutMs: 20_000 });
      const startedMs = performance.now();
      const controller = new AbortController();
      setTimeout(() => controller.abort(), hangingMs);
      const outcome = await sender.send(request({ signal: controller.signal }));
      expect(outcome).toMatchObject(endOf('aborted'));
      expect(performance.now() - startedMs).toBeLessThan(3_000);
    });
  }
});
