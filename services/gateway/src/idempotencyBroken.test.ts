import { once } from 'node:events';
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { OPERATOR_TOKEN, startWithRealAccounts, type RealAccounts } from './realAccounts.testing.ts';

/** A notifier that reads each request to its end and then does with the connection what the test wants. */
interface Breaking {
  readonly url: string;
  readonly requests: string[];
  behave: (socket: Socket) => void;
  close(): Promise<void>;
}

async function startBreaking(): Promise<Breaking> {
  const requests: string[] = [];
  const server: Server = createServer((socket) => {
    let text = '';
    socket.on('error', () => {});
    socket.on('data', (bytes) => {
      text += bytes.toString('latin1');
      const length = Number(/content-length: (\d+)/i.exec(text)?.[1] ?? 0);
      const end = text.indexOf('\r\n\r\n');
      if (end < 0 || text.length < end + 4 + length) return;
      requests.push(text.split('\r\n', 1)[0] ?? '');
      text = '';
      breaking.behave(socket);
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const breaking: Breaking = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    behave: (socket) => socket.destroy(),
    close: async () => {
      server.close();
      await once(server, 'close');
    },
  };
  return breaking;
}

let notifier: Breaking;
let real: RealAccounts;
let keys = 0;
beforeAll(async () => {
  notifier = await startBreaking();
  real = await startWithRealAccounts({ gateway: { NOTIFIER_URL: notifier.url } });
});
afterAll(async () => {
  await real.close();
  await notifier.close();
});
beforeEach(() => {
  notifier.requests.length = 0;
});

const newKey = () => `broken-${(keys += 1)}`;
const input = { endsAtMs: Date.now() + 60_000 };
const post = (key: string, path = '/api/v1/silences', body: unknown = input) =>
  real.gw.call(path, { method: 'POST', token: OPERATOR_TOKEN, body, headers: { 'idempotency-key': key } });
const answer = (status: string, body: string) => (socket: Socket) =>
  socket.end(
    `HTTP/1.1 ${status}\r\ncontent-type: application/json\r\ncontent-length: ${body.length}\r\nconnection: close\r\n\r\n${body}`,
  );
const problem = JSON.stringify({ code: 'DATABASE_UNAVAILABLE', detail: 'Away.' });

describe('a POST whose connection to a service breaks', () => {
  test.each<[string, (socket: Socket) => void]>([
    ['after the request was read', (socket) => socket.destroy()],
    ['by a reset', (socket) => socket.resetAndDestroy()],
    ['in the middle of the answer', (socket) => socket.end('HTTP/1.1 201 Created\r\ncontent-length: 900\r\n\r\n{"id"')],
    ['with an answer that is none of ours', answer('502 Bad Gateway', '<html>')],
    [
      'in the commit, as the service says',
      (socket) =>
        socket.end(
          `HTTP/1.1 503 Unavailable\r\noutcome-unknown: true\r\ncontent-length: ${problem.length}\r\nconnection: close\r\n\r\n${problem}`,
        ),
    ],
  ])('%s may have been done: it is said, and not tried again under the same key', async (_how, behave) => {
    notifier.behave = behave;
    const key = newKey();
    const first = await post(key);
    expect(first.status).toBe(503);
    expect(first.headers.get('outcome-unknown')).toBe('true');
    expect((await post(key)).body).toMatchObject({ status: 409, code: 'IDEMPOTENCY_OUTCOME_UNKNOWN' });
    expect(notifier.requests).toEqual(['POST /silences HTTP/1.1']);
  });

  test('likewise by GraphQL', async () => {
    notifier.behave = (socket) => socket.destroy();
    const key = newKey();
    const body = { query: `mutation { createSilence(input: { endsAtMs: ${input.endsAtMs} }) { id } }` };
    const first = await post(key, '/graphql', body);
    expect(first).toMatchObject({ status: 200, body: { data: { createSilence: null } } });
    expect(first.headers.get('outcome-unknown')).toBe('true');
    expect((await post(key, '/graphql', body)).body).toMatchObject({ code: 'IDEMPOTENCY_OUTCOME_UNKNOWN' });
    expect(notifier.requests).toHaveLength(1);
  });
});

describe('a POST that a service refuses for now', () => {
  test('was not done, and is tried again under the same key', async () => {
    notifier.behave = answer('503 Unavailable', problem);
    const key = newKey();
    for (let tries = 0; tries < 2; tries += 1) {
      const told = await post(key);
      expect(told.body).toMatchObject({ code: 'DATABASE_UNAVAILABLE' });
      expect(told.headers.get('outcome-unknown')).toBeNull();
    }
    expect(notifier.requests).toHaveLength(2);
  });
});

describe('what only reads', () => {
  test('has no outcome that could be unknown', async () => {
    notifier.behave = (socket) => socket.destroy();
    const told = await real.gw.call('/api/v1/silences', { token: OPERATOR_TOKEN });
    expect(told.status).toBe(503);
    expect(told.headers.get('outcome-unknown')).toBeNull();
  });
});
