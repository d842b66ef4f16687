import { hasSharedData, NO_SHARED_DATA, sharedData } from '@ubot/testing';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Harness } from './harness.testing.ts';
import { OPERATOR_TOKEN, startWithRealAccounts, type RealAccounts } from './realAccounts.testing.ts';

/** Bodies from people who mean harm, over a real socket to the real user-manager on a real database. */
let real: RealAccounts;
let gw: Harness;
let bodyRoutes: { method: string; path: string }[];

beforeAll(async () => {
  real = await startWithRealAccounts();
  gw = real.gw;
  bodyRoutes = await routesWithBody();
});
afterAll(() => real.close());

interface Operation {
  requestBody?: { content: Record<string, unknown> };
}

/** Every route of the OpenAPI document that takes a JSON body, so that one added later is tried as well. */
async function routesWithBody(): Promise<{ method: string; path: string }[]> {
  const { body } = await gw.call('/api/v1/openapi.json', { token: null });
  const { paths } = body as { paths: Record<string, Record<string, Operation>> };
  return Object.entries(paths).flatMap(([path, operations]) =>
    Object.entries(operations)
      .filter(([, { requestBody }]) => requestBody?.content['application/json'] !== undefined)
      .map(([method]) => ({
        method: method.toUpperCase(),
        path: path.replace(/\{\w+\}/g, '01900000-0000-7000-8000-00000000000a'),
      })),
  );
}

const send = (route: { method: string; path: string }, body: Buffer | string) =>
  gw.call(route.path, { method: route.method, body, token: OPERATOR_TOKEN });
const CHANNELS = { method: 'POST', path: '/api/v1/channels' };
const STRATEGIES = { method: 'POST', path: '/api/v1/strategies' };
const strategy = {
  name: 'Above',
  universe: { kind: 'coins', ids: [1] },
  timeframe: '1m',
  condition: 'close crosses above sma(20)',
};

/** What becomes of a text: kept as it was, refused, or anything else in words. */
async function outcomeOf(given: {
  route: { method: string; path: string };
  body: Buffer | string;
  field: 'name' | 'message';
  text: string;
}): Promise<string> {
  const { route, body, field, text } = given;
  const created = await send(route, body);
  // 422: a message whose placeholders name nothing.
  if (created.status === 400 || created.status === 422) return 'refused';
  const at = `${route.path}/${(created.body as { id: string }).id}`;
  const read = await gw.call(at, { token: OPERATOR_TOKEN });
  const deleted = await gw.call(at, { method: 'DELETE', token: OPERATOR_TOKEN });
  const [atOnce, later] = [created.body, read.body].map((kept) => (kept as Record<string, unknown>)[field]);
  const isKept = created.status === 201 && atOnce === text && later === text && deleted.status === 204;
  return isKept ? 'kept' : `${created.status} ${JSON.stringify(read.body)} ${deleted.status}`;
}

/** Twenty at a time: fewer than an account may have channels. */
async function inGroups<T>(items: readonly T[], run: (item: T) => Promise<void>): Promise<void> {
  for (let index = 0; index < items.length; index += 20) await Promise.all(items.slice(index, index + 20).map(run));
}

describe('every route that takes a body', () => {
  test('is known from the OpenAPI document', () => {
    expect(bodyRoutes.length).toBeGreaterThanOrEqual(7);
    expect(bodyRoutes).toContainEqual(STRATEGIES);
  });

  test.skipIf(!hasSharedData)(
    `refuses with 400 what a JSON parser must refuse, and never fails${NO_SHARED_DATA}`,
    async () => {
      const cases: { name: string; expect: string; b64: string }[] = JSON.parse(
        sharedData('security/json-test-suite.json.gz').toString(),
      );
      expect(cases.length).toBeGreaterThan(100);
      const tries = bodyRoutes.flatMap((route) => cases.map((given) => ({ route, given })));
      await inGroups(tries, async ({ route, given }) => {
        const { status, headers } = await send(route, Buffer.from(given.b64, 'base64'));
        const isRefused =
          status === 400 && headers.get('content-type')?.startsWith('application/problem+json') === true;
        const isTaken = given.expect !== 'reject' && status < 500;
        expect({ ...route, name: given.name, status, isFine: isRefused || isTaken }).toMatchObject({ isFine: true });
      });
    },
    60_000,
  );

  test('refuses what would reach into a prototype, however it is written', async () => {
    const bodies = [
      '{"__proto__":{"polluted":true}}',
      '{"name":"x","__proto__":null}',
      '{"\\u005f_proto__":{"polluted":true}}',
      '{"target":{"kind":"log","__proto__":{"polluted":true}},"name":"x"}',
      '[{"__proto__":{"polluted":true}}]',
      '{"constructor":{"prototype":{"polluted":true}}}',
      '{"name":"x","target":{"kind":"log","constructor":{"prototype":{"polluted":true}}}}',
    ];
    for (const route of bodyRoutes) {
      for (const body of bodies) {
        expect({ ...route, body, status: (await send(route, body)).status }).toEqual({ ...route, body, status: 400 });
      }
    }
    expect(Object.hasOwn(Object.prototype, 'polluted')).toBe(false);
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
  });

  test('refuses nesting a hundred thousand deep', async () => {
    const deep = 30_000;
    const bodies = ['['.repeat(60_000), `{"name":${'['.repeat(deep)}${']'.repeat(deep)}}`, '{"a":'.repeat(12_000)];
    bodies.push(`${'{"a":'.repeat(10_000)}1${'}'.repeat(10_000)}`);
    for (const route of bodyRoutes) {
      for (const body of bodies) expect((await send(route, body)).status).toBe(400);
    }
  });

  test('refuses a body over its limit, and bytes that are not UTF-8', async () => {
    for (const route of bodyRoutes) {
      const large = await send(route, JSON.stringify({ name: 'x'.repeat(3_000_000) }));
      expect({ ...route, status: large.status }).toEqual({ ...route, status: 413 });
      const broken = Buffer.concat([
        Buffer.from('{"name":"'),
        Buffer.from([0xc3, 0x28, 0xed, 0xa0]),
        Buffer.from('"}'),
      ]);
      expect((await send(route, broken)).body).toMatchObject({ status: 400, code: 'BODY_NOT_JSON' });
    }
  });
});

describe('a key that is given twice', () => {
  test('counts as it was given last, and what is checked is what is stored', async () => {
    const kept = '{"name":"first","name":"last","target":{"kind":"log"}}';
    expect(await outcomeOf({ route: CHANNELS, body: kept, field: 'name', text: 'last' })).toBe('kept');
    const hidden = '{"name":"x","target":{"kind":"log"},"target":{"kind":"nosuch"}}';
    expect((await send(CHANNELS, hidden)).status).toBe(400);
  });
});

describe.skipIf(!hasSharedData)(`texts${NO_SHARED_DATA}`, () => {
  test('that are naughty are given back as they were, as a name and as a message, or refused', async () => {
    const strings: string[] = JSON.parse(sharedData('security/blns.json').toString());
    expect(strings.length).toBeGreaterThan(400);
    let kept = 0;
    await inGroups(strings, async (text) => {
      const tries = [
        { route: CHANNELS, body: { name: text, target: { kind: 'log' } }, field: 'name' as const },
        {
          route: STRATEGIES,
          body: { ...strategy, name: text.slice(0, 120), message: text },
          field: 'message' as const,
        },
      ];
      for (const { route, body, field } of tries) {
        const outcome = await outcomeOf({ route, body: JSON.stringify(body), field, text });
        const where = { path: route.path, field, text };
        expect({ ...where, outcome }).toEqual({ ...where, outcome: expect.stringMatching(/^(kept|refused)$/) });
        kept += outcome === 'kept' ? 1 : 0;
      }
    });
    // All but the empty ones, those over the length and those with a character that is not text.
    expect(kept).toBeGreaterThan(900);
  }, 120_000);

  test('that are naughty are an answer or a refusal as a condition and as a search', async () => {
    const strings: string[] = JSON.parse(sharedData('security/blns.json').toString());
    await inGroups(strings, async (text) => {
      const saved = await send(STRATEGIES, JSON.stringify({ ...strategy, condition: text }));
      expect({ text, isTaken: [201, 400, 422].includes(saved.status) }).toEqual({ text, isTaken: true });
      const search = await gw.call(`/api/v1/coins?search=${encodeURIComponent(text)}`, { token: OPERATOR_TOKEN });
      expect({ text, isAnswered: [200, 400].includes(search.status) }).toEqual({ text, isAnswered: true });
    });
  }, 60_000);

  test('of broken UTF-8 are refused, of whole UTF-8 kept unless JSON forbids the character', async () => {
    const sequences: { valid: boolean; hex: string }[] = JSON.parse(
      sharedData('security/utf8-sequences.json').toString(),
    );
    for (const { valid, hex } of sequences) {
      const bytes = Buffer.from(hex, 'hex');
      const body = Buffer.concat([Buffer.from('{"target":{"kind":"log"},"name":"'), bytes, Buffer.from('"}')]);
      const isControl = /^[01]/.test(hex);
      const outcome = await outcomeOf({ route: CHANNELS, body, field: 'name', text: bytes.toString('utf8') });
      expect({ hex, outcome }).toEqual({ hex, outcome: valid && !isControl ? 'kept' : 'refused' });
    }
  });

  test('of hostile expressions are refused with diagnostics', async () => {
    const { cases } = JSON.parse(sharedData('security/expression-injection.json').toString()) as {
      cases: { expr: string }[];
    };
    for (const { expr } of cases) {
      const { status } = await send(STRATEGIES, JSON.stringify({ ...strategy, condition: expr }));
      expect({ expr, status }).toEqual({ expr, status: expr.length === 0 ? 400 : 422 });
    }
  });
});
