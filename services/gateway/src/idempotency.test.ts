import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import { addTestUser } from '@ubot/testing';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startGateway } from './harness.testing.ts';
import { OPERATOR_TOKEN, startWithRealAccounts, type RealAccounts } from './realAccounts.testing.ts';

let real: RealAccounts;
let keys = 0;
beforeAll(async () => {
  real = await startWithRealAccounts();
});
afterAll(() => real.close());

const newKey = () => `key-${(keys += 1)}`;
const channel = { name: 'Log', target: { kind: 'log' } };
const add = (
  key: string,
  body: unknown = channel,
  { token = OPERATOR_TOKEN, gw = real.gw, path = '/api/v1/channels' } = {},
) => gw.call(path, { method: 'POST', token, body, headers: { 'idempotency-key': key } });
const countChannels = async (token = OPERATOR_TOKEN) =>
  ((await real.gw.call('/api/v1/channels', { token })).body as { channels: unknown[] }).channels.length;

/** Where nobody listens: a port that was free a moment ago. */
async function refusingUrl(): Promise<string> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return `http://127.0.0.1:${port}`;
}

describe('a POST with an Idempotency-Key', () => {
  test('is done once, and gets the first answer again', async () => {
    const key = newKey();
    const before = await countChannels();
    const first = await add(key);
    expect(first.status).toBe(201);
    expect(first.headers.get('idempotency-replayed')).toBeNull();
    const again = await add(key);
    expect({ status: again.status, body: again.body }).toEqual({ status: 201, body: first.body });
    expect(again.headers.get('idempotency-replayed')).toBe('true');
    expect(again.headers.get('content-type')).toBe(first.headers.get('content-type'));
    expect(await countChannels()).toBe(before + 1);
  });

  test('gives back what is shown only once, which lies sealed in the database', async () => {
    const key = newKey();
    const hook = { name: 'Hook', target: { kind: 'webhook', url: 'https://example.org/hook' } };
    const first = await add(key, hook);
    const { signingSecret } = first.body as { signingSecret: string };
    expect(signingSecret.length).toBeGreaterThan(30);
    expect((await add(key, hook)).body).toEqual(first.body);
    const rows = await real.query('select answer, key_hash from account.idempotency_keys');
    const stored = JSON.stringify(rows) + rows.map((row) => String(row['answer'])).join();
    expect(stored).not.toContain(signingSecret);
    expect(stored).not.toContain(createHash('sha256').update(key).digest('hex'));
  });

  test('with another body, or at another route, is refused under the same key', async () => {
    const key = newKey();
    expect((await add(key)).status).toBe(201);
    const before = await countChannels();
    const reused = { status: 422, code: 'IDEMPOTENCY_KEY_REUSED' };
    expect((await add(key, { ...channel, name: 'Other' })).body).toMatchObject(reused);
    const condition = { condition: 'close > 1' };
    expect((await add(key, condition, { path: '/api/v1/strategies/check' })).body).toMatchObject(reused);
    expect(await countChannels()).toBe(before);
  });

  test('twenty times at once is done once; the others hear the answer or that it is under way', async () => {
    const key = newKey();
    const before = await countChannels();
    const answers = await Promise.all(Array.from({ length: 20 }, () => add(key)));
    expect(await countChannels()).toBe(before + 1);
    const made = answers.filter(({ status }) => status === 201);
    const waiting = answers.filter(({ status }) => status === 409);
    expect(made.length).toBeGreaterThanOrEqual(1);
    expect(made.length + waiting.length).toBe(20);
    expect(new Set(made.map(({ body }) => (body as { id: string }).id)).size).toBe(1);
    for (const { body, headers } of waiting) {
      expect(body).toMatchObject({ code: 'IDEMPOTENCY_IN_PROGRESS' });
      expect(headers.get('retry-after')).toBe('1');
    }
  });

  test('means nothing to another user with the same key', async () => {
    const key = newKey();
    const other = await addTestUser(real.databaseUrl);
    const mine = await add(key);
    const theirs = await add(key, channel, { token: other.token });
    expect(theirs.status).toBe(201);
    expect(theirs.headers.get('idempotency-replayed')).toBeNull();
    expect((theirs.body as { id: string }).id).not.toBe((mine.body as { id: string }).id);
  });

  test('is known to a gateway that was started after the first answer', async () => {
    const key = newKey();
    const first = await add(key);
    const another = await startGateway({ USER_MANAGER_URL: real.userManagerUrl, DATABASE_URL: real.databaseUrl });
    const again = await add(key, channel, { gw: another });
    expect(again.body).toEqual(first.body);
    expect(again.headers.get('idempotency-replayed')).toBe('true');
    await another.close();
  });

  test('that was refused is refused again in the same words, and may not be mended under the same key', async () => {
    const key = newKey();
    const first = await add(key, { ...channel, target: { kind: 'webhook', url: 'http://[' } });
    expect(first.body).toMatchObject({ status: 422, code: 'CHANNEL_TARGET_INVALID' });
    const again = await add(key, { ...channel, target: { kind: 'webhook', url: 'http://[' } });
    expect(again.body).toEqual(first.body);
    expect(again.headers.get('content-type')).toBe('application/problem+json; charset=utf-8');
    expect((await add(key)).body).toMatchObject({ code: 'IDEMPOTENCY_KEY_REUSED' });
  });

  test('that failed for the moment may be tried again, and is then done', async () => {
    const key = newKey();
    const down = await startGateway({
      USER_MANAGER_URL: real.userManagerUrl,
      DATABASE_URL: real.databaseUrl,
      SCANNER_URL: await refusingUrl(),
    });
    const check = { condition: 'close > 1' };
    const path = '/api/v1/strategies/check';
    expect((await add(key, check, { path, gw: down })).body).toMatchObject({ code: 'SERVICE_UNAVAILABLE' });
    expect(await add(key, check, { path })).toMatchObject({ status: 200 });
    await down.close();
  });

  test('whose gateway died is never done twice: the caller is told to look, and it is forgotten after a day', async () => {
    const key = newKey();
    await add(key);
    await real.query(`update account.idempotency_keys set status = null, answer = null, claimed_until = now() + '1 s'`);
    expect((await add(key)).body).toMatchObject({ code: 'IDEMPOTENCY_IN_PROGRESS' });
    await real.query(`update account.idempotency_keys set claimed_until = now() - interval '1 s'`);
    expect((await add(key)).body).toMatchObject({ status: 409, code: 'IDEMPOTENCY_OUTCOME_UNKNOWN' });
    await real.query(`update account.idempotency_keys set created_at = now() - interval '24 hours 1 second'`);
    expect((await add(key, { ...channel, name: 'Another' })).status).toBe(201);
  });

  test.each([
    ['empty', ''],
    ['of 256 characters', 'k'.repeat(256)],
    ['with a space', 'a b'],
    ['not ASCII', 'ké'],
  ])('that is %s is refused', async (_name, key) => {
    expect((await add(key)).body).toMatchObject({ status: 400, code: 'VALIDATION_FAILED' });
  });

  test('is not waited for while user-manager is away: nothing is done that could be done twice', async () => {
    const alone = await startGateway();
    alone.world.calls.length = 0;
    const answer = await add(newKey(), channel, { gw: alone, token: 'my-token' });
    expect(answer.status).toBeGreaterThanOrEqual(400);
    expect(alone.world.calls.filter(({ url }) => url === '/channels')).toEqual([]);
    await alone.close();
  });
});
