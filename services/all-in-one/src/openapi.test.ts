import { schemaIssues } from '@ubot/service-kit';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Belongings, Example } from './apiExample.testing.ts';
import { createBelongings, EXAMPLES, OPEN_ROUTES } from './apiExamples.testing.ts';
import { startWholeUbot, type Answer, type WholeUbot } from './wholeUbot.testing.ts';

/** The OpenAPI document held to what all services, as people run them, really answer. */
interface Media {
  schema: object;
}
interface Response {
  $ref?: string;
  description?: string;
  content?: Record<string, Media>;
}
interface Parameter {
  name: string;
  in: 'path' | 'query' | 'header';
  required?: boolean;
  schema: { pattern?: string };
}
interface Operation {
  summary?: string;
  tags?: string[];
  security?: unknown[];
  parameters?: Parameter[];
  requestBody?: { content: Record<string, Media> };
  responses: Record<string, Response>;
}
interface Document {
  openapi: string;
  info: { title: string; version: string };
  paths: Record<string, Record<string, Operation>>;
  components: { schemas: Record<string, object>; responses: Record<string, Response> };
  security: unknown[];
}

let ubot: WholeUbot;
let own: Belongings;
let document: Document;
let routes: { key: string; method: string; path: string; operation: Operation }[];

beforeAll(async () => {
  ubot = await startWholeUbot();
  document = (await ubot.call('GET', '/api/v1/openapi.json', { token: null })).body as Document;
  routes = Object.entries(document.paths).flatMap(([path, operations]) =>
    Object.entries(operations).map(([name, operation]) => {
      const method = name.toUpperCase();
      return { key: `${method} ${path}`, method, path, operation };
    }),
  );
  own = await createBelongings(ubot);
}, 90_000);
afterAll(() => ubot?.close());

function addressOf(path: string, { params = {}, query = {} }: Example): string {
  const filled = path.replace(/\{(\w+)\}/g, (_all, name: string) => encodeURIComponent(String(params[name])));
  const search = new URLSearchParams(
    Object.fromEntries(Object.entries(query).map(([name, value]) => [name, String(value)])),
  );
  return search.size === 0 ? filled : `${filled}?${search}`;
}

async function callExample(
  route: { method: string; path: string },
  example: Example,
  token: string | null | undefined = example.token,
): Promise<Answer> {
  const { body, headers } = example;
  return ubot.call(route.method, addressOf(route.path, example), {
    ...(token !== undefined && { token }),
    ...(body !== undefined && { body }),
    ...(headers !== undefined && { headers }),
  });
}

/** What the document says about an answer of that status; undefined when it says nothing. */
function described(operation: Operation, status: number): Response | undefined {
  const response = operation.responses[String(status)] ?? operation.responses[`${Math.floor(status / 100)}XX`];
  if (response?.$ref === undefined) return response;
  return document.components.responses[response.$ref.replace('#/components/responses/', '')];
}

/** The schema with its references filled in, in which a field that it does not name is a mistake too. */
function strictly(schema: unknown): unknown {
  if (Array.isArray(schema)) return schema.map(strictly);
  if (typeof schema !== 'object' || schema === null) return schema;
  const { $ref } = schema as { $ref?: string };
  if ($ref !== undefined) return strictly(document.components.schemas[$ref.replace('#/components/schemas/', '')]);
  const inner = Object.fromEntries(Object.entries(schema).map(([key, value]) => [key, strictly(value)]));
  return 'properties' in inner && !('additionalProperties' in inner)
    ? { ...inner, additionalProperties: false }
    : inner;
}

/** In what way an answer is not the one that the document describes; an empty list when it is. */
function lies(operation: Operation, answer: Answer): unknown[] {
  const response = described(operation, answer.status);
  if (response === undefined) return [`status ${answer.status} is not described`];
  if (response.content === undefined) return answer.body === '' ? [] : [`a body where none is described`];
  const media = response.content[answer.type];
  if (media === undefined) return [`content type ${answer.type} is not described`];
  return answer.type.endsWith('json') ? schemaIssues(strictly(media.schema) as object, answer.body) : [];
}

describe('the document', () => {
  test('is OpenAPI 3.1: every part that it must have, in the form that it must have', () => {
    expect(document.openapi).toMatch(/^3\.1\.\d+$/);
    expect(document.info).toMatchObject({ title: expect.any(String), version: expect.any(String) });
    expect(document.security).not.toEqual([]);
    for (const { key, path, operation } of routes) {
      expect({ key, isPath: path.startsWith('/') }).toEqual({ key, isPath: true });
      expect({ key, summary: operation.summary }).toEqual({ key, summary: expect.stringMatching(/\S/) });
      expect({ key, tags: operation.tags }).toEqual({ key, tags: [expect.any(String)] });
      const named = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name).toSorted();
      const inPath = (operation.parameters ?? []).filter((parameter) => parameter.in === 'path');
      expect({ key, params: inPath.map(({ name }) => name).toSorted() }).toEqual({ key, params: named });
      expect(inPath.every(({ required }) => required === true)).toBe(true);
      for (const status of Object.keys(operation.responses)) {
        expect({ key, status }).toEqual({ key, status: expect.stringMatching(/^([1-5]\d\d|[1-5]XX|default)$/) });
        expect(described(operation, Number(status.replace('XX', '00')))?.description).toMatch(/\S/);
      }
    }
  });

  test('holds only schemas that the JSON Schema meta-schema takes', () => {
    const ajv = new Ajv2020({ strict: false });
    const schemas = routes.flatMap(({ key, operation }) => [
      ...(operation.parameters ?? []).map(({ schema, name }) => ({ where: `${key} ${name}`, schema })),
      ...Object.values(operation.requestBody?.content ?? {}).map(({ schema }) => ({ where: `${key} body`, schema })),
      ...Object.entries(operation.responses).flatMap(([status, { content }]) =>
        Object.values(content ?? {}).map(({ schema }) => ({ where: `${key} ${status}`, schema })),
      ),
    ]);
    expect(schemas.length).toBeGreaterThan(40);
    for (const { where, schema } of schemas) {
      const isSchema = ajv.validateSchema(schema);
      expect({ where, isSchema, errors: ajv.errors }).toEqual({ where, isSchema: true, errors: null });
    }
  });

  test('has an example call of each of its routes, and no example of a route that is gone', () => {
    expect(Object.keys(EXAMPLES).toSorted()).toEqual(routes.map(({ key }) => key).toSorted());
  });
});

describe('a stranger', () => {
  test('may call the few routes that are marked open, and no other', async () => {
    const open = routes.filter(({ operation }) => operation.security?.length === 0).map(({ key }) => key);
    expect(open.toSorted()).toEqual(OPEN_ROUTES.toSorted());
    for (const route of routes.filter(({ key }) => !OPEN_ROUTES.includes(key))) {
      // Refused before anything else is looked at: neither ids nor bodies need to be right.
      const params = Object.fromEntries([...route.path.matchAll(/\{(\w+)\}/g)].map(([, name]) => [name, '1']));
      const answer = await callExample(route, { params, status: 401 }, null);
      expect({ key: route.key, status: answer.status, body: answer.body }).toEqual({
        key: route.key,
        status: 401,
        body: expect.objectContaining({ code: 'UNAUTHENTICATED' }),
      });
      expect({ key: route.key, lies: lies(route.operation, answer) }).toEqual({ key: route.key, lies: [] });
    }
  });
});

describe('another user', () => {
  test('is told of each thing that is not theirs that it is not there', async () => {
    // Whatever takes the id of somebody's thing, in its path or as a query that it needs.
    const takesId = ({ operation }: { operation: Operation }) =>
      operation.parameters?.some(
        ({ required, schema }) => required === true && schema.pattern?.includes('[0-9a-f]{8}-'),
      );
    // An operator's routes are closed to users as a whole, whatever the id.
    const owned = routes.filter(
      (route) => takesId(route) && !OPEN_ROUTES.includes(route.key) && !route.path.includes('/admin/'),
    );
    expect(owned.length).toBeGreaterThanOrEqual(8);
    for (const route of owned) {
      for (const exampleOf of EXAMPLES[route.key] ?? []) {
        const example = await exampleOf(own);
        // What has not the right shape is refused whoever asks.
        if (example.status === 400) continue;
        const answer = await callExample(route, example, ubot.otherToken);
        expect({ key: route.key, answer: answer.body }).toEqual({
          key: route.key,
          answer: expect.objectContaining({ status: 404, code: 'NOT_FOUND' }),
        });
      }
    }
  });

  test('who is no operator may not look at the whole', async () => {
    const admin = routes.filter(({ path }) => path.startsWith('/api/v1/admin/'));
    expect(admin.length).toBeGreaterThanOrEqual(1);
    for (const route of admin) {
      for (const exampleOf of EXAMPLES[route.key] ?? []) {
        const answer = await callExample(route, await exampleOf(own), ubot.otherToken);
        expect({ key: route.key, answer: answer.body }).toMatchObject({
          key: route.key,
          answer: { code: 'FORBIDDEN' },
        });
      }
    }
  });

  test('sees nothing of it in any list', async () => {
    const lists = routes.filter(({ key }) => key.startsWith('GET ') && !key.includes('{'));
    for (const route of lists) {
      for (const exampleOf of EXAMPLES[route.key] ?? []) {
        const answer = await callExample(route, await exampleOf(own), ubot.otherToken);
        const text = JSON.stringify(answer.body);
        const seen = [own.channelId, own.strategyId, own.watchlistId, own.alertId].filter((id) => text.includes(id));
        expect({ key: route.key, seen }).toEqual({ key: route.key, seen: [] });
      }
    }
  });
});

describe('an operator’s route', () => {
  test('is closed to other users', async () => {
    for (const route of routes.filter(({ path }) => path.includes('/admin/'))) {
      const example = await EXAMPLES[route.key]![0]!(own);
      const answer = await callExample(route, example, ubot.otherToken);
      expect({ key: route.key, answer: answer.body }).toEqual({
        key: route.key,
        answer: expect.objectContaining({ status: 403, code: 'FORBIDDEN' }),
      });
    }
  });
});

describe('every route', () => {
  test('answers its owner as the document says: status, content type, and no field more or less', async () => {
    for (const route of routes) {
      for (const exampleOf of EXAMPLES[route.key] ?? []) {
        const example = await exampleOf(own);
        const answer = await callExample(route, example);
        const { key } = route;
        expect({ key, status: answer.status, body: answer.body }).toMatchObject({ key, status: example.status });
        expect({ key, lies: lies(route.operation, answer), body: answer.body }).toMatchObject({ key, lies: [] });
        expect({ key, guessable: guessableIds(answer.body) }).toEqual({ key, guessable: [] });
      }
    }
  }, 180_000);

  test('refuses a query that it does not describe', async () => {
    for (const route of routes.filter(({ key }) => key.startsWith('GET '))) {
      const [exampleOf] = EXAMPLES[route.key] ?? [];
      const example = await exampleOf!(own);
      const answer = await callExample(route, { ...example, query: { ...example.query, nosuch: 1 } });
      expect({ key: route.key, status: answer.status }).toEqual({ key: route.key, status: 400 });
      expect({ key: route.key, lies: lies(route.operation, answer) }).toEqual({ key: route.key, lies: [] });
    }
  });
});

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[47][0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;
/** What a provider names is the provider's; a snapshot and an alert's sequence are positions that nobody owns. */
const NOT_OURS = ['providerMessageId', 'snapshotId', 'requestId'];

/** Ids in an answer that are text and not random; the ids of coins are numbers, and nobody's. */
function guessableIds(body: unknown): string[] {
  if (typeof body !== 'object' || body === null) return [];
  return Object.entries(body).flatMap(([key, value]) => {
    const isId = /^id$|Id$/.test(key) && typeof value === 'string' && !NOT_OURS.includes(key);
    return isId ? (UUID.test(value) ? [] : [`${key} ${value}`]) : guessableIds(value);
  });
}
