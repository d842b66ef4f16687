import { addTestUser, createTestDatabase } from '@ubot/testing';
import { describe, expect, test } from 'vitest';
import { startUserManager } from './harness.testing.ts';
import { createWebhookTargets, type Lookup } from './webhookTargets.ts';

const publicOnly = { allowPrivate: false, allowedRanges: [] };
const answering =
  (...addresses: string[]): Lookup =>
  async () =>
    addresses.map((address) => ({ address }));
const isRefused = async (url: string, options: Partial<Parameters<typeof createWebhookTargets>[0]> = {}) => {
  const refusal = await createWebhookTargets({ rules: publicOnly, lookup: answering('93.184.216.34'), ...options })(
    url,
  );
  return refusal !== null && !refusal.ok && refusal.failure.code === 'CHANNEL_TARGET_INVALID';
};

describe('the address of a webhook', () => {
  test.each([
    'http://127.0.0.1/',
    'http://127.1/',
    'http://0/',
    'http://0.0.0.0:8080/',
    'http://2130706433/',
    'http://0x7f000001/',
    'http://0x7f.0.0.1/',
    'http://017700000001/',
    'http://0177.0.0.01/',
    'http://127.0.0.1./',
    'http://１２７.0.0.1/',
    'http://10.1.2.3/',
    'http://172.16.0.1/',
    'http://172.31.255.255/',
    'http://192.168.0.1/',
    'http://100.64.0.1/',
    'http://169.254.169.254/latest/meta-data/',
    'http://168.63.129.16/',
    'http://224.0.0.1/',
    'http://255.255.255.255/',
    'http://[::1]/',
    'http://[::]/',
    'http://[::ffff:127.0.0.1]/',
    'http://[::ffff:7f00:1]/',
    'http://[::127.0.0.1]/',
    'http://[0:0:0:0:0:ffff:a00:1]/',
    'http://[64:ff9b::7f00:1]/',
    'http://[2002:7f00:1::]/',
    'http://[fe80::1]/',
    'http://[fd00:ec2::254]/',
    'http://[fec0::1]/',
    'http://user:password@127.0.0.1/',
    'http://8.8.8.8@127.0.0.1/',
    'https://127.0.0.1#@8.8.8.8/',
  ])('%s is refused', async (url) => {
    expect(await isRefused(url)).toBe(true);
  });

  test.each([
    'https://example.org/hook?token=1',
    'http://8.8.8.8:8080/',
    'http://172.32.0.1/',
    'http://[2606:4700::1111]/',
    'http://127.0.0.1@8.8.8.8/',
  ])('%s is taken', async (url) => {
    expect(await isRefused(url)).toBe(false);
  });

  test('that is a name counts as every address behind it', async () => {
    const url = 'https://innocent.example/';
    expect(await isRefused(url, { lookup: answering('93.184.216.34', '2606:4700::1111') })).toBe(false);
    expect(await isRefused(url, { lookup: answering('93.184.216.34', '10.0.0.1') })).toBe(true);
    expect(await isRefused(url, { lookup: answering('::ffff:10.0.0.1') })).toBe(true);
    expect(await isRefused(url, { lookup: answering('fe80::1%eth0') })).toBe(true);
  });

  test('that is the machine itself by name is refused', async () => {
    const rules = publicOnly;
    const refusal = await createWebhookTargets({ rules })('http://localhost:5432/');
    expect(refusal).toMatchObject({ ok: false, failure: { code: 'CHANNEL_TARGET_INVALID' } });
  });

  test('whose name does not resolve, or not in time, is taken: each send checks again', async () => {
    const never: Lookup = () => new Promise(() => {});
    const unknown: Lookup = () => Promise.reject(new Error('ENOTFOUND'));
    expect(await isRefused('https://later.example/', { lookup: unknown })).toBe(false);
    expect(await isRefused('https://slow.example/', { lookup: never, lookupLimitMs: 20 })).toBe(false);
  });

  test('in a range that the operator names is taken, and its neighbour is not', async () => {
    const rules = { allowPrivate: false, allowedRanges: ['10.20.0.0/16', 'fd00::/8'] };
    expect(await isRefused('http://10.20.255.255/', { rules })).toBe(false);
    expect(await isRefused('http://[::ffff:10.20.0.1]/', { rules })).toBe(false);
    expect(await isRefused('http://10.21.0.0/', { rules })).toBe(true);
    expect(await isRefused('http://[fd12::1]/', { rules })).toBe(false);
    expect(await isRefused('http://[fe80::1]/', { rules })).toBe(true);
    expect(await isRefused('http://127.0.0.1/', { rules: { ...publicOnly, allowPrivate: true } })).toBe(false);
  });
});

describe('a channel', () => {
  test('is neither made nor moved to a private address, and a public one can be', async () => {
    const database = await createTestDatabase();
    const harness = await startUserManager(database.url);
    const { id: userId } = await addTestUser(database.url);
    const as = { kind: 'user', userId, role: 'user' } as const;
    const body = (url: string) => ({ name: 'Hook', target: { kind: 'webhook', url } });
    const refused = { status: 422, body: { code: 'CHANNEL_TARGET_INVALID' } };
    const path = '/channels';
    expect(await harness.call({ method: 'POST', path, body: body('http://0x7f.1:5432/'), as })).toMatchObject(refused);
    const made = await harness.call({ method: 'POST', path, body: body('https://8.8.8.8/hook'), as });
    expect(made.status).toBe(201);
    const at = `/channels/${(made.body as { id: string }).id}`;
    const moved = await harness.call({ method: 'PUT', path: at, body: body('http://169.254.169.254/'), as });
    expect(moved).toMatchObject(refused);
    expect((await harness.call({ method: 'GET', path: at, as })).body).toMatchObject(body('https://8.8.8.8/hook'));
    await harness.userManager.close();
    await database.close();
  });
});
