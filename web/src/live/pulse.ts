import type { GlobalMetricsWire } from '@ubot/contracts';
import { useEffect } from 'react';
import { useApi } from '../api/api.ts';
import { createStore, useStore } from '../lib/store.ts';
import { useLive } from './live.ts';

/** Who says the prices, when they were taken, and the figures of the whole market. */
export interface Pulse {
  readonly label: string;
  readonly demo: boolean;
  readonly takenAtMs: number;
  readonly pollIntervalMs: number;
  readonly global: GlobalMetricsWire | null;
}

const pulse = createStore<Pulse | null>(null);
const DEFAULT_POLL_MS = 300_000;
const STALE_AFTER_POLLS = 3;

export const usePulse = (): Pulse | null => useStore(pulse);

export const isStale = ({ takenAtMs, pollIntervalMs }: Pulse, nowMs: number): boolean =>
  nowMs - takenAtMs > STALE_AFTER_POLLS * pollIntervalMs;

/**
 * Keeps the pulse while somebody is signed in. The smallest market there is, one coin, carries the head of every
 * snapshot: the frame of all coins is left to the page that shows them.
 */
export function usePulseKeeper(): void {
  const { data: sources } = useApi('GET /api/v1/sources', {}, { refetchInterval: 60_000 });
  const market = sources?.find(({ active }) => active)?.market ?? null;
  const pollIntervalMs = market?.pollIntervalMs ?? DEFAULT_POLL_MS;

  useEffect(() => {
    if (market === null) return;
    const known = pulse.get();
    if (known !== null && known.takenAtMs >= market.takenAtMs) pulse.set({ ...known, pollIntervalMs });
    else {
      const { label, demo, takenAtMs } = market;
      pulse.set({ label, demo, takenAtMs, pollIntervalMs, global: known?.global ?? null });
    }
  }, [market, pollIntervalMs]);

  useLive({ stream: 'market', universe: { kind: 'coins', ids: [1] } }, (frame) => {
    if ((frame.type !== 'snapshot' && frame.type !== 'delta') || frame.stream !== 'market') return;
    const { label, demo, takenAtMs, global } = frame;
    pulse.set({ label, demo, takenAtMs, pollIntervalMs, global });
  });
}
