import type { CandleWire, Timeframe } from '@ubot/contracts';
import { useCallback, useRef, useState } from 'react';
import { ask } from '../../api/api.ts';
import { useLive } from '../../live/live.ts';
import { mergeCandles } from './mergeCandles.ts';

const FIRST = 500;
const OLDER = 1_000;
/** What a browser can hold and draw; older ones are on a longer timeframe. */
const MOST = 20_000;

export interface Candles {
  /** Oldest first; the open one last. null until the first have come. */
  readonly candles: readonly CandleWire[] | null;
  readonly isLoadingOlder: boolean;
  /** Asks for what came before; nothing happens once there is no more. */
  readonly loadOlder: () => void;
}

/** A coin's candles, live, with as much of their past as was asked for. */
export function useCandles(coinId: number, timeframe: Timeframe): Candles {
  const [held, setHeld] = useState<{ of: string; candles: readonly CandleWire[] | null }>({ of: '', candles: null });
  const [isLoadingOlder, setLoadingOlder] = useState(false);
  const of = `${coinId} ${timeframe}`;
  const candles = held.of === of ? held.candles : null;
  /** Which coin and timeframe has no older candles any more. */
  const allOf = useRef('');
  const isBusy = useRef(false);

  const take = useCallback(
    (came: readonly CandleWire[]) =>
      setHeld((kept) => ({ of, candles: mergeCandles(kept.of === of ? (kept.candles ?? []) : [], came) })),
    [of],
  );
  useLive({ stream: 'candles', coinId, timeframe, limit: FIRST }, (frame) => {
    if ((frame.type !== 'snapshot' && frame.type !== 'delta') || frame.stream !== 'candles') return;
    if (frame.coinId === coinId && frame.timeframe === timeframe) take(frame.candles);
  });

  const firstMs = candles?.[0]?.openAtMs;
  const count = candles?.length ?? 0;
  const loadOlder = useCallback(() => {
    if (firstMs === undefined || allOf.current === of || isBusy.current || count >= MOST) return;
    isBusy.current = true;
    setLoadingOlder(true);
    const query = { timeframe, limit: OLDER, to: firstMs } as const;
    ask('GET /api/v1/coins/{id}/candles', { params: { id: coinId }, query })
      .then(({ candles: older }) => {
        if (older.length < OLDER) allOf.current = of;
        take(older);
      })
      // The next scroll asks again.
      .catch(() => undefined)
      .finally(() => {
        isBusy.current = false;
        setLoadingOlder(false);
      });
  }, [coinId, timeframe, of, firstMs, count, take]);

  return { candles, isLoadingOlder, loadOlder };
}
