import { LIVE_CLIENT_MESSAGES, LIVE_LIMITS, LIVE_SERVER_MESSAGES } from '@ubot/contracts';
import type { HttpApp } from '@ubot/service-kit';
import { SESSION_COOKIE } from './sessionCookie.ts';

type Name = keyof typeof LIVE_CLIENT_MESSAGES | keyof typeof LIVE_SERVER_MESSAGES;

/** One sentence each; a message without one does not compile. */
const SUMMARIES: Readonly<Record<Name, string>> = {
  sign_in: 'A token, where none came with the request; a newer one of the same user at any time',
  subscribe_market: 'Follow the prices of all coins, a list or a watchlist, as JSON or as bytes',
  subscribe_candles: "Follow a coin's candles on a timeframe",
  subscribe_alerts: 'Follow your own alerts, from a position on',
  subscribe_deliveries: 'Follow what becomes of your notifications',
  unsubscribe: 'End a subscription',
  resync: 'Client: send the snapshot again. Server: frames were left out, the snapshot follows',
  ping: 'Are you there? For clients that have no control frames',
  signed_in: 'Whose connection this is',
  subscribed: 'The subscription stands; which topic its frames will name',
  unsubscribed: 'The subscription has ended',
  market_snapshot: 'Every coin of the topic with every column',
  market_delta: 'What changed since the frame before: the coins, and of each the columns',
  candles_snapshot: 'The last candles, oldest first, the open one last',
  candles_delta: 'Candles that are new or changed since the frame before',
  alert: 'One of your alerts with its notifications; each once, in order',
  deliveries: 'The notifications of your newest alerts',
  delivery: 'The newest state of one notification',
  error: 'A request was refused; the connection goes on',
  pong: 'The answer to ping',
  goodbye: 'The server is about to stop; when to come back',
};

const BINARY = 'market_binary';
const schemaName = (direction: 'client' | 'server', name: string): string => `${direction}_${name}`;
const reference = (path: string) => ({ $ref: `#/${path}` });

/** AsyncAPI 3.0 of /ws, from the same schemas that messages are checked and typed by. */
export function asyncApiDocument(publicUrl: string) {
  const { host, protocol } = new URL(publicUrl);
  const fromClient = Object.entries(LIVE_CLIENT_MESSAGES).map(
    ([name, payload]) => [schemaName('client', name), messageOf(name as Name, payload)] as const,
  );
  const fromServer = Object.entries(LIVE_SERVER_MESSAGES).map(
    ([name, payload]) => [schemaName('server', name), messageOf(name as Name, payload)] as const,
  );
  const messages = Object.fromEntries([...fromClient, ...fromServer, [schemaName('server', BINARY), binaryMessage()]]);
  const inChannel = (names: readonly string[]) => names.map((name) => reference(`channels/live/messages/${name}`));
  return {
    asyncapi: '3.0.0',
    info: {
      title: 'uBot live',
      version: '0.1.0',
      description: `Market, candles, alerts and deliveries as they happen. Times are epoch milliseconds, UTC; 5 means 5 %. A client may send ${LIVE_LIMITS.messages} messages of ${LIVE_LIMITS.messageBytes} bytes in ${LIVE_LIMITS.messagesWindowMs / 1_000} seconds. docs/api.md tells the rest: order, gaps, resuming, why a connection ends.`,
      license: { name: 'MIT' },
    },
    defaultContentType: 'application/json',
    servers: {
      ubot: {
        host,
        protocol: protocol === 'https:' ? 'wss' : 'ws',
        description: 'With a bearer token or session cookie, or with sign_in as the first message',
        security: [reference('components/securitySchemes/bearer'), reference('components/securitySchemes/session')],
      },
    },
    channels: {
      live: {
        address: '/ws',
        servers: [reference('servers/ubot')],
        messages: Object.fromEntries(
          Object.keys(messages).map((name) => [name, reference(`components/messages/${name}`)]),
        ),
        bindings: { ws: { method: 'GET', bindingVersion: '0.1.0' } },
      },
    },
    operations: {
      fromClient: {
        action: 'receive',
        channel: reference('channels/live'),
        messages: inChannel(fromClient.map(([name]) => name)),
      },
      fromServer: {
        action: 'send',
        channel: reference('channels/live'),
        messages: inChannel([...fromServer.map(([name]) => name), schemaName('server', BINARY)]),
      },
    },
    components: {
      messages,
      securitySchemes: {
        bearer: { type: 'http', scheme: 'bearer' },
        session: { type: 'httpApiKey', in: 'cookie', name: SESSION_COOKIE },
      },
    },
  };
}

function messageOf(name: Name, payload: object) {
  return { name, title: name, summary: SUMMARIES[name], payload };
}

function binaryMessage() {
  return {
    name: BINARY,
    title: BINARY,
    summary: 'market_snapshot and market_delta as bytes; docs/api.md has the layout',
    contentType: 'application/octet-stream',
    payload: { type: 'string', format: 'binary' },
  };
}

export function addAsyncApi(app: HttpApp, publicUrl: string): void {
  const text = JSON.stringify(asyncApiDocument(publicUrl));
  app.get('/api/v1/asyncapi.json', { config: { open: true }, schema: { hide: true } }, async (_request, reply) =>
    reply.type('application/json; charset=utf-8').send(text),
  );
}
