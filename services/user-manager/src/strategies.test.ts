import { createPostgresBus } from '@ubot/bus';
import type { Strategy } from '@ubot/contracts';
import { createDatabase, insertStrategy, insertUser, withTransaction, type Database } from '@ubot/db';
import { newId, type CallIdentity } from '@ubot/service-kit';
import { createTestDatabase, waitFor } from '@ubot/testing';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startUserManager, START_MS, type Harness } from './harness.testing.ts';

let database: { url: string; close(): Promise<void> };
let db: Database;
let um: Harness;

beforeAll(async () => {
  database = await createTestDatabase();
  db = createDatabase({ connectionString: database.url, applicationName: 'test', poolSize: 2 });
  um = await startUserManager(database.url);
});
afterAll(async () => {
  await um.userManager.close();
  await db.close();
  await database.close();
});

type User = Extract<CallIdentity, { kind: 'user' }>;
async function addUser(): Promise<User> {
  const id = newId();
  const row = { id, email: `${id}@example.org`, role: 'user' as const, settings: {}, createdAtMs: START_MS };
  await insertUser(db, { ...row, passwordHash: null, passwordOnce: false });
  return { kind: 'user', userId: id, role: 'user' };
}

const input = {
  name: 'Oversold and turning',
  universe: { kind: 'top', count: 100 },
  timeframe: '1h',
  condition: 'rsi(14) < 30 and close > 1',
};
const problem = (status: number, code: string) => ({ status, body: expect.objectContaining({ status, code }) });
const create = (as: User, body: unknown = input) => um.call({ method: 'POST', path: '/strategies', body, as });
const created = async (as: User, body: unknown = input) => (await create(as, body)).body as Strategy;
const change = (as: User, id: string, body: unknown) => um.call({ method: 'PUT', path: `/strategies/${id}`, body, as });
const feedAfter = async (after: string, limit = 500) =>
  (await um.call({ method: 'GET', path: `/strategy-feed?after=${after}&limit=${limit}` })).body as {
    changes: { change: string; strategyId: string; strategy: Strategy | null }[];
    nextChange: string;
    more: boolean;
  };

describe('a strategy', () => {
  test('gets every default that its input leaves out', async () => {
    const as = await addUser();
    expect(await create(as)).toEqual({
      status: 201,
      body: {
        ...input,
        id: expect.any(String),
        userId: as.userId,
        enabled: true,
        version: 1,
        versionId: expect.any(String),
        indicators: [],
        trigger: {
          on: 'candle_close',
          fires: 'on_change',
          for: null,
          cooldownMs: 0,
          rearm: null,
          expiresAtMs: null,
          maxPerDay: null,
          maxAgeMs: 900_000,
        },
        message: null,
        channelIds: [],
        tags: [],
        urgent: false,
        createdAtMs: START_MS,
        updatedAtMs: START_MS,
      },
    });
  });

  test('carries tags and urgency; a change of them is a new version, and a copy has them too', async () => {
    const as = await addUser();
    const first = await created(as, { ...input, tags: ['majors', 'night-2'], urgent: true });
    expect(first).toMatchObject({ version: 1, tags: ['majors', 'night-2'], urgent: true });
    const changed = await um.call({
      method: 'PUT',
      path: `/strategies/${first.id}`,
      body: { ...input, tags: ['a'] },
      as,
    });
    expect(changed.body).toMatchObject({ version: 2, tags: ['a'], urgent: false });
    const copy = await um.call({ method: 'POST', path: `/strategies/${first.id}/duplicate`, body: {}, as });
    expect(copy.body).toMatchObject({ tags: ['a'], urgent: false });
    const { body } = await um.call({ method: 'GET', path: `/strategies/${first.id}/versions`, as });
    expect(body).toMatchObject({ versions: [{ tags: ['a'] }, { tags: ['majors', 'night-2'], urgent: true }] });
  });

  test.each([
    { what: 'eleven tags', tags: Array.from({ length: 11 }, (_, at) => `t${at}`), status: 400 },
    { what: 'ten tags', tags: Array.from({ length: 10 }, (_, at) => `t${at}`), status: 201 },
    { what: 'a tag twice', tags: ['a', 'a'], status: 400 },
    { what: 'capitals', tags: ['Majors'], status: 400 },
    { what: 'a space', tags: ['two words'], status: 400 },
    { what: 'an empty one', tags: [''], status: 400 },
    { what: '40 characters', tags: ['t'.repeat(40)], status: 201 },
    { what: '41 characters', tags: ['t'.repeat(41)], status: 400 },
  ])('tags: $what → $status', async ({ tags, status }) => {
    expect((await create(await addUser(), { ...input, tags })).status).toBe(status);
  });

  test('of a version that was stored before there were tags has none, and saving it unchanged makes no new one', async () => {
    const as = await addUser();
    const { id } = await created(as);
    await db.query(
      `update account.strategy_versions set definition = definition - 'tags' - 'urgent' where strategy_id = $1`,
      [id],
    );
    const saved = await um.call({ method: 'PUT', path: `/strategies/${id}`, body: input, as });
    expect(saved.body).toMatchObject({ version: 1, tags: [], urgent: false });
  });

  test('gets the default channels of the account when it names none', async () => {
    const as = await addUser();
    const body = { name: 'Log', target: { kind: 'log' } };
    const { id } = (await um.call({ method: 'POST', path: '/channels', body, as })).body as { id: string };
    await um.call({ method: 'PUT', path: '/settings', body: { timeZone: 'UTC', defaultChannelIds: [id] }, as });
    expect((await created(as)).channelIds).toEqual([id]);
    expect((await created(as, { ...input, channelIds: [] })).channelIds).toEqual([]);
    await um.call({ method: 'DELETE', path: `/channels/${id}`, as });
    expect((await created(as)).channelIds).toEqual([]);
  });

  test('that changes gets a new version; switched off or saved unchanged it keeps the one it has', async () => {
    const as = await addUser();
    const first = await created(as);
    um.clock.nowMs += 1_000;
    const off = (await change(as, first.id, { ...input, enabled: false })).body;
    expect(off).toEqual({ ...first, enabled: false, updatedAtMs: START_MS + 1_000 });
    expect((await change(as, first.id, { ...input, enabled: false })).body).toEqual(off);
    const renamed = (await change(as, first.id, { ...input, name: 'Other' })).body as Strategy;
    expect(renamed).toEqual({ ...(off as Strategy), name: 'Other', version: 2, versionId: expect.any(String) });
    expect(renamed.versionId).not.toBe(first.versionId);
    const versions = await db.query('select version from account.strategy_versions where strategy_id = $1 order by 1', [
      first.id,
    ]);
    expect(versions).toEqual([{ version: 1 }, { version: 2 }]);
    um.clock.nowMs = START_MS;
  });

  test('with mistakes is refused with all of them, of the condition and of rearm', async () => {
    const body = { ...input, condition: 'rsii(14) < 30 and nosuch > 1', trigger: { rearm: 'rsi(14) +' } };
    const refused = await create(await addUser(), body);
    expect(refused).toEqual(problem(422, 'STRATEGY_INVALID'));
    const { errors } = refused.body as { errors: { field: string; code: string; from: number; message: string }[] };
    expect(errors.map(({ field, code }) => `${field} ${code}`)).toEqual([
      'condition CONDITION_UNKNOWN_NAME',
      'condition CONDITION_UNKNOWN_NAME',
      'trigger.rearm CONDITION_SYNTAX',
    ]);
  });

  test('with a placeholder that does not exist is refused, with its place and what may be meant', async () => {
    const as = await addUser();
    const refused = await create(as, { ...input, message: 'RSI {{rsi(14)}} at {{pirce}}, {{nosuch' });
    expect(refused).toEqual(problem(422, 'STRATEGY_INVALID'));
    expect((refused.body as { errors: unknown[] }).errors).toEqual([
      {
        field: 'message',
        code: 'TEMPLATE_UNKNOWN_PLACEHOLDER',
        severity: 'error',
        from: 19,
        to: 28,
        message: 'There is no placeholder `pirce` in this strategy.',
        hint: 'Did you mean `{{price}}`?',
      },
      expect.objectContaining({ field: 'message', code: 'TEMPLATE_SYNTAX', from: 30, to: 38 }),
    ]);
    expect(await create(as, { ...input, message: 'RSI {{rsi(14)}} at {{price}}' })).toMatchObject({ status: 201 });
  });

  test('that names a channel of somebody else is refused', async () => {
    const body = { name: 'Log', target: { kind: 'log' } };
    const other = (await um.call({ method: 'POST', path: '/channels', body, as: await addUser() })).body as {
      id: string;
    };
    expect(await create(await addUser(), { ...input, channelIds: [other.id] })).toEqual(
      problem(422, 'STRATEGY_CHANNEL_UNKNOWN'),
    );
  });

  test('can still be switched off after a channel it names has gone', async () => {
    const as = await addUser();
    const body = { name: 'Log', target: { kind: 'log' } };
    const { id } = (await um.call({ method: 'POST', path: '/channels', body, as })).body as { id: string };
    const strategy = await created(as, { ...input, channelIds: [id] });
    await um.call({ method: 'DELETE', path: `/channels/${id}`, as });
    const off = await change(as, strategy.id, { ...input, channelIds: [id], enabled: false });
    expect(off).toMatchObject({ status: 200, body: { enabled: false, version: 1, channelIds: [id] } });
  });

  test('of another user is not there, whatever is done with it', async () => {
    const path = `/strategies/${(await created(await addUser())).id}`;
    const as = await addUser();
    for (const [method, body] of [['GET'], ['PUT', input], ['DELETE']] as const) {
      expect(await um.call({ method, path, body, as })).toEqual(problem(404, 'NOT_FOUND'));
    }
  });

  test('is written together with its audit row', async () => {
    const as = await addUser();
    const { id } = await created(as);
    await um.call({ method: 'DELETE', path: `/strategies/${id}`, as });
    const rows = await db.query(
      'select action, user_id, subject_id from account.audit_log where user_id = $1 order by id',
      [as.userId],
    );
    expect(rows).toEqual([
      { action: 'strategy.create', user_id: as.userId, subject_id: id },
      { action: 'strategy.delete', user_id: as.userId, subject_id: id },
    ]);
  });
});

describe('the feed of strategies', () => {
  test('is for services only', async () => {
    expect(await um.call({ method: 'GET', path: '/strategy-feed', as: await addUser() })).toEqual(
      problem(403, 'FORBIDDEN'),
    );
  });

  test('lists from the start those that are on, and after a position every change', async () => {
    const as = await addUser();
    const kept = await created(as);
    const off = await created(as, { ...input, enabled: false });
    const gone = await created(as);
    await um.call({ method: 'DELETE', path: `/strategies/${gone.id}`, as });
    const own = (page: Awaited<ReturnType<typeof feedAfter>>) =>
      page.changes
        .filter(({ strategyId }) => [kept.id, off.id, gone.id].includes(strategyId))
        .map(({ strategyId, strategy }) => ({ strategyId, strategy }));
    const start = await feedAfter('0');
    expect(own(start)).toEqual([{ strategyId: kept.id, strategy: kept }]);
    const on = (await change(as, off.id, { ...input, enabled: true })).body as Strategy;
    await change(as, kept.id, { ...input, enabled: false });
    expect(own(await feedAfter(start.nextChange))).toEqual([
      { strategyId: gone.id, strategy: null },
      { strategyId: off.id, strategy: on },
      { strategyId: kept.id, strategy: null },
    ]);
  });

  test('comes in pages that leave nothing out', async () => {
    const as = await addUser();
    const ids: string[] = [];
    for (let index = 0; index < 5; index += 1) ids.push((await created(as)).id);
    const seen: string[] = [];
    let page = await feedAfter('0', 2);
    for (; page.more; page = await feedAfter(page.nextChange, 2)) seen.push(...page.changes.map((c) => c.strategyId));
    seen.push(...page.changes.map((c) => c.strategyId));
    expect(seen.filter((id) => ids.includes(id))).toEqual(ids);
    expect(await feedAfter(page.nextChange)).toEqual({ changes: [], nextChange: page.nextChange, more: false });
    expect((await feedAfter('9'.repeat(19))).changes).toEqual([]);
  });

  test('never shows a later change before an earlier one, however many write at once', async () => {
    const users = await Promise.all(Array.from({ length: 8 }, addUser));
    let after = (await feedAfter('0')).nextChange;
    const seen: string[] = [];
    let isWriting = true;
    const reading = (async () => {
      for (;;) {
        const wasWriting = isWriting;
        const page = await feedAfter(after);
        seen.push(...page.changes.map((c) => c.strategyId));
        after = page.nextChange;
        if (!wasWriting && page.changes.length === 0) return;
      }
    })();
    const written = await Promise.all(users.flatMap((as) => [created(as), created(as), created(as)]));
    isWriting = false;
    await reading;
    expect(new Set(seen)).toEqual(new Set(written.map(({ id }) => id)));
    expect(seen).toHaveLength(written.length);
  });

  test('makes a later change wait for the commit of an earlier one', async () => {
    const as = await addUser();
    const like = await created(as);
    const { nextChange } = await feedAfter('0');
    const first = { ...like, id: newId(), versionId: newId() };
    let commit = (): void => {};
    const committing = new Promise<void>((resolve) => {
      commit = resolve;
    });
    const earlier = withTransaction(db, async (tx) => {
      await insertStrategy(tx, first);
      await committing;
    });
    // Of this database alone: other test files have theirs on the same server.
    const locks = async (granted: boolean) =>
      db.query(
        `select 1 from pg_locks l join pg_database d on d.oid = l.database
         where l.locktype = 'advisory' and d.datname = current_database() and l.granted = $1`,
        [granted],
      );
    await waitFor(async () => (await locks(true)).length === 1, { deadlineMs: 5_000 });
    const later = created(await addUser());
    await waitFor(async () => (await locks(false)).length === 1, { deadlineMs: 5_000 });
    expect((await feedAfter(nextChange)).changes).toEqual([]);
    commit();
    await earlier;
    const { id } = await later;
    expect((await feedAfter(nextChange)).changes.map(({ strategyId }) => strategyId)).toEqual([first.id, id]);
  });

  test('is announced when, and only when, something changed', async () => {
    const bus = createPostgresBus({ connectionString: database.url });
    const heard: string[] = [];
    let isListening = false;
    await bus.listen('strategy', (change) => {
      if (change === 'ready') isListening = true;
      else if (change !== '') heard.push(change);
    });
    await waitFor(
      async () => {
        await bus.announce('strategy', 'ready');
        return isListening;
      },
      { deadlineMs: 5_000 },
    );
    const as = await addUser();
    const { id } = await created(as);
    await change(as, id, input);
    await create(as, { ...input, condition: 'nosuch > 1' });
    await um.call({ method: 'DELETE', path: `/strategies/${id}`, as });
    await bus.announce('strategy', 'last');
    await waitFor(() => heard.includes('last'), { deadlineMs: 5_000 });
    expect(heard.filter((change) => /^\d+$/.test(change))).toHaveLength(2);
    await bus.close();
  });
});

describe('switching off after a "once" strategy fired', () => {
  test('leaves a version alone that the user has made since', async () => {
    const as = await addUser();
    const first = await created(as);
    const second = (await change(as, first.id, { ...input, name: 'Other' })).body as Strategy;
    const path = `/strategies/${first.id}/switch-off`;
    const isOn = async () =>
      ((await um.call({ method: 'GET', path: `/strategies/${first.id}`, as })).body as Strategy).enabled;
    expect((await um.call({ method: 'POST', path, body: { versionId: first.versionId } })).status).toBe(204);
    expect(await isOn()).toBe(true);
    expect((await um.call({ method: 'POST', path, body: { versionId: second.versionId } })).status).toBe(204);
    expect(await isOn()).toBe(false);
    expect((await um.call({ method: 'POST', path })).status).toBe(204);
    expect(await um.call({ method: 'POST', path, as })).toEqual(problem(403, 'FORBIDDEN'));
  });
});
