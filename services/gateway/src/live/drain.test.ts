import { LIVE_CLOSE } from '@ubot/contracts';
import { afterEach, expect, test } from 'vitest';
import { alertOf } from '../services.testing.ts';
import { alertSequences, createLiveWorld, frameOf, framesOf, type LiveWorld } from './testing.testing.ts';

let live: LiveWorld;
afterEach(async () => {
  live.endClients();
  await live.gw.close();
});

test('a gateway that stops answers what was asked, says when to come back, and ends every connection', async () => {
  live = await createLiveWorld();
  const clients = await Promise.all(Array.from({ length: 20 }, () => live.open()));
  await Promise.all(clients.map((client) => framesOf(client, 1)));
  live.gw.world.alerts = [alertOf(1), alertOf(2)];
  for (const client of clients) client.send({ type: 'subscribe', id: 'a', stream: 'alerts', afterSequence: '0' });
  await Promise.all(clients.map((client) => framesOf(client, 4)));
  // Asked for just before: the answer is on its way while the gateway stops.
  for (const client of clients) client.send({ type: 'subscribe', id: 'm', stream: 'market' });
  await Promise.all(clients.map((client) => frameOf(client, 'subscribed')));
  const closing = live.gw.gateway.close();
  const ends = await Promise.all(clients.map(({ closed }) => closed));
  await closing;
  expect(ends).toEqual(clients.map(() => LIVE_CLOSE.goingAway));
  const waits = clients.map((client) => client.frames.at(-1));
  expect(waits.every((frame) => frame?.['type'] === 'goodbye')).toBe(true);
  // Spread out, so that the next gateway is not met by all at once.
  expect(new Set(waits.map((frame) => frame?.['reconnectAfterMs'])).size).toBe(20);
  for (const client of clients) expect(alertSequences(client)).toEqual(['1', '2']);
});

test('a client that does not answer the closing handshake does not keep the gateway from stopping', async () => {
  live = await createLiveWorld();
  const client = await live.open();
  await framesOf(client, 1);
  client.socket.pause();
  const startedAt = performance.now();
  await live.gw.gateway.close();
  expect(performance.now() - startedAt).toBeLessThan(8_000);
});
