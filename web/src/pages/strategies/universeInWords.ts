import type { Universe } from '@ubot/contracts';
import { useApi } from '../../api/api.ts';
import { useText } from '../../texts/i18n.ts';

/** "top 100", "Bitcoin", "4 coins", "every coin". */
export function useUniverseInWords(universe: Universe): string {
  const text = useText();
  const single = universe.kind === 'coins' && universe.ids.length === 1 ? (universe.ids[0] ?? null) : null;
  const { data: coin } = useApi(
    'GET /api/v1/coins/{id}',
    { params: { id: single ?? 1 } },
    { enabled: single !== null, staleTime: Infinity },
  );
  const { data: list } = useApi(
    'GET /api/v1/watchlists/{id}',
    { params: { id: universe.kind === 'watchlist' ? universe.id : '' } },
    { enabled: universe.kind === 'watchlist', staleTime: 60_000 },
  );
  if (universe.kind === 'watchlist') return list === undefined ? text('strategies.universe_watchlist') : list.name;
  if (universe.kind === 'top') return text('strategies.top', { count: universe.count });
  if (universe.kind === 'all') return text('strategies.universe_all');
  if (single !== null) return coin === undefined ? `#${single}` : `${coin.name} (${coin.symbol})`;
  return text('strategies.coins', { count: universe.ids.length });
}
