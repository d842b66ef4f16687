import { createHash } from 'node:crypto';
import { createRemoteJWKSet, jwtVerify, type JWTPayload } from 'jose';

const TIMEOUT_MS = 10_000;
const METADATA_FRESH_MS = 10 * 60_000;
const CLOCK_TOLERANCE_S = 30;

export interface IssuerOptions {
  /** The issuer's URL, as its tokens name it, without a slash at the end. */
  issuer: string;
  clientId: string;
  clientSecret: string;
}

/** What the issuer says of a user, its signature, audience, time and nonce checked. */
export interface Claims {
  sub: string;
  email: string | null;
  emailVerified: boolean;
  name: string | null;
}

interface Metadata {
  issuer: string;
  token_endpoint: string;
  jwks_uri: string;
}

export interface Issuer {
  discoveryUrl: string;
  /** Errors: throws when the code, the id token or anything in it is not right. */
  exchange(given: { code: string; redirectURI: string; codeVerifier: string }): Promise<Claims>;
}

/**
 * The nonce of a sign-in, made from its PKCE challenge: the issuer signs it into the id token, and only whoever holds the
 * verifier of the same sign-in can accept that token. Nothing needs to be stored for it.
 */
export function nonceOf(codeChallenge: string): string {
  return createHash('sha256').update(`ubot nonce ${codeChallenge}`).digest('base64url');
}

/** OpenID Connect, authorization code with PKCE: exchanges codes and checks id tokens. */
export function createIssuer({ issuer, clientId, clientSecret }: IssuerOptions): Issuer {
  const discoveryUrl = `${issuer}/.well-known/openid-configuration`;
  let known: { atMs: number; metadata: Metadata; keys: ReturnType<typeof createRemoteJWKSet> } | null = null;

  const discover = async () => {
    if (known !== null && performance.now() - known.atMs < METADATA_FRESH_MS) return known;
    const metadata = (await fetchJson(discoveryUrl, {})) as Metadata;
    if (metadata.issuer.replace(/\/$/, '') !== issuer) {
      throw new Error(`the issuer calls itself ${metadata.issuer}, expected ${issuer}`);
    }
    known = { atMs: performance.now(), metadata, keys: createRemoteJWKSet(new URL(metadata.jwks_uri)) };
    return known;
  };

  return {
    discoveryUrl,
    async exchange({ code, redirectURI, codeVerifier }) {
      const { metadata, keys } = await discover();
      const form = { grant_type: 'authorization_code', code, redirect_uri: redirectURI, code_verifier: codeVerifier };
      const basic = [clientId, clientSecret].map(encodeURIComponent).join(':');
      const answer = (await fetchJson(metadata.token_endpoint, {
        method: 'POST',
        headers: { authorization: `Basic ${Buffer.from(basic).toString('base64')}` },
        body: new URLSearchParams(form),
      })) as { id_token?: unknown };
      if (typeof answer.id_token !== 'string') throw new Error('the issuer gave no id token');
      const { payload } = await jwtVerify(answer.id_token, keys, {
        issuer: metadata.issuer,
        audience: clientId,
        requiredClaims: ['sub', 'exp', 'iat'],
        clockTolerance: CLOCK_TOLERANCE_S,
        // A key of ours, or none, must never pass for the issuer's.
        algorithms: ['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512', 'ES256', 'ES384', 'ES512', 'EdDSA'],
      });
      const challenge = createHash('sha256').update(codeVerifier).digest('base64url');
      if (payload['nonce'] !== nonceOf(challenge)) throw new Error('the id token is of another sign-in (nonce)');
      if (Array.isArray(payload.aud) && payload.aud.length > 1 && payload['azp'] !== clientId) {
        throw new Error('the id token is for another client (azp)');
      }
      return claimsOf(payload);
    },
  };
}

function claimsOf(payload: JWTPayload): Claims {
  const text = (value: unknown): string | null => (typeof value === 'string' && value !== '' ? value : null);
  return {
    sub: payload.sub!,
    email: text(payload['email'])?.toLowerCase() ?? null,
    emailVerified: payload['email_verified'] === true,
    name: text(payload['name']) ?? text(payload['preferred_username']),
  };
}

async function fetchJson(url: string, init: RequestInit): Promise<unknown> {
  const answer = await fetch(url, { ...init, redirect: 'error', signal: AbortSignal.timeout(TIMEOUT_MS) });
  const body: unknown = await answer.json().catch(() => null);
  if (answer.ok && body !== null && typeof body === 'object') return body;
  const reason = body !== null && typeof body === 'object' && 'error' in body ? `: ${String(body.error)}` : '';
  throw new Error(`${new URL(url).origin} answered ${answer.status}${reason}`);
}
