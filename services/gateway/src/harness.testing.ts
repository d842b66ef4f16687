import { once } from 'node:events';
import { createMemoryBus, createPostgresBus, type Bus } from '@ubot/bus';
import { WebSocket } from 'ws';
import { buildGateway, type Gateway, type GatewayDeps } from './app.ts';
import type { GatewayConfig } from './config.ts';
import {
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
  frames: Record<string, unknown>[];
  send(message: unknown): void;
  closed: Promise<{ code: number; reason: string }>;
}

export async function connectLive(url: string, options: { token?: string } = {}): Promise<Client> {
  const socket = new WebSocket(`${url.replace('http', 'ws')}/ws`, {
    ...(options.token !== undefined && { headers: { authorization: `Bearer ${options.token}` } }),
  });
  const frames: Record<string, unknown>[] = [];
  socket.on('message', (data) => frames.push(JSON.parse(data.toString())));
  const closed = new Promise<{ code: number; reason: string }>((resolve) => {
    socket.on('close', (code, reason) => resolve({ code, reason: reason.toString() }));
  });
  await once(socket, 'open');
  return { socket, frames, closed, send: (message) => socket.send(JSON.stringify(message)) };
}
