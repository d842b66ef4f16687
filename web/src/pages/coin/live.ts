import type { AlertWithNotifications } from '@ubot/contracts';
import { useMemo, useState } from 'react';
import { useApi } from '../../api/api.ts';
import { useLive } from '../../live/live.ts';

export interface CoinNow {
  readonly priceUsd: number | null;
  readonly percentChange1h: number | null;
  readonly percentChange24h: number | null;
  readonly percentChange7d: number | null;
  readonly volume24hUsd: number | null;
  readonly marketCapUsd: number | null;
  /** Where the last change took the price, and in which frame. */
  readonly moved: -1 | 0 | 1;
  readonly frame: number;
}
type Figure = Exclude<keyof CoinNow, 'moved' | 'frame'>;
/** A row of the market stream after its id: bit i of a delta's mask is the i-th. */
const FIGURES: readonly Figure[] = [
  'priceUsd',
  'percentChange1h',
  'percentChange24h',
  'percentChange7d',
  'volume24hUsd',
  'marketCapUsd',
];
const NOTHING: CoinNow = {
  priceUsd: null,
  percentChange1h: null,
  percentChange24h: null,
  percentChange7d: null,
  volume24hUsd: null,
  marketCapUsd: null,
  moved: 0,
  frame: 0,
};
const ALERTS = 100;
const NO_ALERTS: readonly AlertWithNotifications[] = [];

/** The figures of one coin, live; null until they have come. */
export function useCoinNow(coinId: number): CoinNow | null {
  const [now, setNow] = useState<CoinNow | null>(null);
  useLive({ stream: 'market', universe: { kind: 'coins', ids: [coinId] } }, (frame) => {
    if ((frame.type !== 'snapshot' && frame.type !== 'delta') || frame.stream !== 'market') return;
    const row = frame.rows.find(([id]) => id === coinId);
    if (row === undefined) return;
    setNow((before) => {
      const next: { -readonly [K in keyof CoinNow]: CoinNow[K] } = { ...(before ?? NOTHING), frame: frame.sequence };
      const mask = frame.type === 'snapshot' ? -1 : (row[1] ?? 0);
      let at = frame.type === 'snapshot' ? 1 : 2;
      FIGURES.forEach((figure, bit) => {
        if ((mask & (1 << bit)) === 0) return;
        next[figure] = row[at] ?? null;
        at += 1;
      });
      const [price, was] = [next.priceUsd, before?.priceUsd ?? null];
      next.moved = price === null || was === null || price === was ? 0 : price > was ? 1 : -1;
      return next;
    });
  });
  return now;
}

/** The user's newest alerts on a coin, newest first, with those that come while one looks. */
export function useCoinAlerts(coinId: number): readonly AlertWithNotifications[] {
  const { data } = useApi('GET /api/v1/alerts', { query: { coinId, limit: ALERTS } });
  const [came, setCame] = useState(NO_ALERTS);
  useLive({ stream: 'alerts' }, (frame) => {
    if (frame.type === 'alert' && frame.alert.coin.id === coinId) setCame((before) => [frame.alert, ...before]);
  });
  const listed = data?.alerts ?? NO_ALERTS;
  return useMemo(() => {
    const known = new Set(listed.map(({ id }) => id));
    return [...came.filter(({ id }) => !known.has(id)), ...listed];
  }, [came, listed]);
}
