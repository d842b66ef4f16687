import {
  errorOf,
  type InternalTokens,
  type ServiceClient,
  type ServiceFailure,
  createServiceClient,
} from '@ubot/service-kit';
import type { UbotError } from '@ubot/contracts';
import type { GatewayConfig } from './config.ts';

export const SERVICE_NAMES = ['mother-app', 'scanner', 'user-manager', 'notifier'] as const;
export type ServiceName = (typeof SERVICE_NAMES)[number];
export type Services = Readonly<Record<ServiceName, ServiceClient>>;

export function serviceUrls(config: GatewayConfig): Readonly<Record<ServiceName, string>> {
  return {
    'mother-app': config.MOTHER_APP_URL,
    scanner: config.SCANNER_URL,
    'user-manager': config.USER_MANAGER_URL,
    notifier: config.NOTIFIER_URL,
  };
}

export function createServices(config: GatewayConfig, tokens: InternalTokens): Services {
  const urls = serviceUrls(config);
  const client = (name: ServiceName): ServiceClient =>
    createServiceClient({ baseUrl: urls[name], tokens, as: 'gateway' });
  return {
    'mother-app': client('mother-app'),
    scanner: client('scanner'),
    'user-manager': client('user-manager'),
    notifier: client('notifier'),
  };
}

/**
 * A service's failure as the answer to the caller. The caller has been identified already, so a service that does not
 * know its own caller means that the services do not share one secret: our fault, not theirs.
 */
export function relayed(failure: ServiceFailure): UbotError {
  if (failure.code !== 'UNAUTHENTICATED') return errorOf(failure);
  return errorOf({ code: 'SERVICE_UNAVAILABLE', detail: 'The services do not share the same internal secret.' });
}

// Health is asked for by orchestrators and by people who wait; once a second is fresh enough for both.
const HEALTH_FRESH_MS = 1_000;
const HEALTH_TIMEOUT_MS = 2_000;

/** Which services are not ready, as an answer that is asked for at most once a second. */
export function createReadiness(services: Services, nowMs: () => number): () => Promise<string[]> {
  let known: { atMs: number; missing: Promise<string[]> } | null = null;
  const ask = async (): Promise<string[]> => {
    const answers = await Promise.all(
      SERVICE_NAMES.map(async (name) => {
        const answer = await services[name].requestRaw({
          method: 'GET',
          path: '/health',
          timeoutMs: HEALTH_TIMEOUT_MS,
        });
        return answer.ok && answer.value.status === 200 ? null : name;
      }),
    );
    return answers.filter((name) => name !== null);
  };
  return () => {
    if (known === null || nowMs() - known.atMs >= HEALTH_FRESH_MS) known = { atMs: nowMs(), missing: ask() };
    return known.missing;
  };
}
