import { UbotError } from '@ubot/contracts';

/** Dear work, one piece at a time. */
export interface Turns {
  /**
   * Errors: PREVIEW_SUPERSEDED when the same one has asked for something newer before its turn came; RATE_LIMITED when too
   *         many wait; ANSWER_TOO_SLOW when the turn did not come in time; what `work` throws.
   */
  run<T>(who: string, work: () => Promise<T>): Promise<T>;
}

export interface TurnsOptions {
  /** Who wait beside the one at work. */
  readonly mostWaiting: number;
  readonly waitLimitMs: number;
}

interface Waiting {
  readonly start: () => void;
  readonly giveUp: (error: UbotError) => void;
}

/**
 * Fair: everybody has one piece of work waiting at most, the newest they asked for, in the place of the first.
 */
export function createTurns({ mostWaiting, waitLimitMs }: TurnsOptions): Turns {
  const waiting = new Map<string, Waiting>();
  let atWork = false;

  const next = (): void => {
    const [first] = waiting;
    atWork = first !== undefined;
    if (first === undefined) return;
    waiting.delete(first[0]);
    first[1].start();
  };

  const turnOf = (who: string): Promise<void> => {
    if (!atWork) {
      atWork = true;
      return Promise.resolve();
    }
    const older = waiting.get(who);
    if (older === undefined && waiting.size >= mostWaiting) {
      throw new UbotError('RATE_LIMITED', 'Many are waiting for a preview right now.', { retryAfterMs: waitLimitMs });
    }
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        waiting.delete(who);
        reject(new UbotError('ANSWER_TOO_SLOW', 'Others are before you.'));
      }, waitLimitMs);
      waiting.set(who, {
        start: () => (clearTimeout(timer), resolve()),
        giveUp: (error) => (clearTimeout(timer), reject(error)),
      });
      older?.giveUp(new UbotError('PREVIEW_SUPERSEDED'));
    });
  };

  return {
    async run(who, work) {
      await turnOf(who);
      try {
        return await work();
      } finally {
        next();
      }
    },
  };
}
