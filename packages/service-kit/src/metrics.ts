import { Histogram } from 'prom-client';
import type { HttpApp } from './httpApp.ts';

const BUCKETS_S = [0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

/** Counts and times every request by route (not by address: ids would make a series each). */
export function measureRequests(app: HttpApp, service: string): void {
  app.metrics.setDefaultLabels({ service });
  const duration = new Histogram({
    name: 'ubot_http_request_seconds',
    help: 'Time from the first byte of a request to the last of its answer.',
    labelNames: ['method', 'route', 'status'],
    buckets: BUCKETS_S,
    registers: [app.metrics],
  });
  app.addHook('onResponse', async (request, reply) => {
    const route = request.routeOptions.url ?? 'none';
    duration.observe({ method: request.method, route, status: reply.statusCode }, reply.elapsedTime / 1_000);
  });
}
