import { ERRORS, UbotError, type ErrorCode } from '@ubot/contracts';
import { defineConfig, envSecret, envUrl, readConfig, schemaIssues, type Env } from '@ubot/service-kit';
import type { Static, TSchema } from 'typebox';

/** Where the commands that speak to a running uBot find it, and as whom. */
export const REMOTE_CONFIG = defineConfig({
  UBOT_URL: envUrl({ default: 'http://localhost:3000', about: 'The address of uBot.' }),
  UBOT_TOKEN: envSecret({ optional: true, about: 'A personal token of yours.' }),
});

/** A refusal by uBot, with the places in the body that it names. */
export class Refused extends UbotError {
  readonly places: readonly { path: string; message: string }[];
  constructor(code: ErrorCode, detail: string, places: readonly { path: string; message: string }[]) {
    super(code, detail);
    this.places = places;
  }
}

export interface Api {
  call<S extends TSchema>(request: {
    method: 'GET' | 'POST';
    path: string;
    body?: unknown;
    answer: S;
  }): Promise<Static<S>>;
}

const TIMEOUT_MS = 30_000;

/**
 * Calls the REST API of the uBot that the environment names.
 *
 * Errors: throws Refused with the code of the answer; SERVICE_UNAVAILABLE when there is no uBot at that address.
 */
export function createApi(env: Env): Api {
  const { UBOT_URL, UBOT_TOKEN } = readConfig(REMOTE_CONFIG, env);
  if (UBOT_TOKEN === undefined) throw new UbotError('UNAUTHENTICATED', 'Set UBOT_TOKEN to a personal token of yours.');
  const base = UBOT_URL.replace(/\/+$/, '');
  return {
    async call({ method, path, body, answer }) {
      const response = await fetch(`${base}/api/v1${path}`, {
        method,
        headers: {
          authorization: `Bearer ${UBOT_TOKEN}`,
          ...(body !== undefined && { 'content-type': 'application/json' }),
        },
        ...(body !== undefined && { body: JSON.stringify(body) }),
        signal: AbortSignal.timeout(TIMEOUT_MS),
      }).catch((error: unknown) => {
        throw new UbotError('SERVICE_UNAVAILABLE', `There is no uBot to be reached at ${base}.`, { cause: error });
      });
      const value: unknown = await response.json().catch(() => undefined);
      if (!response.ok) throw refusalOf(response.status, value);
      const [issue] = schemaIssues(answer, value);
      if (issue === undefined) return value as Static<typeof answer>;
      throw new UbotError(
        'SERVICE_UNAVAILABLE',
        `${base} does not answer as uBot does: ${issue.path} ${issue.message}.`,
      );
    },
  };
}

function refusalOf(status: number, problem: unknown): Refused {
  const { code, detail, errors } = (typeof problem === 'object' && problem !== null ? problem : {}) as Record<
    string,
    unknown
  >;
  if (typeof code !== 'string' || !Object.hasOwn(ERRORS, code)) {
    return new Refused('SERVICE_UNAVAILABLE', `The server answered ${status}, and not as uBot does.`, []);
  }
  const places = (Array.isArray(errors) ? errors : []).filter(
    (each): each is { path: string; message: string } =>
      typeof each === 'object' && each !== null && typeof each.path === 'string' && typeof each.message === 'string',
  );
  return new Refused(
    code as ErrorCode,
    typeof detail === 'string' ? detail : ERRORS[code as ErrorCode].sentence,
    places,
  );
}
