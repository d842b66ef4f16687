import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { waitFor } from '@ubot/testing';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import type { Belongings } from './apiExample.testing.ts';
import { createBelongings } from './apiExamples.testing.ts';
import { startWholeUbot, type WholeUbot } from './wholeUbot.testing.ts';

/** Every query that docs/api.md shows, as it stands there. */
const page = readFileSync(new URL('../../../docs/api.md', import.meta.url), 'utf8');
const examples = new Map(
  [...page.matchAll(/```graphql\n([\s\S]*?)```/g)].map(([, text = '']) => [/^\w+ (\w+)/.exec(text)?.[1] ?? '', text]),
);

let ubot: WholeUbot;
let own: Belongings;
beforeAll(async () => {
  ubot = await startWholeUbot();
  own = await createBelongings(ubot);
}, 120_000);
afterAll(() => ubot.close());

/** What a whole uBot sends over /graphql to one subscription. */
async function eventsOf(query: string): Promise<{ socket: WebSocket; events: unknown[] }> {
  const socket = new WebSocket(`${ubot.url.replace('http', 'ws')}/graphql`, ['graphql-transport-ws']);
  const events: unknown[] = [];
  socket.on('message', (data) => {
    const message = JSON.parse(data.toString()) as { type: string; payload?: unknown };
    if (message.type === 'connection_ack') {
      socket.send(JSON.stringify({ type: 'subscribe', id: '1', payload: { query } }));
    } else events.push(message.payload);
  });
  await once(socket, 'open');
  socket.send(JSON.stringify({ type: 'connection_init', payload: { token: ubot.operatorToken } }));
  return { socket, events };
}

describe('the examples of docs/api.md', () => {
  test('are these', () => {
    expect([...examples.keys()]).toEqual(['Overview', 'Watch', 'Quiet', 'Follow', 'Prices']);
  });

  test('the overview shows an alert with its coin, strategy and deliveries', async () => {
    const { status, body } = await ubot.call('POST', '/graphql', { body: { query: examples.get('Overview') } });
    expect({ status, body }).toEqual({
      status: 200,
      body: {
        data: {
          me: { email: 'operator@localhost' },
          alerts: {
            alerts: expect.arrayContaining([
              {
                explanation: expect.stringContaining('close'),
                coin: { symbol: expect.any(String), ticker: { priceUsd: expect.any(Number) } },
                strategy: { name: 'Any price', enabled: true },
                notifications: [{ state: expect.any(String), channel: { name: 'Log' } }],
              },
            ]),
            nextBefore: null,
          },
        },
      },
    });
  });

  test('the change makes a strategy, which REST has', async () => {
    const { body } = await ubot.call('POST', '/graphql', { body: { query: examples.get('Watch') } });
    const { id, version } = (body as { data: { createStrategy: { id: string; version: number } } }).data.createStrategy;
    expect(version).toBe(1);
    expect((await ubot.call('GET', `/api/v1/strategies/${id}`)).body).toMatchObject({
      name: 'Bitcoin is cheap',
      condition: 'rsi(14) < 30',
      trigger: { cooldownMs: 3_600_000 },
    });
  });

  test('an alert is acknowledged and snoozed', async () => {
    const { body } = await ubot.call('POST', '/graphql', {
      body: { query: examples.get('Quiet'), variables: { alert: own.alertId } },
    });
    expect(body).toEqual({
      data: {
        acknowledgeAlert: { acknowledgedBy: 'api' },
        snoozeAlert: { endsAtMs: expect.any(Number), strategy: { name: 'Any price' } },
      },
    });
  });

  test('the subscriptions bring prices with each snapshot, and an alert when a strategy comes true', async () => {
    const [prices, alerts] = [await eventsOf(examples.get('Prices')!), await eventsOf(examples.get('Follow')!)];
    await waitFor(() => prices.events.length >= 2, { deadlineMs: 15_000, what: 'prices' });
    expect(prices.events[1]).toEqual({
      data: {
        coinPrices: {
          takenAtMs: expect.any(Number),
          tickers: expect.arrayContaining([{ id: 1, priceUsd: expect.any(Number) }]),
        },
      },
    });
    const strategy = {
      name: 'Now',
      universe: { kind: 'coins', ids: [1] },
      timeframe: '1m',
      condition: 'close > 0',
      trigger: { on: 'snapshot' },
    };
    await ubot.call('POST', '/api/v1/strategies', { body: strategy });
    await waitFor(() => alerts.events.length >= 1, { deadlineMs: 20_000, what: 'an alert' });
    expect(alerts.events[0]).toEqual({
      data: { alertAdded: { sequence: expect.stringMatching(/^\d+$/), explanation: expect.stringContaining('close') } },
    });
    for (const { socket } of [prices, alerts]) socket.terminate();
  });
});
