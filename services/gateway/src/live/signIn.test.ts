import { LIVE_CLOSE, LIVE_LIMITS } from '@ubot/contracts';
import { waitFor } from '@ubot/testing';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { OTHER_ID, USER_ID } from '../services.testing.ts';
import { createLiveWorld, frameOf, framesOf, type LiveWorld } from './testing.testing.ts';

let live: LiveWorld;
beforeAll(async () => {
  live = await createLiveWorld();
});
afterAll(() => live.gw.close());
afterEach(() => live.endClients());

const SIGNED_IN = { type: 'signed_in', userId: USER_ID, heartbeatMs: 30_000 };
const market = { type: 'subscribe', id: 'm', stream: 'market' };

describe('signing in over /ws', () => {
  test('works by bearer header', async () => {
    expect(await framesOf(await live.open('my-token'), 1)).toEqual([SIGNED_IN]);
  });

  test('works by the first message', async () => {
    const client = await live.open({});
    client.send({ type: 'sign_in', token: 'my-token' });
    expect(await framesOf(client, 1)).toEqual([SIGNED_IN]);
  });

  test('works by session cookie from the public address', async () => {
    const headers = { cookie: 'theme=dark; ubot_session=my-token', origin: 'http://ubot.test' };
    expect(await framesOf(await live.open({ headers }), 1)).toEqual([SIGNED_IN]);
  });

  test.each([
    ['no origin', {}],
    ['another origin', { origin: 'http://evil.test' }],
    ['another port', { origin: 'http://ubot.test:8080' }],
    ['another scheme', { origin: 'https://ubot.test' }],
    ['a sandboxed page', { origin: 'null' }],
    ['a name that begins alike', { origin: 'http://ubot.test.evil.test' }],
  ])('does not work by session cookie with %s', async (_name, headers) => {
    const opening = live.open({ headers: { cookie: 'ubot_session=my-token', ...headers } });
    await expect(opening).rejects.toThrow('Unexpected server response: 403');
  });

  test('by bearer header works from anywhere, for no browser adds that by itself', async () => {
    const headers = { cookie: 'ubot_session=other-token', origin: 'http://evil.test' };
    expect(await framesOf(await live.open({ token: 'my-token', headers }), 1)).toEqual([SIGNED_IN]);
  });

  test('again, with a newer token of the same user, keeps the connection when the older one ends', async () => {
    live.gw.world.users.set('older', USER_ID);
    const client = await live.open('older');
    client.send({ type: 'sign_in', token: 'my-token' });
    expect(await framesOf(client, 2)).toEqual([SIGNED_IN, SIGNED_IN]);
    live.gw.world.users.delete('older');
    await live.gw.bus.announce('identity', USER_ID);
    client.send({ type: 'ping' });
    expect((await framesOf(client, 3))[2]).toEqual({ type: 'pong' });
  });

  test('again as somebody else ends the connection', async () => {
    const client = await live.open('my-token');
    client.send({ type: 'sign_in', token: 'other-token' });
    expect(await client.closed).toEqual(LIVE_CLOSE.notSignedIn);
  });

  test.each([
    ['a wrong token', { type: 'sign_in', token: 'nobody' }, LIVE_CLOSE.notSignedIn],
    ['a subscription before it', market, LIVE_CLOSE.notSignedIn],
    ['an unknown message', { type: 'shout' }, LIVE_CLOSE.badMessage],
    ['an unknown stream', { ...market, stream: 'secrets' }, LIVE_CLOSE.badMessage],
    ['an unknown field', { ...market, colour: 'red' }, LIVE_CLOSE.badMessage],
    [
      'a number as text',
      { type: 'subscribe', id: 'c', stream: 'candles', coinId: '1', timeframe: '1h' },
      LIVE_CLOSE.badMessage,
    ],
    ['a prototype as a field', JSON.parse('{"type":"ping","__proto__":{"a":1}}'), LIVE_CLOSE.badMessage],
    ['something that is no object', 7, LIVE_CLOSE.badMessage],
  ])('ends the connection on %s', async (_name, message, closing) => {
    const client = await live.open({});
    client.send(message);
    expect(await client.closed).toEqual(closing);
  });

  test('ends the connection of a user whose session is revoked, and no other', async () => {
    live.gw.world.users.set('short-lived', USER_ID);
    const revoked = await live.open('short-lived');
    const kept = await live.open('my-token');
    await framesOf(revoked, 1);
    await framesOf(kept, 1);
    live.gw.world.users.delete('short-lived');
    await live.gw.bus.announce('identity', USER_ID);
    expect(await revoked.closed).toEqual(LIVE_CLOSE.notSignedIn);
    expect(kept.socket.readyState).toBe(WebSocket.OPEN);
  });

  test('is refused past the connections that one user may have, and another user is not in the way', async () => {
    live.gw.world.users.set('third', OTHER_ID);
    const mine = await Promise.all(Array.from({ length: LIVE_LIMITS.socketsOfOneUser }, () => live.open('my-token')));
    await Promise.all(mine.map((client) => frameOf(client, 'signed_in')));
    const more = await live.open('my-token');
    expect(await more.closed).toEqual(LIVE_CLOSE.tooManySockets);
    expect(await frameOf(await live.open('third'), 'signed_in')).toMatchObject({ userId: OTHER_ID });
  });
});

describe('the limits of a connection', () => {
  test.each([
    ['bytes where a text is wanted', Buffer.from([1, 2, 3]), LIVE_CLOSE.badMessage],
    ['a text that is not JSON', '{"type":', LIVE_CLOSE.badMessage],
    ['a message over 16 KB', 'x'.repeat(LIVE_LIMITS.messageBytes + 1), LIVE_CLOSE.tooLarge],
    ['one so large that it is not read at all', 'x'.repeat(1_000_000), { code: 1009, reason: '' }],
  ])('%s ends it', async (_name, data, closing) => {
    const client = await live.open('my-token');
    client.socket.send(data);
    expect(await client.closed).toEqual(closing);
  });

  test('as many messages as a client may send are taken, and one more ends it', async () => {
    const client = await live.open('my-token');
    for (let index = 0; index < LIVE_LIMITS.messages; index += 1) client.send({ type: 'ping', id: String(index) });
    const frames = await framesOf(client, 1 + LIVE_LIMITS.messages);
    expect(frames.at(-1)).toEqual({ type: 'pong', id: '59' });
    client.send({ type: 'ping' });
    expect(await client.closed).toEqual(LIVE_CLOSE.tooManyMessages);
  });

  test('pings count as messages do', async () => {
    const client = await live.open('my-token');
    for (let index = 0; index <= LIVE_LIMITS.messages; index += 1) client.socket.ping();
    expect(await client.closed).toEqual(LIVE_CLOSE.tooManyMessages);
  });

  test('the count begins anew when its time is over', async () => {
    const client = await live.open('my-token');
    for (let index = 0; index < LIVE_LIMITS.messages; index += 1) client.send({ type: 'ping' });
    await framesOf(client, 1 + LIVE_LIMITS.messages);
    live.gw.clock.aheadMs += LIVE_LIMITS.messagesWindowMs;
    client.send({ type: 'ping', id: 'later' });
    expect((await framesOf(client, 2 + LIVE_LIMITS.messages)).at(-1)).toEqual({ type: 'pong', id: 'later' });
    live.gw.clock.aheadMs = 0;
  });

  test('subscriptions past the limit are refused one by one, and the connection goes on', async () => {
    const client = await live.open('my-token');
    const { candleSubscriptions, subscriptions } = LIVE_LIMITS;
    const candles = (index: number) => ({
      type: 'subscribe',
      id: `c${index}`,
      stream: 'candles',
      coinId: 1,
      timeframe: '1h',
      limit: index + 1,
    });
    for (let index = 0; index <= candleSubscriptions; index += 1) client.send(candles(index));
    expect(await frameOf(client, 'error')).toMatchObject({ id: `c${candleSubscriptions}`, code: 'LIMIT_REACHED' });
    const seen = client.frames.length;
    for (let index = candleSubscriptions; index <= subscriptions; index += 1)
      client.send({ ...market, id: `m${index}` });
    expect(await frameOf(client, 'error', seen)).toMatchObject({ id: `m${subscriptions}`, code: 'LIMIT_REACHED' });
    client.send({ type: 'unsubscribe', id: 'm16' });
    client.send({ ...market, id: 'again' });
    await waitFor(() => client.frames.some(({ type, id }) => type === 'subscribed' && id === 'again'));
  });
});
