import { holdAdvisoryLock } from '@ubot/db';
import type { Logger } from '@ubot/service-kit';
import type { Watch } from './watch.ts';

export interface Watching {
  stop(): Promise<void>;
}

const PING_LIMIT_MS = 10_000;

/**
 * Looks every so often, in one notifier at a time: the one that holds the lock; another takes over when it goes. Pings the
 * dead man's address while everything is well: whoever listens there raises the alarm when the pings stop.
 */
export function startWatching(options: {
  watch: Watch;
  databaseUrl: string;
  everyMs: number;
  deadman: { url: string; everyMs: number } | null;
  nowMs: () => number;
  log: Logger;
}): Watching {
  const { watch, everyMs, deadman, nowMs, log } = options;
  let timer: NodeJS.Timeout | undefined;
  let looking: Promise<void> = Promise.resolve();
  let pingAtMs = 0;
  let stopped = false;

  const ping = async (): Promise<void> => {
    if (deadman === null || nowMs() < pingAtMs) return;
    pingAtMs = nowMs() + deadman.everyMs;
    try {
      const answer = await fetch(deadman.url, { signal: AbortSignal.timeout(PING_LIMIT_MS), redirect: 'follow' });
      await answer.body?.cancel();
      if (!answer.ok) log.warn({ event: 'deadman.refused', status: answer.status });
    } catch {
      // Not the error's text: the address may hold a secret.
      log.warn({ event: 'deadman.unreachable' });
    }
  };

  const look = async (): Promise<void> => {
    try {
      if (lock.state() === 'held' && (await watch.look())) await ping();
    } catch (error) {
      log.error({ event: 'watch.failed', error });
    }
    if (!stopped) timer = setTimeout(begin, everyMs);
  };
  const begin = (): void => {
    looking = look();
  };

  const lock = holdAdvisoryLock({
    connectionString: options.databaseUrl,
    name: 'ubot-watch',
    onChange: (state) => {
      if (state !== 'held' || stopped) return;
      clearTimeout(timer);
      looking = looking.then(begin);
    },
    log,
  });
  return {
    async stop() {
      stopped = true;
      clearTimeout(timer);
      await looking;
      clearTimeout(timer);
      await lock.close();
    },
  };
}
