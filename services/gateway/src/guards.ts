import helmet from '@fastify/helmet';
import rateLimit from '@fastify/rate-limit';
import { UbotError, type Identity } from '@ubot/contracts';
import type { HttpApp } from '@ubot/service-kit';
import type { FastifyRequest } from 'fastify';
import type { Identities } from './identities.ts';
import { relayed } from './services.ts';
import { tokenOf } from './sessionCookie.ts';

const MINUTE_MS = 60_000;
/** Users and addresses that are counted at one time; the longest untouched is forgotten first. */
const COUNTED = 50_000;

/** Strict by default: the dashboard runs its own files alone, has no inline script or style, and talks to nobody but us. */
export async function addSecurityHeaders(app: HttpApp, publicUrl: string): Promise<void> {
  const isHttps = publicUrl.startsWith('https:');
  // Older browsers do not count a WebSocket to the same host as 'self'.
  const socketOrigin = `${isHttps ? 'wss' : 'ws'}://${new URL(publicUrl).host}`;
  await app.register(helmet, {
    contentSecurityPolicy: {
      useDefaults: false,
      directives: {
        defaultSrc: ["'none'"],
        scriptSrc: ["'self'"],
        styleSrc: ["'self'"],
        imgSrc: ["'self'", 'data:'],
        fontSrc: ["'self'"],
        manifestSrc: ["'self'"],
        workerSrc: ["'self'"],
        connectSrc: ["'self'", socketOrigin],
        baseUri: ["'none'"],
        formAction: ["'self'"],
        frameAncestors: ["'none'"],
      },
    },
    frameguard: { action: 'deny' },
    referrerPolicy: { policy: 'no-referrer' },
    strictTransportSecurity: isHttps ? { maxAge: 31_536_000 } : false,
  });
}

/** Counts one call of a dear route for the user of a request, whichever door it came by. Errors: RATE_LIMITED. */
export type CountDear = (request: FastifyRequest, route: { url: string; weight: number }) => Promise<void>;

/**
 * Who asks, and how often. A signed-in user is counted as a user; everyone else, and every token that is not known yet,
 * by address, so that guessing tokens is as limited as anything else.
 */
export async function addSignIn(
  app: HttpApp,
  { identities, perMinute }: { identities: Identities; perMinute: number },
): Promise<CountDear> {
  await app.register(rateLimit, { global: false, cache: COUNTED });
  const limit = { max: perMinute, timeWindow: MINUTE_MS };
  const countAddress = app.createRateLimit({ ...limit, keyGenerator: (request) => `address ${addressOf(request)}` });
  const userOf = ({ identity }: FastifyRequest): string => (identity?.kind === 'user' ? identity.userId : '');
  const countUser = app.createRateLimit({ ...limit, keyGenerator: (request) => `user ${userOf(request)}` });
  const count = async (request: FastifyRequest, counter: typeof countUser): Promise<void> => {
    const counted = await counter(request);
    if (!counted.isAllowed && counted.isExceeded) {
      throw new UbotError('RATE_LIMITED', undefined, { retryAfterMs: counted.ttl });
    }
  };

  const dear = new Map<string, typeof countUser>();
  const countDear: CountDear = async (request, { url, weight }) => {
    let counter = dear.get(url);
    if (counter === undefined) {
      const max = Math.max(1, Math.floor(perMinute / weight));
      counter = app.createRateLimit({ ...limit, max, keyGenerator: (one) => `${url} ${userOf(one)}` });
      dear.set(url, counter);
    }
    await count(request, counter);
  };
  const countIfDear = async (request: FastifyRequest): Promise<void> => {
    const { url = '', config } = request.routeOptions;
    if (config.weight !== undefined) await countDear(request, { url, weight: config.weight });
  };

  app.addHook('onRequest', async (request) => {
    if (request.routeOptions.url === '/health') return;
    const token = tokenOf(request)?.token ?? null;
    const known = token === null ? null : identities.known(token);
    if (known !== null) {
      admit(request, known);
      await count(request, countUser);
      return countIfDear(request);
    }
    await count(request, countAddress);
    if (request.is404 || request.routeOptions.config.open === true) return;
    if (token === null) throw new UbotError('UNAUTHENTICATED');
    const asked = await identities.identify(token);
    if (!asked.ok) {
      throw asked.failure.code === 'UNAUTHENTICATED' ? new UbotError('UNAUTHENTICATED') : relayed(asked.failure);
    }
    admit(request, asked.value);
    await countIfDear(request);
  });
  return countDear;
}

const READS = new Set(['GET', 'HEAD', 'OPTIONS']);

/** Lets an identified user in, unless a token that may only read asks for a change. */
function admit(request: FastifyRequest, { userId, role, scope }: Identity): void {
  request.identity = { kind: 'user', userId, role };
  const { open, readOnly } = request.routeOptions.config;
  if (scope === 'read' && !READS.has(request.method) && open !== true && readOnly !== true) {
    throw new UbotError('TOKEN_READ_ONLY');
  }
}

declare module 'fastify' {
  interface FastifyContextConfig {
    /** true: changes nothing although it is not a GET. */
    readOnly?: boolean;
    /** What the requests that one user may make in a minute are divided by for this route. */
    weight?: number;
  }
}

/** An IPv6 customer has a /64 at least, and is counted as one. */
function addressOf({ ip }: FastifyRequest): string {
  if (!ip.includes(':') || ip.startsWith('::ffff:')) return ip;
  return ip.split(':').slice(0, 4).join(':');
}
