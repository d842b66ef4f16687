import { once } from 'node:events';
import { createMemoryBus, createPostgresBus, type Bus } from '@ubot/bus';
import { LIVE_SERVER_MESSAGES } from '@ubot/contracts';
import { schemaIssues } from '@ubot/service-kit';
import { WebSocket } from 'ws';
import { buildGateway, type Gateway, type GatewayDeps } from './app.ts';
import type { GatewayConfig } from './config.ts';
import {
  candleOf,
  logger,
  motherApp,
  notifier,
  OTHER_ID,
  photoOf,
  scanner,
  SECRET,
  userManager,
  USER_ID,
  type World,
} from './services.testing.ts';

export interface Harness {
  url: string;
  world: World;
  bus: Bus;
  gateway: Gateway;
  clock: { aheadMs: number };
  call(
    path: string,
    options?: { method?: string; token?: string | null; body?: unknown; headers?: Record<string, string> },
  ): Promise<{
    status: number;
    headers: Headers;
    body: unknown;
  }>;
  close(): Promise<void>;
}

/** The gateway on a real socket before four small servers that speak the services' protocol. */
export async function startGateway(
  overrides: Partial<GatewayConfig> = {},
  known: Partial<World> = {},
  deps: Partial<GatewayDeps> = {},
): Promise<Harness> {
  const world: World = {
    photo: photoOf('7', 100),
    alerts: [],
    users: new Map([
      ['my-token', USER_ID],
      ['other-token', OTHER_ID],
    ]),
    notReady: new Set(),
    candles: [candleOf(0, 1, true)],
    deliveries: new Map(),
    watchlists: new Map(),
    silences: [],
    calls: [],
    ...known,
  };
  const apps = [motherApp(world), scanner(world), userManager(world), notifier(world)];
  const urls = await Promise.all(apps.map((app) => app.listen({ host: '127.0.0.1', port: 0 })));
  // A database that is there is listened to, as in production.
  const bus =
    overrides.DATABASE_URL === undefined
      ? createMemoryBus()
      : createPostgresBus({ connectionString: overrides.DATABASE_URL, log: logger });
  const clock = { aheadMs: 0 };
  const gateway = buildGateway(
    {
      UBOT_HOST: '127.0.0.1',
      UBOT_PORT: 0,
      UBOT_PUBLIC_URL: 'http://ubot.test',
      UBOT_TRUSTED_PROXIES: 0,
      UBOT_REQUESTS_PER_MINUTE: 100_000,
      UBOT_GRAPHQL_INTROSPECTION: true,
      UBOT_GRAPHQL_DEPTH: 8,
      UBOT_GRAPHQL_COST: 5_000,
      MOTHER_APP_URL: urls[0] ?? '',
      SCANNER_URL: urls[1] ?? '',
      USER_MANAGER_URL: urls[2] ?? '',
      NOTIFIER_URL: urls[3] ?? '',
      DATABASE_URL: 'postgres://unused',
      UBOT_INTERNAL_SECRET: SECRET,
      UBOT_LOG_LEVEL: 'silent',
      ...overrides,
    },
    { logger, nowMs: () => Date.now() + clock.aheadMs, bus, ...deps },
  );
  const { url } = await gateway.listen();
  return {
    url,
    world,
    bus,
    gateway,
    clock,
    async call(path, { method = 'GET', token = 'my-token', body, headers } = {}) {
      const raw = typeof body === 'string' || Buffer.isBuffer(body);
      const answer = await fetch(`${url}${path}`, {
        method,
        headers: {
          ...(token !== null && { authorization: `Bearer ${token}` }),
          ...(body !== undefined && { 'content-type': 'application/json' }),
          ...headers,
        },
        ...(body !== undefined && { body: raw ? body : JSON.stringify(body) }),
      });
      const text = await answer.text();
      const isJson = (answer.headers.get('content-type') ?? '').includes('json');
      return { status: answer.status, headers: answer.headers, body: isJson && text !== '' ? JSON.parse(text) : text };
    },
    async close() {
      await gateway.close();
      await bus.close();
      await Promise.all(apps.map((app) => app.close()));
    },
  };
}

export interface Client {
  socket: WebSocket;
  /** Texts, parsed; each was checked against the published messages when it came. */
  frames: Record<string, unknown>[];
  binary: Buffer[];
  send(message: unknown): void;
  closed: Promise<{ code: number; reason: string }>;
}

export async function connectLive(
  url: string,
  options: { token?: string; headers?: Record<string, string>; deflate?: boolean } = {},
): Promise<Client> {
  const { token, headers, deflate = true } = options;
  const socket = new WebSocket(`${url.replace('http', 'ws')}/ws`, {
    perMessageDeflate: deflate,
    headers: { ...(token !== undefined && { authorization: `Bearer ${token}` }), ...headers },
  });
  const frames: Record<string, unknown>[] = [];
  const binary: Buffer[] = [];
  socket.on('message', (data: Buffer, isBinary: boolean) => {
    if (isBinary) {
      binary.push(data);
      return;
    }
    const message = JSON.parse(data.toString());
    const refusal = refusalOf(message);
    if (refusal !== null) unpublished.push(refusal);
    frames.push(message);
  });
  const closed = new Promise<{ code: number; reason: string }>((resolve) => {
    socket.on('close', (code, reason) => resolve({ code, reason: reason.toString() }));
  });
  await once(socket, 'open');
  return { socket, frames, binary, closed, send: (message) => socket.send(JSON.stringify(message)) };
}

/** What any client of this file was sent that the AsyncAPI document does not have; a test holds it empty. */
export const unpublished: string[] = [];

function refusalOf(message: { type: string; stream?: string }): string | null {
  const name =
    message.stream !== undefined && message.type !== 'subscribed' ? `${message.stream}_${message.type}` : message.type;
  const schema = (LIVE_SERVER_MESSAGES as Record<string, object>)[name];
  if (schema === undefined) return `a message that is not published: ${name}`;
  const [issue] = schemaIssues(schema, message);
  return issue === undefined ? null : `${name}${issue.path} ${issue.message}`;
}
