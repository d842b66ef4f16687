import {
  IncidentSchema,
  QueueSchema,
  ServiceStatusSchema,
  SourceStateSchema,
  SystemHealthSchema,
  UbotError,
  type Role,
  type ServiceStatus,
  type SystemHealth,
} from '@ubot/contracts';
import { requireUser, type HttpApp } from '@ubot/service-kit';
import { Type, type Static, type TSchema } from 'typebox';
import { answers } from './problems.ts';
import { API_BASE } from './relay.ts';
import { NO_QUERY } from './routes/route.ts';
import { SERVICE_NAMES, type ServiceName, type Services } from './services.ts';

/** Somebody looks at it because something is wrong: a part that hangs must not hold up the rest. */
const ASK_LIMIT_MS = 3_000;

/** Errors: FORBIDDEN for whoever is no operator. */
export type HealthFor = (caller: { readonly role: Role }) => Promise<SystemHealth>;

/** Every part of uBot at one look, for operators. */
export function createSystemHealth(services: Services, own: () => Promise<ServiceStatus>): HealthFor {
  return async ({ role }) => {
    if (role !== 'operator') throw new UbotError('FORBIDDEN');
    const [gateway, sources, queue, incidents, ...others] = await Promise.all([
      own(),
      ask(services['mother-app'], '/sources', Type.Array(SourceStateSchema)),
      ask(services.notifier, '/queue', QueueSchema),
      ask(services.notifier, '/incidents', Type.Array(IncidentSchema)),
      ...SERVICE_NAMES.map((name) => statusOf(services, name)),
    ]);
    const all = [{ ...gateway, reachable: true as const, answeredInMs: 0 }, ...others];
    return {
      ready: all.every((status) => status.reachable && status.waitingFor.length === 0),
      services: all,
      sources,
      queue,
      incidents,
    };
  };
}

/** GET /api/v1/admin/health. */
export function addAdminHealth(app: HttpApp, healthFor: HealthFor): void {
  app.get(
    `${API_BASE}/admin/health`,
    {
      schema: {
        summary:
          'Every service with its version and what it waits for, the sources, what waits to be delivered, and what is wrong',
        tags: ['operator'],
        querystring: NO_QUERY,
        response: answers({ 200: SystemHealthSchema }),
      },
    },
    async (request): Promise<SystemHealth> => healthFor(requireUser(request)),
  );
}

async function statusOf(services: Services, name: ServiceName): Promise<SystemHealth['services'][number]> {
  const startedAt = performance.now();
  const answer = await services[name].request({
    method: 'GET',
    path: '/status',
    answer: ServiceStatusSchema,
    timeoutMs: ASK_LIMIT_MS,
  });
  if (!answer.ok) return { service: name, reachable: false, detail: answer.failure.detail };
  return { ...answer.value, reachable: true, answeredInMs: Math.round(performance.now() - startedAt) };
}

/** null: the service does not answer, which the list of services says. */
async function ask<S extends TSchema>(
  service: Services[ServiceName],
  path: string,
  answer: S,
): Promise<Static<S> | null> {
  const asked = await service.request({ method: 'GET', path, answer, timeoutMs: ASK_LIMIT_MS });
  return asked.ok ? asked.value : null;
}
