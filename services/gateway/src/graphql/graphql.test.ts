import {
  AlertPageSchema,
  AlertSchema,
  AlertWithNotificationsSchema,
  CandleSchema,
  ChannelCreatedSchema,
  ChannelInputSchema,
  ChannelSchema,
  ChannelTargetSchema,
  CheckAnswerSchema,
  CheckInputSchema,
  CoinSchema,
  DecisionAnswerSchema,
  FieldDiagnosticSchema,
  DuplicateInputSchema,
  GlobalAnswerSchema,
  GlobalMetricsSchema,
  HoldSchema,
  MarketStateSchema,
  NamedIndicatorSchema,
  NotificationPageSchema,
  NotificationSchema,
  PastDecisionSchema,
  PhotoCoinSchema,
  QuotaAnswerSchema,
  QuotasSchema,
  SettingsInputSchema,
  SettingsSchema,
  SourceStateSchema,
  StrategyInputSchema,
  StrategyPageSchema,
  StrategySchema,
  StrategyVersionPageSchema,
  StrategyVersionSchema,
  TriggerSchema,
  UniverseSchema,
  UserSchema,
  VerificationSentSchema,
  WatchlistInputSchema,
  WatchlistSchema,
} from '@ubot/contracts';
import { buildSchema, GraphQLInputObjectType, GraphQLObjectType } from 'graphql';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startGateway, type Harness } from '../harness.testing.ts';
import { alertOf, notificationOf, OTHER_ID, TAKEN_MS, USER_ID } from '../services.testing.ts';
import { SCHEMA_TEXT } from './schema/index.ts';
import { ask, codesOf } from './testing.testing.ts';

let gw: Harness;
beforeAll(async () => {
  gw = await startGateway();
});
afterAll(() => gw.close());

describe('the schema', () => {
  const schema = buildSchema(SCHEMA_TEXT);
  type Fields = Readonly<Record<string, unknown>>;
  /** Of a union the fields of all its members. */
  const fieldsOf = (given: object): string[] => {
    const { properties, anyOf } = given as { properties?: Fields; anyOf?: { properties?: Fields }[] };
    const all = [properties ?? {}, ...(anyOf ?? []).map((member) => member.properties ?? {})];
    return [...new Set(all.flatMap((one) => Object.keys(one)))].toSorted();
  };

  test.each([
    ['User', UserSchema, []],
    ['Settings', SettingsSchema, []],
    ['Channel', ChannelSchema, []],
    ['ChannelCreated', ChannelCreatedSchema, []],
    ['VerificationSent', VerificationSentSchema, []],
    ['ChannelTarget', ChannelTargetSchema, []],
    ['Watchlist', WatchlistSchema, ['coins']],
    ['Strategy', StrategySchema, ['alerts', 'channels']],
    ['StrategyPage', StrategyPageSchema, []],
    ['Universe', UniverseSchema, []],
    ['NamedIndicator', NamedIndicatorSchema, []],
    ['Trigger', TriggerSchema, []],
    ['Hold', HoldSchema, []],
    ['CheckAnswer', CheckAnswerSchema, []],
    ['Diagnostic', FieldDiagnosticSchema, []],
    ['AlertPage', AlertPageSchema, []],
    ['Alert', AlertWithNotificationsSchema, ['strategy']],
    ['AlertCandle', AlertSchema.properties.candle.anyOf[0], []],
    ['Notification', NotificationSchema, ['channel']],
    ['Decision', DecisionAnswerSchema, []],
    ['PastDecision', PastDecisionSchema, []],
    ['NotificationPage', NotificationPageSchema, []],
    ['StrategyVersionPage', StrategyVersionPageSchema, []],
    ['StrategyVersion', StrategyVersionSchema, []],
    ['QuotaAnswer', QuotaAnswerSchema, []],
    ['Quotas', QuotasSchema, []],
    ['QuotasUsed', QuotaAnswerSchema.properties.used, []],
    ['Coin', CoinSchema, ['ticker']],
    ['Ticker', PhotoCoinSchema, []],
    ['Candle', CandleSchema, []],
    ['GlobalAnswer', GlobalAnswerSchema, []],
    ['GlobalMetrics', GlobalMetricsSchema, []],
    ['Source', SourceStateSchema, []],
    ['MarketState', MarketStateSchema, []],
    ['SettingsInput', SettingsInputSchema, []],
    ['ChannelInput', ChannelInputSchema, []],
    ['ChannelTargetInput', ChannelTargetSchema, []],
    ['WatchlistInput', WatchlistInputSchema, []],
    ['StrategyInput', StrategyInputSchema, []],
    ['UniverseInput', UniverseSchema, []],
    ['NamedIndicatorInput', NamedIndicatorSchema, []],
    ['TriggerInput', TriggerSchema, []],
    ['HoldInput', HoldSchema, []],
    ['CheckInput', CheckInputSchema, []],
    ['DuplicateInput', DuplicateInputSchema, []],
  ])('%s has the fields that REST has, and those that lead on', (name, wanted, onward) => {
    const type = schema.getType(name);
    if (!(type instanceof GraphQLObjectType) && !(type instanceof GraphQLInputObjectType)) {
      throw new Error(`there is no type ${name}`);
    }
    expect(Object.keys(type.getFields()).toSorted()).toEqual([...fieldsOf(wanted), ...onward].toSorted());
  });
});

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
