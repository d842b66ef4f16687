import { createDatabase, withTransaction, writeChannelModules, type Database } from '@ubot/db';
import { addTestUser, createTestDatabase, type TestDatabase } from '@ubot/testing';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { startUserManager, type Harness } from './harness.testing.ts';

let database: TestDatabase;
let db: Database;
let harness: Harness;
let as: { kind: 'user'; userId: string; role: 'user' };

beforeEach(async () => {
  database = await createTestDatabase();
  harness = await startUserManager(database.url);
  db = createDatabase({ connectionString: database.url, applicationName: 'test', poolSize: 1 });
  as = { kind: 'user', userId: (await addTestUser(database.url)).id, role: 'user' };
  // What a notifier writes when it has loaded its modules.
  const modules = [
    { name: 'pager', handles: { label: 'Pager', address: { about: 'seven digits', pattern: '^[0-9]{7}$' } } },
    {
      name: 'desk',
      handles: { label: 'Desk', address: { about: 'where you sit', fields: { floor: '^[0-9]$', room: '^[A-F]$' } } },
    },
  ];
  await withTransaction(db, (tx) => writeChannelModules(tx, { modules, nowMs: Date.now() }));
});
afterEach(async () => {
  await harness.userManager.close();
  await db.close();
  await database.close();
});

const saved = (module: string, address: unknown) =>
  harness.call({
    method: 'POST',
    path: '/channels',
    body: { name: 'Mine', target: { kind: 'module', module, address } },
    as,
  });

test('a channel of a module is made when the module is there and the address fits', async () => {
  expect(await saved('pager', '5550100')).toMatchObject({ status: 201, body: { verified: false } });
  expect(await saved('desk', { floor: '3', room: 'B' })).toMatchObject({ status: 201 });
});

test.each([
  ['of-yesterday', 'x', 'CHANNEL_NOT_CONFIGURED', 'There is no channel module "of-yesterday" on this uBot.'],
  ['pager', 'call me', 'CHANNEL_TARGET_INVALID', 'The address has to be seven digits.'],
  ['pager', { floor: '3' }, 'CHANNEL_TARGET_INVALID', 'The address has to be seven digits.'],
  ['desk', '3', 'CHANNEL_TARGET_INVALID', 'The address has to be an object of floor, room: where you sit.'],
  ['desk', { floor: '3' }, 'CHANNEL_TARGET_INVALID', 'The address has no usable "room": where you sit.'],
  [
    'desk',
    { floor: '3', room: 'B', chair: '1' },
    'CHANNEL_TARGET_INVALID',
    'The address has a field "chair", which its module does not know: where you sit.',
  ],
])('%s with %j is refused: %s', async (module, address, code, detail) => {
  expect(await saved(module, address)).toMatchObject({ status: 422, body: { code, detail } });
});

test('a channel keeps its module', async () => {
  const made = (await saved('pager', '5550100')).body as { id: string };
  const target = { kind: 'module', module: 'desk', address: { floor: '3', room: 'B' } };
  const body = { name: 'Mine', target };
  expect(await harness.call({ method: 'PUT', path: `/channels/${made.id}`, body, as })).toMatchObject({
    status: 400,
    body: { code: 'VALIDATION_FAILED' },
  });
});
