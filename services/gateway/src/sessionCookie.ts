import cookie from '@fastify/cookie';
import { UbotError } from '@ubot/contracts';
import { bearerToken, type HttpApp } from '@ubot/service-kit';
import type { FastifyReply, FastifyRequest } from 'fastify';

export const SESSION_COOKIE = 'ubot_session';
const READS = new Set(['GET', 'HEAD', 'OPTIONS']);

export interface SessionCookies {
  set(reply: FastifyReply, session: { token: string; expiresAtMs: number }): void;
  clear(reply: FastifyReply): void;
  /** A short-lived value that the browser brings back from an issuer. */
  carry(reply: FastifyReply, name: string, value: string | null): void;
}

export interface GivenToken {
  token: string;
  from: 'header' | 'cookie';
}

/** The token of a request: of the header, or else of the cookie. */
export function tokenOf(request: FastifyRequest): GivenToken | null {
  const bearer = bearerToken(request.headers);
  if (bearer !== null) return { token: bearer, from: 'header' };
  const token = request.cookies?.[SESSION_COOKIE];
  return token === undefined || token === '' || token.length > 512 ? null : { token, from: 'cookie' };
}

/** Cookies that no script can read and no other site can have sent along with a change. */
export async function addCookies(app: HttpApp, publicUrl: string): Promise<SessionCookies> {
  await app.register(cookie);
  const { protocol, origin } = new URL(publicUrl);
  const base = { httpOnly: true, secure: protocol === 'https:', sameSite: 'lax', path: '/' } as const;

  // A browser sends cookies whoever made it ask; only what our own pages ask for may change anything.
  app.addHook('onRequest', async (request) => {
    if (READS.has(request.method) && request.headers.upgrade === undefined) return;
    if (tokenOf(request)?.from !== 'cookie') return;
    if (!isOurs(request, origin)) throw new UbotError('CROSS_SITE');
  });

  return {
    set: (reply, { token, expiresAtMs }) =>
      void reply.setCookie(SESSION_COOKIE, token, { ...base, expires: new Date(expiresAtMs) }),
    clear: (reply) => void reply.clearCookie(SESSION_COOKIE, base),
    carry(reply, name, value) {
      const at = { ...base, path: '/api/v1/auth' };
      if (value === null) void reply.clearCookie(name, at);
      else void reply.setCookie(name, value, { ...at, maxAge: 600 });
    },
  };
}

/** Every browser of today says where a change, or a socket, comes from; one that says nothing is not believed. */
function isOurs({ headers, host, protocol }: FastifyRequest, publicOrigin: string): boolean {
  const { origin } = headers;
  const site = headers['sec-fetch-site'];
  if (origin !== undefined) return origin === publicOrigin || origin === `${protocol}://${host}`;
  return site === 'same-origin';
}
