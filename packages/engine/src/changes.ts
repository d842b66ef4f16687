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
export type TellChange = (handle: number, coinId: number, isTrue: boolean) => void;

/** Turns what slices noted into changes of strategies and coins. */
export interface Changes {
  take(results: readonly (readonly SliceResult[])[]): void;
  forEach(tell: TellChange): void;
  forget(handle: number): void;
}

interface Waiting {
  readonly handle: number;
  readonly slot: number;
  readonly timeframe: Timeframe;
  readonly mode: EvaluationMode;
  readonly isTrue: boolean;
}

export function createChanges({
  workshop,
  coinAt,
}: {
  workshop: Workshop;
  coinAt: (slot: number) => number | undefined;
}): Changes {
  let latest: SliceResult[] = [];
  /** About coins that were not evaluated when it was noted: told when they are evaluated again. */
  let waiting: Waiting[] = [];
  let due: Waiting[] = [];

  /** Events of coins that were not evaluated are taken out and wait; mostly there are none. */
  const split = (result: SliceResult): SliceResult => {
    const { timeframe, mode, events } = result;
    const isEvaluated = workshop.evaluatedIn(timeframe, mode);
    const isLate = (at: number): boolean => !isEvaluated(events[at + 1]!) || coinAt(events[at + 1]!) === undefined;
    let from = 0;
    while (from < events.length && !isLate(from)) from += 2;
    if (from === events.length) return result;
    const kept: number[] = [...events.subarray(0, from)];
    for (let at = from; at < events.length; at += 2) {
      if (!isLate(at)) kept.push(events[at]!, events[at + 1]!);
      else expand(result, at, (handle, slot, isTrue) => waiting.push({ handle, slot, timeframe, mode, isTrue }));
    }
    return { ...result, events: Uint32Array.from(kept) };
  };

  const expand = (
    { timeframe, mode, events }: SliceResult,
    at: number,
    tell: (handle: number, slot: number, isTrue: boolean) => void,
  ): void => {
    const word = events[at]!;
    const slot = events[at + 1]!;
    const isTrue = (word & 1) === 1;
    if ((word & 2) === 0) return tell(word >>> 2, slot, isTrue);
    const coinId = coinAt(slot);
    for (const { handle, coins } of workshop.handlesOf(timeframe, mode, word >>> 2)) {
      if (coins === null || (coinId !== undefined && coins.has(coinId))) tell(handle, slot, isTrue);
    }
  };

  return {
    take(results) {
      const flat = results.flat();
      const asked = new Set(flat.map(({ timeframe, mode }) => `${timeframe} ${mode}`));
      const isDue = ({ timeframe, mode, slot }: Waiting): boolean =>
        asked.has(`${timeframe} ${mode}`) && workshop.wasEvaluated(timeframe, mode, slot);
      due = waiting.filter(isDue);
      waiting = waiting.filter((each) => !isDue(each));
      latest = flat.map(split);
    },
    forEach(tell) {
      for (const { handle, slot, isTrue } of due) tell(handle, coinAt(slot)!, isTrue);
      for (const result of latest) {
        for (let at = 0; at < result.events.length; at += 2) {
          expand(result, at, (handle, slot, isTrue) => tell(handle, coinAt(slot)!, isTrue));
        }
      }
    },
    forget(handle) {
      waiting = waiting.filter((each) => each.handle !== handle);
    },
  };
}
