import type { CoinWire, GlobalAnswer, MarketState, Photo } from '@ubot/contracts';
import type { SnapshotRow } from '@ubot/db';
import { globalToWire, STALE_AFTER_POLLS, type GlobalMetrics } from '@ubot/market';
import type { Folders } from './folders.ts';
import { encodePhoto, photoOf, type PhotoAnswer } from './photo.ts';

/** What people see of a source. */
export interface SourceLabel {
  name: string;
  label: string;
  demo: boolean;
}

export interface GlobalAt {
  takenAtMs: number;
  source: string;
  global: GlobalMetrics;
}

/**
 * What the routes show: the newest stored snapshot, as a photo made once. It is the same whether this process polls or
 * stands by.
 */
export interface MarketView {
  /** Makes the photo of a stored snapshot; older ones than the one shown are ignored. */
  publish(row: SnapshotRow): Promise<void>;
  photo(): PhotoAnswer | null;
  shown(): Photo | null;
  marketState(nowMs: number): MarketState | null;
  /** The market's metrics as last heard; null when never. */
  global(): GlobalAnswer | null;
  setGlobal(global: GlobalAt): void;
  setCoins(coins: Iterable<CoinWire>): void;
  coins(): ReadonlyMap<number, CoinWire>;
  setSource(source: SourceLabel): void;
  source(): SourceLabel;
  setFolders(folders: Folders): void;
  folders(): Folders | null;
  /** Forgets everything, after the market was cleared. */
  reset(): void;
}

export function createMarketView(options: { source: SourceLabel }): MarketView {
  const coins = new Map<number, CoinWire>();
  let { source } = options;
  let photo: PhotoAnswer | null = null;
  let shown: Photo | null = null;
  let pollIntervalMs = 0;
  let global: GlobalAt | null = null;
  let folders: Folders | null = null;

  const labelOf = (name: string): SourceLabel => (name === source.name ? source : { name, label: name, demo: false });

  return {
    async publish({ snapshotId, snapshot }) {
      if (shown !== null && snapshot.takenAtMs < shown.takenAtMs) return;
      if (snapshot.global !== null) {
        global = { takenAtMs: snapshot.takenAtMs, source: snapshot.source, global: snapshot.global };
      }
      const { label, demo } = labelOf(snapshot.source);
      const next = photoOf({ snapshotId, snapshot, coins, global: global?.global ?? null, label, demo });
      const answer = await encodePhoto(next);
      photo = answer;
      shown = next;
      pollIntervalMs = snapshot.pollIntervalMs;
    },
    photo: () => photo,
    shown: () => shown,
    marketState(nowMs) {
      if (shown === null) return null;
      const ageMs = Math.max(0, nowMs - shown.takenAtMs);
      return {
        source: shown.source,
        label: shown.label,
        demo: shown.demo,
        snapshotId: shown.snapshotId,
        takenAtMs: shown.takenAtMs,
        ageMs,
        stale: ageMs > STALE_AFTER_POLLS * pollIntervalMs,
        pollIntervalMs,
      };
    },
    global() {
      if (global === null) return null;
      const { label, demo } = labelOf(global.source);
      return { takenAtMs: global.takenAtMs, source: global.source, label, demo, global: globalToWire(global.global) };
    },
    setGlobal(next) {
      global = next;
    },
    setCoins(more) {
      for (const coin of more) coins.set(coin.id, coin);
    },
    coins: () => coins,
    setSource(next) {
      source = next;
    },
    source: () => source,
    setFolders(next) {
      folders = next;
    },
    folders: () => folders,
    reset() {
      coins.clear();
      photo = null;
      shown = null;
      global = null;
      folders = null;
    },
  };
}
