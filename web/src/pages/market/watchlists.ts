import type { Watchlist } from '@ubot/contracts';
import { useCallback } from 'react';
import { ask, keyOf, queries, useApi } from '../../api/api.ts';
import { text } from '../../texts/i18n.ts';
import { toastFailure } from '../../ui/toasts.tsx';

const LISTS = 'GET /api/v1/watchlists';
const NONE: readonly Watchlist[] = [];

export function useWatchlists(): readonly Watchlist[] {
  const { data } = useApi(LISTS, {}, { staleTime: 60_000 });
  return data?.watchlists ?? NONE;
}

const refresh = (): Promise<void> => queries.invalidateQueries({ queryKey: keyOf(LISTS) });

export async function makeWatchlist(name: string, coinIds: number[] = []): Promise<Watchlist> {
  const made = await ask('POST /api/v1/watchlists', { body: { name, coinIds } });
  await refresh();
  return made;
}

export async function deleteWatchlist(id: string): Promise<void> {
  await ask('DELETE /api/v1/watchlists/{id}', { params: { id } });
  await refresh();
}

/** Puts a coin on a list or takes it off; with no list yet, the first one is made. Seen at once, taken back when refused. */
export function useWatch(list: Watchlist | null): (coinId: number) => void {
  return useCallback(
    (coinId) => {
      void change(list, coinId).catch(async (error: Error) => {
        toastFailure(error);
        await refresh();
      });
    },
    [list],
  );
}

async function change(list: Watchlist | null, coinId: number): Promise<void> {
  if (list === null) {
    await makeWatchlist(text('market.favourites'), [coinId]);
    return;
  }
  const { id, name } = list;
  const coinIds = list.coinIds.includes(coinId)
    ? list.coinIds.filter((each) => each !== coinId)
    : [...list.coinIds, coinId];
  queries.setQueryData<{ watchlists: Watchlist[] }>(keyOf(LISTS, {}), (kept) =>
    kept === undefined
      ? undefined
      : { watchlists: kept.watchlists.map((each) => (each.id === id ? { ...each, coinIds } : each)) },
  );
  await ask('PUT /api/v1/watchlists/{id}', { params: { id }, body: { name, coinIds } });
}
