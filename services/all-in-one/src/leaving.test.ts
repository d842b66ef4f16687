import type { AccountExport, AlertPage } from '@ubot/contracts';
import { createDatabase, type Database } from '@ubot/db';
import { waitFor } from '@ubot/testing';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { STRATEGY } from './apiExamples.testing.ts';
import { PASSWORD, person } from './signInExamples.testing.ts';
import { startWholeUbot, type Answer, type WholeUbot } from './wholeUbot.testing.ts';

/** Taking one's things along, and leaving, over all services. */
let ubot: WholeUbot;
let db: Database;
beforeAll(async () => {
  ubot = await startWholeUbot();
  db = createDatabase({ connectionString: ubot.databaseUrl, applicationName: 'test', poolSize: 1 });
}, 90_000);
afterAll(async () => {
  await db?.close();
  await ubot?.close();
});

const FIRING = { ...STRATEGY, trigger: { on: 'snapshot', fires: 'while_true' } };
const idOf = ({ body }: Answer) => (body as { id: string }).id;
const code = ({ status, body }: Answer) => `${status} ${(body as { code?: string }).code ?? ''}`;

/** Somebody with one of everything, whose strategy has sent an alert. */
async function furnished() {
  const { token, email } = await person(ubot);
  const call = (method: string, path: string, body?: unknown) =>
    ubot.call(method, `/api/v1${path}`, { token, ...(body !== undefined && { body }) });
  const userId = idOf(await call('GET', '/me'));
  const channelId = idOf(await call('POST', '/channels', { name: 'Log', target: { kind: 'log' } }));
  await call('POST', '/channels', { name: 'Hook', target: { kind: 'webhook', url: 'http://127.0.0.1:9/hook' } });
  await call('POST', '/watchlists', { name: 'Mine', coinIds: [1] });
  const strategyId = idOf(await call('POST', '/strategies', { ...FIRING, channelIds: [channelId] }));
  await call('POST', '/inhibitions', { name: 'Mine first', sourceStrategyId: strategyId });
  const bot = (await call('POST', '/tokens', { name: 'A bot', scope: 'write' })).body as { token: string };
  await waitFor(async () => ((await call('GET', '/alerts')).body as AlertPage).alerts.length > 0, {
    deadlineMs: 20_000,
  });
  return { token, email, userId, channelId, strategyId, botToken: bot.token, call };
}

describe('an export', () => {
  test('holds everything that is the user’s, no secret, and nothing of others', async () => {
    const own = await furnished();
    await own.call('PUT', `/strategies/${own.strategyId}`, { ...FIRING, name: 'Changed' });
    const { status, body } = await own.call('GET', '/me/export');
    expect(status).toBe(200);
    const whole = body as AccountExport;
    expect(whole).toMatchObject({
      user: { id: own.userId, email: own.email, role: 'user' },
      settings: { timeZone: 'UTC', currency: 'USD' },
      quotas: { used: { strategies: 1, allCoinStrategies: 0 } },
      channels: [{ id: own.channelId }, { name: 'Hook', verified: false }],
      watchlists: [{ name: 'Mine', coinIds: [1] }],
      strategies: [
        { id: own.strategyId, name: 'Changed', versions: [{ version: 2 }, { version: 1, name: 'Any price' }] },
      ],
      inhibitions: [{ name: 'Mine first', sourceStrategyId: own.strategyId, enabled: true }],
      tokens: [{ name: 'A bot' }],
      alertsBefore: null,
    });
    expect(whole.alerts.length).toBeGreaterThan(0);
    expect(whole.alerts.every(({ userId }) => userId === own.userId)).toBe(true);
    expect(whole.sessions).toHaveLength(1);
    expect(whole.audit.map(({ action }) => action)).toContain('strategy.create');
    const secrets = await db.query<{ secret: string }>('select signing_secret as secret from account.channels');
    const text = JSON.stringify(body);
    for (const secret of [own.token, own.botToken, PASSWORD, ...secrets.map((row) => row.secret ?? '-----')]) {
      expect(text).not.toContain(secret);
    }
  }, 60_000);
});

describe('deleting an account', () => {
  test('needs the password, and a session rather than a machine’s token', async () => {
    const { token } = await person(ubot);
    const { token: machine } = (
      await ubot.call('POST', '/api/v1/tokens', { token, body: { name: 'Bot', scope: 'write' } })
    ).body as { token: string };
    const leave = (given: { token: string; body: unknown }) => ubot.call('DELETE', '/api/v1/me', given);
    expect(code(await leave({ token: machine, body: { password: PASSWORD } }))).toBe('403 SESSION_REQUIRED');
    expect(code(await leave({ token, body: {} }))).toBe('401 SIGN_IN_FAILED');
    expect(code(await leave({ token, body: { password: 'not mine at all' } }))).toBe('401 SIGN_IN_FAILED');
    expect(code(await leave({ token, body: { password: 7 } }))).toBe('400 VALIDATION_FAILED');
    for (let tries = 0; tries < 6; tries += 1) await leave({ token, body: { password: 'a guess' } });
    expect(code(await leave({ token, body: { password: PASSWORD } }))).toBe('429 RATE_LIMITED');
    expect((await ubot.call('GET', '/api/v1/me', { token })).status).toBe(200);
  });

  test('removes all that is theirs in every service, stops their strategies, and leaves others alone', async () => {
    const [own, other] = [await furnished(), await furnished()];
    expect((await own.call('DELETE', '/me', { password: PASSWORD })).status).toBe(204);
    await waitFor(async () => (await own.call('GET', '/me')).status === 401, { deadlineMs: 5_000 });
    expect((await ubot.call('GET', '/api/v1/me', { token: own.botToken })).status).toBe(401);

    const tables = await db.query<{ name: string }>(
      `select table_schema || '.' || table_name as name from information_schema.columns
       where column_name = 'user_id' and table_schema in ('account', 'alert')
         and table_name not in ('audit_log', 'erasures') order by 1`,
    );
    expect(tables.length).toBeGreaterThan(8);
    const rowsOf = async (userId: string): Promise<string[]> => {
      const found: string[] = [];
      for (const { name } of tables) {
        const [row] = await db.query<{ count: number }>(`select count(*)::int from ${name} where user_id = $1`, [
          userId,
        ]);
        if ((row?.count ?? 0) > 0) found.push(name);
      }
      return found;
    };
    await waitFor(async () => (await rowsOf(own.userId)).length === 0, { deadlineMs: 10_000 });
    expect(await rowsOf(other.userId)).toEqual(expect.arrayContaining(['account.strategies', 'alert.alerts']));
    const traces = await db.query('select 1 from alert.decisions where strategy_id = $1', [own.strategyId]);
    expect(traces).toEqual([]);
    // Of what was done only that it was done remains.
    const audit = await db.query('select distinct detail from account.audit_log where user_id = $1', [own.userId]);
    expect(audit).toEqual([{ detail: {} }]);
    const mentions = await db.query(`select 1 from account.audit_log where detail::text like '%' || $1 || '%'`, [
      own.email,
    ]);
    expect(mentions).toEqual([]);

    // The scanner has heard of it: what it evaluates after this makes no alert of theirs.
    const alertsOf = async ({ call }: typeof own) => ((await call('GET', '/alerts')).body as AlertPage).alerts.length;
    const before = await alertsOf(other);
    await waitFor(async () => (await alertsOf(other)) > before + 2, { deadlineMs: 20_000 });
    expect(await rowsOf(own.userId)).toEqual([]);
  }, 90_000);

  test('is not for the last operator', async () => {
    const body = { email: 'operator@localhost', password: ubot.oneTimePassword, newPassword: PASSWORD };
    const { token } = (await ubot.call('POST', '/api/v1/auth/sign-in', { token: null, body })).body as {
      token: string;
    };
    const answer = await ubot.call('DELETE', '/api/v1/me', { token, body: { password: PASSWORD } });
    expect(code(answer)).toBe('409 LAST_OPERATOR');
    expect((await ubot.call('GET', '/api/v1/me', { token })).status).toBe(200);
  });
});
