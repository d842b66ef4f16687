import { useEffect } from 'react';
import type { Photo } from '@ubot/contracts';
import { keyOf, queries, useApi } from '../api/api.ts';
import { createStore, useStore } from '../lib/store.ts';
import { useLive } from './live.ts';

/** A coin as it is now. Percentages: 5 means 5 %. A new object whenever anything of it changes. */
export interface MarketCoin {
  readonly id: number;
  readonly symbol: string;
  readonly name: string;
  readonly rank: number | null;
  readonly priceUsd: number;
  readonly percentChange1h: number | null;
  readonly percentChange24h: number | null;
  readonly percentChange7d: number | null;
  readonly volume24hUsd: number | null;
  readonly marketCapUsd: number | null;
  /** Where the last change took the price, and which frame it was. */
  readonly moved: -1 | 0 | 1;
  readonly movedIn: number;
  /** Name and symbol in lower case, for the search. */
  readonly words: string;
}

export interface MarketCoins {
  readonly coins: ReadonlyMap<number, MarketCoin>;
  /** One more with each change of any coin. */
  readonly version: number;
}

const PHOTO = 'GET /api/v1/photo';
/** Names and ranks change seldom; a coin that has no name yet asks for them sooner, but not at every frame. */
const PHOTO_EVERY_MS = 5 * 60_000;
const ASK_NAMES_EVERY_MS = 15_000;

let coins = new Map<number, MarketCoin>();
let askedForNamesAtMs = 0;
const market = createStore<MarketCoins>({ coins, version: 0 });
const changed = (): void => market.set({ coins, version: market.get().version + 1 });

/** All coins, live while the component is there; empty until the first photo has come. */
export function useMarketCoins(): MarketCoins & { error: Error | null; retry: () => void } {
  const { data: photo, error, refetch } = useApi(PHOTO, {}, { refetchInterval: PHOTO_EVERY_MS, staleTime: 60_000 });
  useEffect(() => {
    if (photo !== undefined) takePhoto(photo);
  }, [photo]);
  useLive({ stream: 'market', format: 'binary' }, (frame) => {
    if (frame.type === 'bytes') takeBytes(frame.view, Date.now());
  });
  return { ...useStore(market), error, retry: () => void refetch() };
}

/** Forgets the coins: after signing out. */
export function forgetCoins(): void {
  coins = new Map();
  changed();
}

/** Names and ranks of all coins, and the numbers of those that no frame has brought yet. */
export function takePhoto(photo: Photo): void {
  for (const { slug: _slug, providerTimeMs: _time, ...coin } of photo.coins) {
    const before = coins.get(coin.id);
    if (before === undefined) {
      coins.set(coin.id, { ...coin, moved: 0, movedIn: 0, words: `${coin.name} ${coin.symbol}`.toLowerCase() });
    } else if (before.rank !== coin.rank || before.name !== coin.name) {
      coins.set(coin.id, { ...before, rank: coin.rank, name: coin.name });
    }
  }
  changed();
}

/** The binary frame of docs/api.md: prices, ids, then five columns of 32-bit figures. */
export function takeBytes(view: DataView, nowMs: number): void {
  const isSnapshot = view.getUint8(4) === 1;
  const start = view.getUint16(6, true);
  const frame = view.getUint32(12, true);
  const count = view.getUint32(32, true);
  const gone = view.getUint32(36, true);
  const figure = (column: number, i: number): number | null => {
    const value = view.getFloat32(start + (12 + 4 * column) * count + 4 * i, true);
    return Number.isNaN(value) ? null : value;
  };
  const seen = isSnapshot ? new Set<number>() : null;
  let isNameless = false;
  for (let i = 0; i < count; i += 1) {
    const id = view.getUint32(start + 8 * count + 4 * i, true);
    const before = coins.get(id);
    seen?.add(id);
    if (before === undefined) {
      isNameless = true;
      continue;
    }
    const priceUsd = view.getFloat64(start + 8 * i, true);
    const isMoved = priceUsd !== before.priceUsd;
    coins.set(id, {
      id,
      symbol: before.symbol,
      name: before.name,
      rank: before.rank,
      priceUsd,
      percentChange1h: figure(0, i),
      percentChange24h: figure(1, i),
      percentChange7d: figure(2, i),
      volume24hUsd: figure(3, i),
      marketCapUsd: figure(4, i),
      moved: isMoved ? (priceUsd > before.priceUsd ? 1 : -1) : before.moved,
      movedIn: isMoved ? frame : before.movedIn,
      words: before.words,
    });
  }
  if (seen !== null) for (const id of coins.keys()) if (!seen.has(id)) coins.delete(id);
  for (let i = 0; i < gone; i += 1) coins.delete(view.getUint32(start + 32 * count + 4 * i, true));
  changed();
  if (isNameless && nowMs - askedForNamesAtMs > ASK_NAMES_EVERY_MS) {
    askedForNamesAtMs = nowMs;
    void queries.invalidateQueries({ queryKey: keyOf(PHOTO) });
  }
}
