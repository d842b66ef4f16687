import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { asV3, cmcCoins, globalOf, type CmcFrame } from './cmc-server-coins.ts';
import { errorReply, send, spoil, type CmcFault, type Reply } from './cmc-server-faults.ts';

const DAY_MS = 86_400_000;
const MINUTE_MS = 60_000;

export interface CmcPlan {
  readonly creditsMonthly: number;
  readonly creditsUsed: number;
  readonly rateLimitMinute: number;
  readonly resetAtMs: number;
}

export interface CmcServerOptions {
  /** The one key that is accepted. */
  readonly apiKey?: string;
  /** Answers of successive polls: a listing request that begins at 1 turns to the next; the last one stays. */
  readonly frames?: readonly CmcFrame[];
  /** How many generated coins there are without `frames`. */
  readonly coinCount?: number;
  /** Which listing versions exist; the others answer 410. */
  readonly versions?: readonly ('v1' | 'v3')[];
  /** Where calls are answered without a key; null: nowhere. */
  readonly keylessPrefix?: '/public-api' | '/trial-pro-api' | null;
  readonly plan?: Partial<CmcPlan>;
  /** The server's clock. */
  readonly nowMs?: () => number;
}

export interface CmcRequest {
  readonly path: string;
  readonly query: Readonly<Record<string, string>>;
  readonly key: string | null;
}

export interface CmcServer {
  readonly url: string;
  readonly apiKey: string;
  /** All requests so far, oldest first. */
  readonly requests: readonly CmcRequest[];
  /** Spoils the next requests, one fault each, in this order (each waits for a request that its `path` fits). */
  fail(...faults: readonly CmcFault[]): void;
  /** Spoils every request from now on; null: no more. */
  failAlways(fault: CmcFault | null): void;
  /** Starts a new script of answers. */
  setFrames(frames: readonly CmcFrame[]): void;
  /** How many of the frames have been shown. */
  framesShown(): number;
  creditsUsed(): number;
  close(): Promise<void>;
}

interface State {
  frames: readonly CmcFrame[];
  shown: number;
  creditsUsed: number;
  readonly requests: CmcRequest[];
  readonly minute: number[];
  readonly faults: CmcFault[];
  always: CmcFault | null;
}

type Route = (request: CmcRequest) => { data: unknown; credits: number; total?: number };

/**
 * A local CoinMarketCap that speaks the documented protocol: listings v1 and v3, global metrics, map, key info and
 * historical quotes, with credits, limits and every documented error.
 */
export async function createCmcServer(options: CmcServerOptions = {}): Promise<CmcServer> {
  const nowMs = options.nowMs ?? Date.now;
  const apiKey = options.apiKey ?? 'cmc-test-key-0123456789';
  const plan = { ...freePlan(nowMs()), ...options.plan };
  /** The first of each month the allowance is whole again. */
  const turnMonth = () => {
    if (nowMs() < plan.resetAtMs) return;
    plan.resetAtMs = freePlan(nowMs()).resetAtMs;
    state.creditsUsed = 0;
  };
  const state: State = {
    frames: options.frames ?? [{ coins: cmcCoins(options.coinCount ?? 10) }],
    shown: 0,
    creditsUsed: plan.creditsUsed,
    requests: [],
    minute: [],
    faults: [],
    always: null,
  };
  const timers = new Set<NodeJS.Timeout>();
  const routes = routesOf({ state, plan, nowMs, versions: options.versions ?? ['v1', 'v3'] });

  function answer(request: CmcRequest): Reply {
    turnMonth();
    const error = (errorCode: number) => errorReply({ kind: 'error', errorCode }, nowMs());
    const prefix = options.keylessPrefix ?? null;
    const open = prefix !== null && request.path.startsWith(`${prefix}/`);
    if (!open && request.path.startsWith('/public-api/')) return { httpStatus: 404, body: 'Not Found' };
    if (!open && request.path.startsWith('/trial-pro-api/')) return { httpStatus: 404, body: 'Not Found' };
    const route = routes.get(open ? request.path.slice(prefix.length) : request.path);
    if (route === undefined) return { httpStatus: 404, body: 'Not Found' };
    if (route === 'gone') return { httpStatus: 410, body: JSON.stringify({ statusCode: 410, message: 'Gone' }) };
    if (!open && request.key === null) return error(1002);
    if (!open && request.key !== apiKey) return error(1001);
    if (overMinuteLimit(state.minute, plan.rateLimitMinute, nowMs())) return error(1008);
    if (state.creditsUsed >= plan.creditsMonthly && !request.path.endsWith('/key/info')) return error(1010);
    const { data, credits, total } = route(request);
    state.creditsUsed += credits;
    const status = {
      timestamp: new Date(nowMs()).toISOString(),
      error_code: open ? '0' : 0,
      error_message: null,
      elapsed: 1,
      credit_count: credits,
      notice: null,
      ...(total !== undefined && { total_count: total }),
    };
    return { httpStatus: 200, body: JSON.stringify({ status, data }) };
  }

  function handle(incoming: IncomingMessage, response: ServerResponse): void {
    const request = requestOf(incoming);
    state.requests.push(request);
    const fault = takeFault(state, request);
    if (fault === null) send(response, answer(request));
    else spoil(response, fault, { good: () => answer(request), nowMs: nowMs(), timers });
  }

  const server = createServer(handle);
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const { port } = server.address() as AddressInfo;

  return {
    url: `http://127.0.0.1:${port}`,
    apiKey,
    requests: state.requests,
    fail: (...faults) => void state.faults.push(...faults),
    failAlways(fault) {
      state.always = fault;
    },
    setFrames(frames) {
      state.frames = frames;
      state.shown = 0;
    },
    framesShown: () => state.shown,
    creditsUsed: () => state.creditsUsed,
    async close() {
      for (const timer of timers) clearTimeout(timer);
      server.closeAllConnections();
      await new Promise((resolve) => {
        server.close(resolve);
      });
    },
  };
}

function routesOf(about: {
  state: State;
  plan: CmcPlan;
  nowMs: () => number;
  versions: readonly ('v1' | 'v3')[];
}): ReadonlyMap<string, Route | 'gone'> {
  const { state, plan, nowMs } = about;
  const current = () => state.frames[Math.max(0, state.shown - 1)] ?? { coins: [] };
  const listing =
    (shape: (coin: unknown) => unknown): Route =>
    ({ query }) => {
      const start = Number(query['start'] ?? 1);
      const limit = Number(query['limit'] ?? 100);
      if (start === 1 && state.shown < state.frames.length) state.shown += 1;
      const { coins } = current();
      const rows = coins.slice(start - 1, start - 1 + limit).map(shape);
      return { data: rows, credits: Math.ceil(rows.length / 200), total: coins.length };
    };
  const listings = { v1: listing((coin) => coin), v3: listing(asV3) };
  return new Map<string, Route | 'gone'>([
    ['/v1/cryptocurrency/listings/latest', about.versions.includes('v1') ? listings.v1 : 'gone'],
    ['/v3/cryptocurrency/listings/latest', about.versions.includes('v3') ? listings.v3 : 'gone'],
    [
      '/v1/global-metrics/quotes/latest',
      () => ({ data: current().global ?? globalOf(current().coins, nowMs()), credits: 1 }),
    ],
    ['/v1/cryptocurrency/map', ({ query }) => ({ data: mapOf(current().coins, Number(query['limit'])), credits: 1 })],
    ['/v1/key/info', () => ({ data: keyInfo(plan, state, nowMs()), credits: 0 })],
    ['/v3/cryptocurrency/quotes/historical', ({ query }) => historical(query)],
  ]);
}

function mapOf(coins: readonly unknown[], limit: number): unknown[] {
  return coins.slice(0, limit || undefined).map((coin, i) => {
    const { id, name, symbol, slug } = coin as Record<string, unknown>;
    return { id, rank: i + 1, name, symbol, slug, is_active: 1, status: 'active', platform: null };
  });
}

function keyInfo(plan: CmcPlan, state: State, nowMs: number): unknown {
  return {
    plan: {
      credit_limit_monthly: plan.creditsMonthly,
      credit_limit_monthly_reset: 'In some days',
      credit_limit_monthly_reset_timestamp: new Date(plan.resetAtMs).toISOString(),
      rate_limit_minute: plan.rateLimitMinute,
    },
    usage: {
      current_minute: {
        requests_made: inLastMinute(state.minute, nowMs),
        requests_left: Math.max(0, plan.rateLimitMinute - inLastMinute(state.minute, nowMs)),
      },
      current_day: { credits_used: state.creditsUsed, credits_left: null },
      current_month: {
        credits_used: state.creditsUsed,
        credits_left: Math.max(0, plan.creditsMonthly - state.creditsUsed),
      },
    },
  };
}

/** Points on the interval's grid; coin n costs n × 100 plus the hours of its day. */
function historical(query: Readonly<Record<string, string>>): { data: unknown; credits: number } {
  const stepMs = query['interval'] === '24h' ? DAY_MS : 3_600_000;
  const fromMs = Math.ceil(Date.parse(query['time_start'] ?? '') / stepMs) * stepMs;
  const toMs = Date.parse(query['time_end'] ?? '');
  const ids = (query['id'] ?? '').split(',').map(Number);
  let points = 0;
  const coins = ids.map((id) => {
    const quotes: unknown[] = [];
    for (let atMs = fromMs; atMs < toMs && quotes.length < Number(query['count']); atMs += stepMs) {
      const timestamp = new Date(atMs).toISOString();
      const price = id * 100 + new Date(atMs).getUTCHours();
      quotes.push({ timestamp, quote: [{ id: 2781, symbol: 'USD', price, volume_24h: 1, market_cap: 2, timestamp }] });
    }
    points += quotes.length;
    return [String(id), { id, name: `Coin ${id}`, symbol: `C${id}`, quotes }] as const;
  });
  const data = coins.length === 1 ? coins[0]![1] : Object.fromEntries(coins);
  return { data, credits: Math.ceil(points / 100) };
}

function takeFault(state: State, request: CmcRequest): CmcFault | null {
  const fits = (fault: CmcFault) => fault.path === undefined || request.path.includes(fault.path);
  const next = state.faults[0];
  if (next !== undefined && fits(next)) return state.faults.shift()!;
  return state.always !== null && fits(state.always) ? state.always : null;
}

function requestOf(incoming: IncomingMessage): CmcRequest {
  const url = new URL(incoming.url ?? '/', 'http://localhost');
  const key = incoming.headers['x-cmc_pro_api_key'];
  return {
    path: url.pathname,
    query: Object.fromEntries(url.searchParams),
    key: typeof key === 'string' ? key : null,
  };
}

const inLastMinute = (minute: readonly number[], nowMs: number) =>
  minute.filter((atMs) => atMs > nowMs - MINUTE_MS).length;

function overMinuteLimit(minute: number[], limit: number, nowMs: number): boolean {
  while (minute.length > 0 && minute[0]! <= nowMs - MINUTE_MS) minute.shift();
  if (minute.length >= limit) return true;
  minute.push(nowMs);
  return false;
}

function freePlan(nowMs: number): CmcPlan {
  const now = new Date(nowMs);
  const resetAtMs = Date.UTC(now.getUTCFullYear(), now.getUTCMonth() + 1, 1);
  return { creditsMonthly: 15_000, creditsUsed: 0, rateLimitMinute: 30, resetAtMs };
}
