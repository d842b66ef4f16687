import type { Failure, Result } from '@ubot/contracts';
import { attempt } from './failures.ts';
import { nonceOf } from './issuer.ts';
import { AUTH_PATH, COOKIES, PROVIDER, SESSION_S, type Library } from './library.ts';
import { headersOf, cookieOf, type Caller } from './signIn.ts';

/** Where to send the browser, and what it has to bring back: a cookie of the gateway carries `state`. */
export interface IssuerStart {
  url: string;
  state: string;
}
export interface IssuerReturn {
  token: string | null;
  expiresAtMs: number;
}

export type IssuerSignIn = ReturnType<typeof createIssuerSignIn>;

/** Signing in, or linking an account, at the operator's OIDC issuer. */
export function createIssuerSignIn(options: {
  library: Library;
  publicUrl: string;
  isSetUp: boolean;
  nowMs: () => number;
}) {
  const { library, publicUrl, isSetUp, nowMs } = options;
  const started = ({ url, headers }: { url: string; headers: Headers }): IssuerStart => {
    const state = cookieOf(headers, COOKIES.state);
    const challenge = new URL(url).searchParams.get('code_challenge');
    if (state === null || challenge === null) throw new Error('the library began a sign-in without state or PKCE');
    const asked = new URL(url);
    asked.searchParams.set('nonce', nonceOf(challenge));
    return { url: asked.toString(), state };
  };
  const urls = { callbackURL: `${publicUrl}/`, errorCallbackURL: `${publicUrl}/` };

  return {
    async start(caller: Caller): Promise<Result<IssuerStart>> {
      if (!isSetUp) return NONE;
      const answer = await attempt(() =>
        library.api.signInWithOAuth2({
          body: { providerId: PROVIDER, disableRedirect: true, ...urls },
          headers: headersOf(caller),
          returnHeaders: true,
        }),
      );
      if (!answer.ok) return answer;
      return { ok: true, value: started({ url: answer.value.response.url, headers: answer.value.headers }) };
    },

    async link(token: string, caller: Caller): Promise<Result<IssuerStart>> {
      if (!isSetUp) return NONE;
      const headers = headersOf(caller);
      headers.set('authorization', `Bearer ${token}`);
      const answer = await attempt(() =>
        library.api.oAuth2LinkAccount({ body: { providerId: PROVIDER, ...urls }, headers, returnHeaders: true }),
      );
      if (!answer.ok) return answer;
      return { ok: true, value: started({ url: answer.value.response.url, headers: answer.value.headers }) };
    },

    /** The browser is back. `token` is null after linking: the session that asked goes on. */
    async finish(
      query: Readonly<Record<string, string>>,
      state: string,
      caller: Caller,
    ): Promise<Result<IssuerReturn>> {
      if (!isSetUp) return NONE;
      const url = new URL(`${publicUrl}${AUTH_PATH}/oauth2/callback/${PROVIDER}`);
      for (const [name, value] of Object.entries(query)) url.searchParams.set(name, value);
      const headers = headersOf(caller);
      headers.set('cookie', `${COOKIES.state}=${state.replaceAll(/[^\w%.~+/=-]/g, '')}`);
      const answer = await library.handler(new Request(url, { headers }));
      const location = answer.headers.get('location');
      const error = location === null ? null : new URL(location, publicUrl).searchParams.get('error');
      if (answer.status !== 302 || error !== null) return failed(error);
      const cookie = cookieOf(answer.headers, COOKIES.session);
      const token = cookie === null ? null : decodeURIComponent(cookie).split('.', 1)[0]!;
      return { ok: true, value: { token, expiresAtMs: nowMs() + SESSION_S * 1_000 } };
    },
  };
}

const NONE: Result<never> = {
  ok: false,
  failure: { code: 'NOT_FOUND', detail: 'No issuer to sign in at has been set up (UBOT_OIDC_ISSUER).' },
};

const SENTENCES: Readonly<Record<string, string>> = {
  account_not_linked: 'This address has an account here: sign in with its password and link the provider to it.',
  SIGN_UP_CLOSED: 'This uBot takes no new accounts without an invitation for that address.',
  unable_to_create_user: 'This uBot takes no new accounts without an invitation for that address.',
  state_mismatch: 'This sign-in was not begun in this browser, or it has been finished already.',
  user_info_is_missing: 'The provider does not vouch for an e-mail address.',
  access_denied: 'The provider was told not to let you in.',
  account_already_linked_to_different_user: 'That account at the provider is linked to another account here.',
};

function failed(error: string | null): Result<never> {
  const failure: Failure = {
    code: error === 'SIGN_UP_CLOSED' || error === 'unable_to_create_user' ? 'SIGN_UP_CLOSED' : 'ISSUER_FAILED',
    detail: SENTENCES[error ?? ''] ?? 'The sign-in at the other provider did not succeed; try again.',
  };
  return { ok: false, failure };
}
