import {
  createApiClient,
  UbotError,
  type ApiAnswer,
  type ApiCall,
  type ApiRouteKey,
  type ErrorCode,
} from '@ubot/contracts';
import { defineConfig, envSecret, envUrl, readConfig, type Env } from '@ubot/service-kit';

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
  call<K extends ApiRouteKey>(route: K, given: ApiCall<K>): Promise<ApiAnswer<K>>;
}

/**
 * Calls the REST API of the uBot that the environment names.
 *
 * Errors: throws Refused with the code of the answer; SERVICE_UNAVAILABLE when there is no uBot at that address.
 */
export function createApi(env: Env): Api {
  const { UBOT_URL, UBOT_TOKEN } = readConfig(REMOTE_CONFIG, env);
  if (UBOT_TOKEN === undefined) throw new UbotError('UNAUTHENTICATED', 'Set UBOT_TOKEN to a personal token of yours.');
  const client = createApiClient({ baseUrl: UBOT_URL, token: UBOT_TOKEN });
  return {
    async call(route, given) {
      const result = await client.call(route, given);
      if (result.ok) return result.value;
      const { code, detail, errors } = result.failure;
      throw new Refused(code, detail, errors.filter(isPlace));
    },
  };
}

function isPlace(each: unknown): each is { path: string; message: string } {
  const { path, message } = (typeof each === 'object' && each !== null ? each : {}) as Record<string, unknown>;
  return typeof path === 'string' && typeof message === 'string';
}
