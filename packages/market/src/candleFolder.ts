import { UbotError } from '@ubot/contracts';
import type { Candle, CandleColumns } from './candle.ts';
import { createCoinSlots } from './coinSlots.ts';
import { createOpenCandles, type OpenCandles } from './openCandles.ts';
import type { SnapshotColumns } from './snapshot.ts';
import { createStaleness, type Staleness } from './staleness.ts';
import { shortestFirst, type Timeframe } from './timeframe.ts';

export interface CandleFolder {
  /**
   * Folds one snapshot in and returns the candles that its time closed (of all coins, also those absent from it),
   * shortest timeframe first. A candle without a sample does not exist, so a quiet hour returns nothing for it.
   *
   * Errors: throws SNAPSHOT_OUT_OF_ORDER for a time not after the last snapshot's.
   */
  addSnapshot(snapshot: SnapshotColumns): CandleColumns[];
  /** The open candle of a coin, null when nothing was observed in it. */
  openCandle(timeframe: Timeframe, coinId: number): Candle | null;
  /** The open candles of all coins, null when nothing was observed yet. */
  openColumns(timeframe: Timeframe): CandleColumns | null;
  /** Sets the open candles of one timeframe after a restart, in place of what was there. */
  restore(columns: CandleColumns): void;
}

/**
 * Folds snapshots into candles of several timeframes at once, over all coins.
 *
 * Shape:  snapshots in time order → closed candles. A candle closes when a snapshot at or after its close time arrives.
 * Edges:  samples of stale coins and prices that are not finite and above zero are not folded: nobody observed a price.
 *         Hand in `staleness` to share it or to tell it of snapshots from before a restart; the folder updates it.
 */
export function createCandleFolder(options: { timeframes: readonly Timeframe[]; staleness?: Staleness }): CandleFolder {
  const staleness = options.staleness ?? createStaleness();
  const slots = createCoinSlots();
  const families = shortestFirst(options.timeframes).map((timeframe) => createOpenCandles(timeframe));
  const byTimeframe = new Map<Timeframe, OpenCandles>(families.map((family) => [family.timeframe, family]));
  let lastTakenAtMs = -Infinity;

  const familyOf = (timeframe: Timeframe): OpenCandles => {
    const family = byTimeframe.get(timeframe);
    if (family === undefined) throw new Error(`This folder does not keep ${timeframe} candles.`);
    return family;
  };

  return {
    addSnapshot(snapshot) {
      const { takenAtMs } = snapshot;
      if (takenAtMs <= lastTakenAtMs || families.some((family) => takenAtMs < family.openAtMs())) {
        throw new UbotError('SNAPSHOT_OUT_OF_ORDER');
      }
      lastTakenAtMs = takenAtMs;
      staleness.update(snapshot);
      const batch = slots.accept(snapshot, staleness);
      const closed: CandleColumns[] = [];
      for (const family of families) {
        const columns = family.closeBefore(takenAtMs, slots.ascending());
        if (columns !== null) closed.push(columns);
        family.fold(batch, slots.count());
      }
      return closed;
    },

    openCandle(timeframe, coinId) {
      const slot = slots.find(coinId);
      return slot === undefined ? null : familyOf(timeframe).candle(slot);
    },

    openColumns(timeframe) {
      return familyOf(timeframe).columns(slots.ascending());
    },

    restore(columns) {
      familyOf(columns.timeframe).restore(columns, slots.assign(columns.coinIds), slots.count());
    },
  };
}
