import { waitFor } from '@ubot/testing';
import { OPEN_SIGN_IN_ROUTES, SIGN_IN_EXAMPLES } from './signInExamples.testing.ts';
import type { Belongings, ExampleOf } from './apiExample.testing.ts';
import type { WholeUbot } from './wholeUbot.testing.ts';

export const STRATEGY = {
  name: 'Any price',
  universe: { kind: 'coins', ids: [1] },
  timeframe: '1m',
  condition: 'close > 0',
  trigger: { on: 'snapshot' },
};
const LOG_CHANNEL = { name: 'Log', target: { kind: 'log' } };
const WEBHOOK = { name: 'Hook', target: { kind: 'webhook', url: 'http://127.0.0.1:9/hook' } };
const watchlistNamed = (name: string) => ({ name, coinIds: [1] });
/** Of a tag that nothing has. */
const shortSilence = () => ({ tag: 'nothing-has-it', endsAtMs: Date.now() + 60_000 });
/** Of a tag that nothing has. */
const ruleOf = (sourceStrategyId: string) => ({ name: 'Mute', sourceStrategyId, targetTags: ['nothing-has-it'] });
const NOWHERE = '01900000-0000-7000-8000-00000000000a';

/** The channel, the strategy and the alert that examples speak of. */
export async function createBelongings(ubot: WholeUbot): Promise<Belongings> {
  const channelId = await made(ubot, '/api/v1/channels', LOG_CHANNEL);
  const strategyId = await made(ubot, '/api/v1/strategies', { ...STRATEGY, channelIds: [channelId] });
  const watchlistId = await made(ubot, '/api/v1/watchlists', watchlistNamed('Mine'));
  const alertId = await waitFor(
    async () => {
      const { body } = await ubot.call('GET', `/api/v1/alerts?strategyId=${strategyId}`);
      return (body as { alerts: { id: string }[] }).alerts[0]?.id;
    },
    { deadlineMs: 20_000, what: 'an alert' },
  );
  return { ubot, channelId, strategyId, watchlistId, alertId, nowMs: Date.now() };
}

async function made(ubot: WholeUbot, path: string, body: unknown): Promise<string> {
  const answer = await ubot.call('POST', path, { body });
  if (answer.status !== 201) throw new Error(`${path} answered ${answer.status}: ${JSON.stringify(answer.body)}`);
  return (answer.body as { id: string }).id;
}

async function ownId(ubot: WholeUbot): Promise<string> {
  return ((await ubot.call('GET', '/api/v1/me')).body as { id: string }).id;
}

/**
 * At least one call of every route of the OpenAPI document, under "METHOD /path" as the document writes it. A route
 * without one fails the test, and so does a call of a route that is gone.
 */
export const EXAMPLES: Readonly<Record<string, readonly ExampleOf[]>> = {
  ...SIGN_IN_EXAMPLES,
  'GET /api/v1/me': [() => ({ status: 200 })],
  'GET /api/v1/me/export': [() => ({ status: 200 })],
  // Its good answer ends an account: services/all-in-one/src/leaving.test.ts.
  'DELETE /api/v1/me': [() => ({ body: {}, status: 403 })],
  'GET /api/v1/settings': [() => ({ status: 200 })],
  'PUT /api/v1/settings': [
    ({ channelId }) => ({ body: { timeZone: 'Europe/Paris', defaultChannelIds: [channelId] }, status: 200 }),
  ],
  'GET /api/v1/costs': [
    () => ({ status: 200 }),
    () => ({ query: { month: '2026-11' }, status: 200 }),
    () => ({ query: { format: 'csv' }, status: 200 }),
    () => ({ query: { month: '2026-13' }, status: 400 }),
  ],
  'GET /api/v1/channel-kinds': [() => ({ status: 200 })],
  'GET /api/v1/channels': [() => ({ status: 200 })],
  'POST /api/v1/channels': [() => ({ body: LOG_CHANNEL, status: 201 }), () => ({ body: WEBHOOK, status: 201 })],
  'GET /api/v1/channels/{id}': [({ channelId }) => ({ params: { id: channelId }, status: 200 })],
  'GET /api/v1/push-key': [() => ({ status: 200 })],
  'PUT /api/v1/channels/{id}': [
    ({ channelId }) => ({ params: { id: channelId }, body: { ...LOG_CHANNEL, name: 'Renamed' }, status: 200 }),
  ],
  'DELETE /api/v1/channels/{id}': [
    async ({ ubot }) => ({ params: { id: await made(ubot, '/api/v1/channels', LOG_CHANNEL) }, status: 204 }),
  ],
  // A good answer needs a phone or a receiver: services/all-in-one/src/verification.test.ts.
  'POST /api/v1/channels/{id}/verification': [({ channelId }) => ({ params: { id: channelId }, status: 409 })],
  'POST /api/v1/channels/{id}/test': [({ channelId }) => ({ params: { id: channelId }, status: 200 })],
  'POST /api/v1/channels/{id}/resume': [({ channelId }) => ({ params: { id: channelId }, status: 200 })],
  'POST /api/v1/channels/{id}/verification/check': [
    ({ channelId }) => ({ params: { id: channelId }, body: { code: '000000' }, status: 200 }),
  ],
  'GET /api/v1/watchlists': [() => ({ status: 200 })],
  'POST /api/v1/watchlists': [() => ({ body: watchlistNamed('Another'), status: 201 })],
  'GET /api/v1/watchlists/{id}': [({ watchlistId }) => ({ params: { id: watchlistId }, status: 200 })],
  'PUT /api/v1/watchlists/{id}': [
    ({ watchlistId }) => ({ params: { id: watchlistId }, body: watchlistNamed('Renamed'), status: 200 }),
  ],
  'DELETE /api/v1/watchlists/{id}': [
    async ({ ubot }) => {
      const id = await made(ubot, '/api/v1/watchlists', watchlistNamed(`For a moment ${Math.random()}`));
      return { params: { id }, status: 204 };
    },
  ],
  'GET /api/v1/strategies': [() => ({ status: 200 }), () => ({ query: { limit: 1 }, status: 200 })],
  'POST /api/v1/strategies': [() => ({ body: STRATEGY, status: 201 })],
  'POST /api/v1/strategies/check': [
    () => ({ body: { condition: 'rsi(14) < 30' }, status: 200 }),
    () => ({ body: { condition: 'rsi(' }, status: 200 }),
    () => ({ body: { condition: 'rsi(14) < 30', message: '{{pirce}}' }, status: 200 }),
  ],
  'POST /api/v1/strategies/preview': [
    () => ({ body: STRATEGY, status: 200 }),
    () => ({ body: { universe: { kind: 'top', count: 50 }, timeframe: '1m', condition: 'rsi(' }, status: 422 }),
  ],
  'POST /api/v1/strategies/preview-message': [
    ({ strategyId }) => ({ body: { strategyId, message: '{{coin.symbol}} at {{price}}' }, status: 200 }),
    () => ({ body: { message: null }, status: 200 }),
  ],
  'POST /api/v1/strategies/apply': [
    () => ({ body: { set: 'examples', strategies: [{ ...STRATEGY, name: 'Applied' }] }, status: 200 }),
    () => ({ body: { set: 'examples', strategies: [], prune: true, dryRun: true }, status: 200 }),
  ],
  'GET /api/v1/strategies/export': [() => ({ status: 200 }), () => ({ query: { set: 'examples' }, status: 200 })],
  'GET /api/v1/strategies/{id}': [({ strategyId }) => ({ params: { id: strategyId }, status: 200 })],
  'PUT /api/v1/strategies/{id}': [
    ({ strategyId }) => ({ params: { id: strategyId }, body: { ...STRATEGY, name: 'Renamed' }, status: 200 }),
  ],
  'DELETE /api/v1/strategies/{id}': [
    async ({ ubot }) => ({ params: { id: await made(ubot, '/api/v1/strategies', STRATEGY) }, status: 204 }),
  ],
  'GET /api/v1/strategies/{id}/versions': [
    ({ strategyId }) => ({ params: { id: strategyId }, status: 200 }),
    ({ strategyId }) => ({ params: { id: strategyId }, query: { limit: 1, before: 2 }, status: 200 }),
  ],
  'POST /api/v1/strategies/{id}/enable': [({ strategyId }) => ({ params: { id: strategyId }, status: 200 })],
  'POST /api/v1/strategies/{id}/pause': [
    async ({ ubot }) => ({ params: { id: await made(ubot, '/api/v1/strategies', STRATEGY) }, status: 200 }),
  ],
  'POST /api/v1/strategies/{id}/duplicate': [
    ({ strategyId }) => ({ params: { id: strategyId }, body: {}, status: 201 }),
    ({ strategyId }) => ({ params: { id: strategyId }, body: { name: 'A copy' }, status: 201 }),
  ],
  'GET /api/v1/quotas': [() => ({ status: 200 })],
  'GET /api/v1/admin/users/{id}/quotas': [async ({ ubot }) => ({ params: { id: await ownId(ubot) }, status: 200 })],
  'PUT /api/v1/admin/users/{id}/quotas': [
    async ({ ubot }) => ({ params: { id: await ownId(ubot) }, body: { alertsPerDay: 5_000 }, status: 200 }),
  ],
  'GET /api/v1/admin/costs': [
    () => ({ status: 200 }),
    () => ({ query: { month: '2026-11' }, headers: { accept: 'text/csv' }, status: 200 }),
  ],
  'GET /api/v1/alerts': [
    () => ({ status: 200 }),
    ({ strategyId, nowMs }) => ({
      query: { strategyId, coinId: 1, limit: 1, from: nowMs - 600_000, to: nowMs + 600_000 },
      status: 200,
    }),
  ],
  'GET /api/v1/notifications': [
    () => ({ status: 200 }),
    ({ alertId, channelId }) => ({ query: { alertId, channelId, limit: 1 }, status: 200 }),
    () => ({ query: { state: 'failed' }, status: 200 }),
  ],
  'POST /api/v1/alerts/{id}/acknowledge': [
    ({ alertId }) => ({ params: { id: alertId }, status: 200 }),
    () => ({ params: { id: NOWHERE }, status: 404 }),
  ],
  'POST /api/v1/alerts/{id}/snooze': [
    ({ alertId }) => ({ params: { id: alertId }, body: { durationMs: 900_000 }, status: 201 }),
    ({ alertId }) => ({ params: { id: alertId }, body: { durationMs: 1 }, status: 400 }),
  ],
  'GET /api/v1/silences': [
    () => ({ status: 200 }),
    () => ({ query: { state: 'active', limit: 1, before: NOWHERE }, status: 200 }),
  ],
  'POST /api/v1/silences': [
    ({ strategyId, nowMs }) => ({
      body: { strategyId, coinId: 1, tag: 'a', comment: 'for a while', endsAtMs: nowMs + 600_000 },
      status: 201,
    }),
    () => ({ body: { endsAtMs: 1 }, status: 400 }),
  ],
  'GET /api/v1/silences/{id}': [
    async ({ ubot }) => ({ params: { id: await made(ubot, '/api/v1/silences', shortSilence()) }, status: 200 }),
    () => ({ params: { id: NOWHERE }, status: 404 }),
  ],
  'DELETE /api/v1/silences/{id}': [
    async ({ ubot }) => ({ params: { id: await made(ubot, '/api/v1/silences', shortSilence()) }, status: 204 }),
  ],
  'GET /api/v1/inhibitions': [() => ({ status: 200 })],
  'POST /api/v1/inhibitions': [
    ({ strategyId }) => ({
      body: { ...ruleOf(strategyId), enabled: true, sourceCoinId: 1, sameCoin: true, targetStrategyIds: null },
      status: 201,
    }),
    () => ({ body: ruleOf(NOWHERE), status: 404 }),
    ({ strategyId }) => ({ body: { ...ruleOf(strategyId), targetStrategyIds: [strategyId] }, status: 400 }),
  ],
  'PUT /api/v1/inhibitions/{id}': [
    async ({ ubot, strategyId }) => ({
      params: { id: await made(ubot, '/api/v1/inhibitions', ruleOf(strategyId)) },
      body: { ...ruleOf(strategyId), enabled: false },
      status: 200,
    }),
    ({ strategyId }) => ({ params: { id: NOWHERE }, body: ruleOf(strategyId), status: 404 }),
  ],
  'DELETE /api/v1/inhibitions/{id}': [
    async ({ ubot, strategyId }) => ({
      params: { id: await made(ubot, '/api/v1/inhibitions', ruleOf(strategyId)) },
      status: 204,
    }),
    () => ({ params: { id: NOWHERE }, status: 404 }),
  ],
  'GET /api/v1/admin/health': [() => ({ status: 200 })],
  'GET /api/v1/alerts/{id}': [({ alertId }) => ({ params: { id: alertId }, status: 200 })],
  'GET /api/v1/decisions': [
    ({ strategyId }) => ({ query: { strategyId, coinId: 1 }, status: 200 }),
    ({ strategyId, nowMs }) => ({ query: { strategyId, coinId: 1, atMs: nowMs - 60_000 }, status: 200 }),
    ({ strategyId, nowMs }) => ({ query: { strategyId, coinId: 1, atMs: nowMs + 3_600_000 }, status: 400 }),
  ],
  'GET /api/v1/coins': [() => ({ status: 200 }), () => ({ query: { search: 'btc', limit: 5 }, status: 200 })],
  'GET /api/v1/coins/{id}': [() => ({ params: { id: 1 }, status: 200 })],
  'GET /api/v1/coins/{id}/candles': [
    () => ({ params: { id: 1 }, query: { timeframe: '1h' }, status: 200 }),
    () => ({ params: { id: 1 }, query: { timeframe: '1m', limit: 3 }, status: 200 }),
    () => ({ params: { id: 1 }, query: { timeframe: '1h', format: 'csv' }, status: 200 }),
    () => ({ params: { id: 1 }, query: { timeframe: '1h' }, headers: { accept: 'text/csv' }, status: 200 }),
    ({ nowMs }) => ({
      params: { id: 1 },
      query: { timeframe: '1h', from: nowMs - 36_000_000, to: nowMs },
      status: 200,
    }),
  ],
  'GET /api/v1/global': [() => ({ status: 200 })],
  'GET /api/v1/global/candles': [() => ({ query: { metric: 'btc_dominance', timeframe: '1h' }, status: 200 })],
  'GET /api/v1/photo': [() => ({ status: 200 })],
  'GET /api/v1/sources': [() => ({ status: 200 })],
  'POST /graphql': [() => ({ body: { query: '{ me { id } alerts(limit: 3) { nextBefore } }' }, status: 200 })],
  // Its one good answer needs the provider's signature: services/notifier/src/inbound.test.ts.
  'POST /callbacks/twilio/inbound': [
    () => ({
      token: null,
      body: 'MessageSid=SM1',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      status: 403,
    }),
  ],
  // Its one good answer needs the provider's signature: services/notifier/src/voice.test.ts.
  'POST /callbacks/twilio/voice/{notificationId}': [
    () => ({
      token: null,
      params: { notificationId: NOWHERE },
      body: 'CallSid=CA1&Digits=1',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      status: 403,
    }),
  ],
  // Its one good answer needs the provider's signature: services/notifier/src/routes.test.ts.
  'POST /callbacks/twilio/{notificationId}': [
    () => ({
      token: null,
      params: { notificationId: NOWHERE },
      body: 'MessageSid=SM1',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      status: 403,
    }),
  ],
};

/** Routes that a stranger may call. A route that is open without standing here fails the test. */
export const OPEN_ROUTES: readonly string[] = [
  ...OPEN_SIGN_IN_ROUTES,
  'POST /callbacks/twilio/{notificationId}',
  'POST /callbacks/twilio/voice/{notificationId}',
  'POST /callbacks/twilio/inbound',
];
