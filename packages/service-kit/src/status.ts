import { readFileSync } from 'node:fs';
import type { ServiceStatus } from '@ubot/contracts';
import type { HttpApp } from './httpApp.ts';

// From src as well as from dist. All workspaces carry one version.
const { version } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as {
  version: string;
};

export interface StatusOptions {
  service: string;
  /** As the app's own: true or an empty list when ready. */
  isReady: () => boolean | readonly string[] | Promise<boolean | readonly string[]>;
}

/** What a service says of itself: the body of /status, which only the other services may ask for. */
export function createStatus({ service, isReady }: StatusOptions): () => Promise<ServiceStatus> {
  const startedAtMs = Math.round(performance.timeOrigin);
  return async () => {
    const ready = await isReady();
    const waitingFor = typeof ready === 'boolean' ? (ready ? [] : [service]) : [...ready];
    return { service, version, runtime: process.version, startedAtMs, waitingFor };
  };
}

/** Behind the internal token: strangers have no use for versions. */
export function addStatusRoute(app: HttpApp, status: () => Promise<ServiceStatus>): void {
  app.get('/status', status);
}
