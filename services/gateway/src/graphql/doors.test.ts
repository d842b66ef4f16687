import { buildSchema } from 'graphql';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startGateway, type Harness } from '../harness.testing.ts';
import { API_ROUTES } from '../routes/index.ts';
import { MUTATION_FIELDS, QUERY_FIELDS, SCHEMA_TEXT } from './schema/index.ts';
import type { RouteFields } from './schema/topic.ts';

/** REST and GraphQL are two doors to the same things: what one can do, the other can, but for what stands here. */
const BY_REST_ALONE: Readonly<Record<string, string>> = {
  'DELETE /me': 'ends the account of a session, with its password',
  'POST /tokens': 'asks for a session, and shows a secret once',
  'GET /me/export': 'a file',
  'POST /strategies/apply': 'a file',
  'GET /strategies/export': 'a file',
  'GET /photo': 'one body for all, compressed once and with its ETag: the tickers of coins are its lines',
};
const SIGN_IN = /^[A-Z]+ \/auth\//;
/** The gateway answers these itself, by a resolver of their own. */
const OWN: Readonly<Record<string, string>> = { 'GET /admin/health': 'systemHealth' };

let gw: Harness;
let operations: string[];
beforeAll(async () => {
  gw = await startGateway();
  const { body } = await gw.call('/api/v1/openapi.json');
  const { paths } = body as { paths: Record<string, Record<string, unknown>> };
  operations = Object.entries(paths)
    .filter(([path]) => path.startsWith('/api/v1/'))
    .flatMap(([path, methods]) => Object.keys(methods).map((method) => keyOf(method, path)));
});
afterAll(() => gw.close());

const keyOf = (method: string, path: string): string =>
  `${method.toUpperCase()} ${path.slice('/api/v1'.length).replaceAll(/\{(\w+)\}/g, ':$1')}`;
const routesOf = (fields: RouteFields): string[] => Object.values(fields).map(({ route }) => route);

describe('what REST can do', () => {
  test('GraphQL can, but for a few things that say why', () => {
    expect(operations.length).toBeGreaterThan(60);
    const covered = [...routesOf(QUERY_FIELDS), ...routesOf(MUTATION_FIELDS), ...Object.keys(OWN)];
    const missing = operations.filter((key) => !covered.includes(key) && !SIGN_IN.test(key));
    expect(missing.toSorted()).toEqual(Object.keys(BY_REST_ALONE).toSorted());
  });

  test('is read by a query and changed by a mutation', () => {
    const reads = routesOf(QUERY_FIELDS).filter((route) => !route.startsWith('GET '));
    expect(reads).toEqual(['POST /strategies/check', 'POST /strategies/preview', 'POST /strategies/preview-message']);
    expect(routesOf(MUTATION_FIELDS).filter((route) => route.startsWith('GET '))).toEqual([]);
  });
});

describe('a field of the schema', () => {
  const schema = buildSchema(SCHEMA_TEXT);

  test('stands for a route that there is, or is answered by the gateway itself', () => {
    const known = (fields: RouteFields) =>
      Object.keys(fields).filter((name) => operations.includes(fields[name]!.route));
    const query = Object.keys(schema.getQueryType()!.getFields());
    expect(query.toSorted()).toEqual([...known(QUERY_FIELDS), ...Object.values(OWN)].toSorted());
    const mutation = Object.keys(schema.getMutationType()!.getFields());
    expect(mutation.toSorted()).toEqual(known(MUTATION_FIELDS).toSorted());
  });

  test.each(Object.entries(QUERY_FIELDS).filter(([, { route }]) => route.startsWith('GET ')))(
    '%s can be asked all that its route can be asked',
    (name, { route }) => {
      const { params, query } = API_ROUTES.find(({ method, path }) => `${method} ${path}` === route)!;
      const wanted = [params, query].flatMap((part) =>
        Object.keys((part as { properties?: object })?.properties ?? {}),
      );
      const field = schema.getQueryType()!.getFields()[name]!;
      const asked = field.args.map((argument) =>
        name === 'candles' && argument.name === 'coinId' ? 'id' : argument.name,
      );
      // GraphQL answers JSON alone.
      expect(asked.toSorted()).toEqual(wanted.filter((one) => one !== 'format').toSorted());
    },
  );
});
