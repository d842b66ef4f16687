import type { Timeframe } from '@ubot/market';
import type { EvaluationMode } from './program.ts';
import type { SliceResult } from './task.ts';
import type { Workshop } from './workshop.ts';

/** A strategy (by its handle) whose condition has become true for a coin, or is not true any longer. */
export interface Change {
  readonly handle: number;
  readonly coinId: number;
  readonly isTrue: boolean;
}

export interface Changes {
  take(results: readonly (readonly SliceResult[])[]): void;
  all(): Change[];
  forget(handle: number): void;
}

interface Waiting {
  readonly handle: number;
  readonly slot: number;
  readonly timeframe: Timeframe;
  readonly mode: EvaluationMode;
  readonly isTrue: boolean;
}

/** Turns what slices noted into changes of strategies and coins. */
export function createChanges({
  workshop,
  coinAt,
}: {
  workshop: Workshop;
  coinAt: (slot: number) => number | undefined;
}): Changes {
  let changes: Change[] = [];
  /** About coins that were not evaluated when it was noted: told when they are evaluated again. */
  let waiting: Waiting[] = [];

  const tell = (at: Omit<Waiting, 'isTrue'>, isTrue: boolean, isEvaluated: boolean): void => {
    const coinId = coinAt(at.slot);
    if (isEvaluated && coinId !== undefined) changes.push({ handle: at.handle, coinId, isTrue });
    else waiting.push({ ...at, isTrue });
  };

  const takeResult = ({ timeframe, mode, events }: SliceResult): void => {
    const isEvaluated = workshop.evaluatedIn(timeframe, mode);
    for (let i = 0; i < events.length; i += 2) {
      const word = events[i]!;
      const slot = events[i + 1]!;
      const id = word >>> 2;
      const isTrue = (word & 1) === 1;
      const isRoot = (word & 2) !== 0;
      if (!isRoot) {
        tell({ handle: id, slot, timeframe, mode }, isTrue, isEvaluated(slot));
        continue;
      }
      const coinId = coinAt(slot);
      for (const { handle, coins } of workshop.handlesOf(timeframe, mode, id)) {
        const isAsked = coins === null || (coinId !== undefined && coins.has(coinId));
        if (isAsked) tell({ handle, slot, timeframe, mode }, isTrue, isEvaluated(slot));
      }
    }
  };

  return {
    take(results) {
      changes = [];
      const asked = new Set(results.flatMap((slice) => slice.map(({ timeframe, mode }) => `${timeframe} ${mode}`)));
      const before = waiting;
      waiting = [];
      for (const each of before) {
        const { timeframe, mode, slot } = each;
        if (asked.has(`${timeframe} ${mode}`)) tell(each, each.isTrue, workshop.wasEvaluated(timeframe, mode, slot));
        else waiting.push(each);
      }
      for (const slice of results) slice.forEach(takeResult);
    },
    all: () => changes,
    forget(handle) {
      waiting = waiting.filter((each) => each.handle !== handle);
    },
  };
}
