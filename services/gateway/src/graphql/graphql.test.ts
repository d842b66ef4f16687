import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startGateway, type Harness } from '../harness.testing.ts';
import { alertOf, notificationOf, OTHER_ID, SOME_ID, TAKEN_MS, USER_ID } from '../services.testing.ts';
import { ask, codesOf } from './testing.testing.ts';

let gw: Harness;
beforeAll(async () => {
  gw = await startGateway();
});
afterAll(() => gw.close());

describe('a query', () => {
  test('gets in one request what many routes answer', async () => {
    gw.world.alerts = [alertOf(1), alertOf(2, OTHER_ID), alertOf(3)];
    const note = notificationOf('01900000-0000-7000-9000-000000000001', alertOf(3).id, 'sent');
    gw.world.deliveries.set(note.id, { userId: USER_ID, notification: note });
    const answer = await ask(
      gw,
      `{
        me { id email role }
        settings { timeZone }
        channels { name target { kind } }
        strategies { strategies { name universe { kind } trigger { on maxAgeMs } } nextAfter }
        alerts(limit: 10) { alerts { sequence coin { symbol ticker { priceUsd } } notifications { state } } nextBefore }
        decision(strategyId: "01900000-0000-7000-8000-00000000000a", coinId: 1) { reason }
        coins { name }
        coin(id: 1) { slug ticker { priceUsd providerTimeMs } }
        candles(coinId: 1, timeframe: "1h") { close closed }
        global { global { btcDominancePct } }
        sources { name }
      }`,
    );
    expect(answer.errors).toBeUndefined();
    expect(answer.status).toBe(200);
    const ticker = { priceUsd: 100 };
    expect(answer.data).toEqual({
      me: { id: USER_ID, email: 'me@example.org', role: 'operator' },
      settings: { timeZone: 'UTC' },
      channels: [{ name: 'Log', target: { kind: 'log' } }],
      strategies: {
        strategies: [
          { name: 'Oversold', universe: { kind: 'all' }, trigger: { on: 'candle_close', maxAgeMs: 900_000 } },
        ],
        nextAfter: null,
      },
      alerts: {
        alerts: [
          { sequence: '3', coin: { symbol: 'BTC', ticker }, notifications: [{ state: 'sent' }] },
          { sequence: '1', coin: { symbol: 'BTC', ticker }, notifications: [] },
        ],
        nextBefore: null,
      },
      decision: { reason: 'not_true' },
      coins: [{ name: 'Bitcoin' }],
      coin: { slug: 'bitcoin', ticker: { priceUsd: 100, providerTimeMs: TAKEN_MS } },
      candles: [{ close: 1, closed: true }],
      global: { global: { btcDominancePct: 50 } },
      sources: [{ name: 'demo' }],
    });
  });

  test('gets pages of notifications by their state, each with its channel', async () => {
    gw.world.deliveries.clear();
    const noteOf = (n: number, userId: string, state: 'sent' | 'failed') => {
      const notification = notificationOf(`01900000-0000-7000-9000-00000000000${n}`, alertOf(1).id, state);
      gw.world.deliveries.set(notification.id, { userId, notification });
      return notification;
    };
    const notes = [noteOf(1, USER_ID, 'sent'), noteOf(2, USER_ID, 'failed'), noteOf(3, OTHER_ID, 'sent')];
    noteOf(4, USER_ID, 'sent');
    const { data, errors } = await ask(
      gw,
      '{ notifications(state: sent, limit: 2) { notifications { id state channel { name } } nextBefore } }',
    );
    expect(errors).toBeUndefined();
    const page = (data as { notifications: { notifications: { id: string; state: string }[] } }).notifications;
    expect(page.notifications.map(({ id, state }) => [id.at(-1), state])).toEqual([
      ['4', 'sent'],
      ['1', 'sent'],
    ]);
    expect(page).toMatchObject({ nextBefore: notes[0]!.id });
    gw.world.deliveries.clear();
  });

  test('reads what a hundred silences lead to in as many requests as for one', async () => {
    const silenceOf = (index: number) => ({
      id: `01900000-0000-7000-9000-${String(index).padStart(12, '0')}`,
      userId: USER_ID,
      strategyId: SOME_ID,
      coinId: 1,
      tag: null,
      comment: '',
      startsAtMs: TAKEN_MS,
      endsAtMs: TAKEN_MS + 60_000,
      state: 'active' as const,
      mutedAlerts: 0,
      createdAtMs: TAKEN_MS,
    });
    gw.world.silences = Array.from({ length: 100 }, (_, index) => silenceOf(index));
    const before = gw.world.calls.length;
    const { data, errors } = await ask(
      gw,
      '{ silences(limit: 100) { silences { id strategy { name } coin { slug } } } }',
    );
    expect(errors).toBeUndefined();
    const { silences } = (data as { silences: { silences: object[] } }).silences;
    expect(silences).toHaveLength(100);
    expect(silences.at(-1)).toEqual({
      id: silenceOf(99).id,
      strategy: { name: 'Oversold' },
      coin: { slug: 'bitcoin' },
    });
    const asked = gw.world.calls.slice(before).map(({ url }) => url.split('?')[0]);
    expect(asked.toSorted()).toEqual(['/coins/by-ids', '/silences', '/strategies/by-ids']);
    gw.world.silences = [];
  });

  test('is not kept by any cache, and says under which id it was answered', async () => {
    gw.world.users.set('gone-for-now', USER_ID);
    const answer = await ask(gw, '{ coin(id: 2) { name } }');
    expect(answer.headers.get('cache-control')).toBe('private, no-store');
    expect(answer.data).toEqual({ coin: null });
    expect(answer.errors).toEqual([
      expect.objectContaining({
        message: 'There is no such thing, or it is not yours.',
        path: ['coin'],
        extensions: { code: 'NOT_FOUND', requestId: expect.stringMatching(/^[\w-]{8,64}$/) },
      }),
    ]);
  });

  test('runs the operation that it names', async () => {
    const two = 'query A { me { id } } query B { settings { timeZone } }';
    expect((await ask(gw, two, { operationName: 'B' })).data).toEqual({ settings: { timeZone: 'UTC' } });
    for (const operationName of [undefined, 'C']) {
      const answer = await ask(gw, two, operationName === undefined ? {} : { operationName });
      expect({ status: answer.status, codes: codesOf(answer) }).toEqual({ status: 400, codes: ['VALIDATION_FAILED'] });
    }
  });

  test('has the particulars of a failure as the problem of REST has them', async () => {
    const input = { name: 'x', universe: { kind: 'all' }, timeframe: '1h', condition: 'close >' };
    const rest = await gw.call('/api/v1/strategies', { method: 'POST', body: input });
    const problem = rest.body as { code: string; detail: string; errors: unknown[] };
    const query = 'mutation ($input: StrategyInput!) { createStrategy(input: $input) { id } }';
    const { errors } = await ask(gw, query, { variables: { input } });
    expect(errors).toHaveLength(1);
    expect(errors?.[0]).toMatchObject({
      message: problem.detail,
      extensions: { code: problem.code, errors: problem.errors },
    });
  });
});

describe('a service that is away', () => {
  test('takes its own fields with it and no others, and tells nothing of where it lives', async () => {
    const broken = await startGateway({ MOTHER_APP_URL: 'http://127.0.0.1:9' });
    try {
      const answer = await ask(broken, '{ me { id } coins { name } global { source } }');
      expect(answer.status).toBe(200);
      expect(answer.data).toEqual({ me: { id: USER_ID }, coins: null, global: null });
      expect(codesOf(answer)).toEqual(['SERVICE_UNAVAILABLE', 'SERVICE_UNAVAILABLE']);
      const rest = await broken.call('/api/v1/coins');
      expect(answer.errors?.[0]?.message).toBe((rest.body as { detail: string }).detail);
      expect(JSON.stringify(answer)).not.toMatch(/stack|node_modules|\.ts\b|ECONN/);
    } finally {
      await broken.close();
    }
  });
});
