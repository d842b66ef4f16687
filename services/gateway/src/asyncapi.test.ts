import { schemaIssues } from '@ubot/service-kit';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startGateway, type Harness } from './harness.testing.ts';

interface Reference {
  $ref: string;
}
interface Document {
  asyncapi: string;
  servers: Record<string, { host: string; protocol: string; security: Reference[] }>;
  channels: Record<string, { address: string; messages: Record<string, Reference> }>;
  operations: Record<string, { action: string; channel: Reference; messages: Reference[] }>;
  components: { messages: Record<string, { summary: string; payload: object }> };
}
let gw: Harness;
let document: Document;
beforeAll(async () => {
  gw = await startGateway();
  document = (await gw.call('/api/v1/asyncapi.json', { token: null })).body as Document;
});
afterAll(() => gw.close());

function resolve(root: unknown, pointer: string): unknown {
  return pointer
    .replace(/^#\//, '')
    .split('/')
    .reduce<unknown>((value, key) => (value as Record<string, unknown> | undefined)?.[key], root);
}
function referencesIn(value: unknown): string[] {
  if (typeof value !== 'object' || value === null) return [];
  if ('$ref' in value && typeof value.$ref === 'string') return [value.$ref];
  return Object.values(value).flatMap(referencesIn);
}
const payload = (name: string): object => document.components.messages[name]!.payload;
const market = { type: 'subscribe', id: 'm', stream: 'market' };

describe('the AsyncAPI document', () => {
  test('is open to all, and of the public address', () => {
    expect(document.asyncapi).toBe('3.0.0');
    expect(document.servers['ubot']).toMatchObject({ host: 'ubot.test', protocol: 'ws' });
    expect(document.channels['live']!.address).toBe('/ws');
  });

  test('has nothing that points nowhere', () => {
    const references = referencesIn(document);
    expect(references.length).toBeGreaterThan(40);
    expect(references.filter((pointer) => resolve(document, pointer) === undefined)).toEqual([]);
  });

  test('has every message in exactly one direction, with a sentence', () => {
    const { fromClient, fromServer } = document.operations;
    expect([fromClient!.action, fromServer!.action]).toEqual(['receive', 'send']);
    const used = [...fromClient!.messages, ...fromServer!.messages].map(({ $ref }) => $ref.split('/').at(-1));
    expect(used.toSorted()).toEqual(Object.keys(document.components.messages).toSorted());
    for (const { summary } of Object.values(document.components.messages)) expect(summary.length).toBeGreaterThan(10);
  });

  test.each([
    ['client_subscribe_market', { ...market, universe: { kind: 'coins', ids: [1] }, format: 'binary' }, true],
    ['client_subscribe_market', { ...market, universe: { kind: 'coins', ids: [] } }, false],
    ['client_subscribe_market', { ...market, id: '' }, false],
    ['client_subscribe_market', { ...market, id: 'a b' }, false],
    ['client_subscribe_market', { ...market, extra: 1 }, false],
    ['client_subscribe_candles', { type: 'subscribe', id: 'c', stream: 'candles', coinId: 1, timeframe: '1h' }, true],
    ['client_subscribe_candles', { type: 'subscribe', id: 'c', stream: 'candles', coinId: 1, timeframe: '2h' }, false],
    ['client_subscribe_alerts', { type: 'subscribe', id: 'a', stream: 'alerts', afterSequence: '17' }, true],
    ['client_subscribe_alerts', { type: 'subscribe', id: 'a', stream: 'alerts', afterSequence: 17 }, false],
    ['server_goodbye', { type: 'goodbye', reconnectAfterMs: 500 }, true],
    ['server_error', { type: 'error', id: 'a', code: 'NOT_FOUND', detail: 'No.' }, true],
    ['server_error', { type: 'error', id: 'a', code: 'NO_SUCH_CODE', detail: 'No.' }, false],
  ])('%s takes %j: %s', (name, message, isTaken) => {
    expect(schemaIssues(payload(name), message).length === 0).toBe(isTaken);
  });
});
