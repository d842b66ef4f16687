import type { Logger, ServiceClient } from '@ubot/service-kit';
import type { LiveStrategy } from './liveStrategy.ts';

/** Asks user-manager to switch strategies off that fire once and have fired; asks again until it is done. */
export interface SwitchOff {
  add(strategies: readonly LiveStrategy[]): void;
  stop(): void;
}

const RETRY_MS = 5_000;

export function createSwitchOff(options: { client: ServiceClient; logger: Logger }): SwitchOff {
  const waiting = new Map<string, string>();
  let timer: NodeJS.Timeout | null = null;
  let running = false;
  let stopped = false;

  const askAll = async (): Promise<void> => {
    if (running || stopped) return;
    running = true;
    for (const [strategyId, versionId] of waiting) {
      const path = `/strategies/${strategyId}/switch-off`;
      const answer = await options.client.request({ method: 'POST', path, body: { versionId } });
      // Not found: deleted, or changed to another version since. Either way there is nothing left to switch off.
      if (answer.ok || answer.failure.code === 'NOT_FOUND' || answer.failure.code === 'CONFLICT') {
        waiting.delete(strategyId);
        options.logger.info({ event: 'strategy.switched_off', strategyId });
      } else {
        options.logger.warn({ event: 'strategy.switch_off_failed', strategyId, code: answer.failure.code });
      }
    }
    running = false;
    if (waiting.size > 0 && !stopped) timer = setTimeout(() => void askAll(), RETRY_MS);
  };

  return {
    add(strategies) {
      for (const { strategy } of strategies) waiting.set(strategy.id, strategy.versionId);
      if (strategies.length > 0) void askAll();
    },
    stop() {
      stopped = true;
      if (timer !== null) clearTimeout(timer);
    },
  };
}
