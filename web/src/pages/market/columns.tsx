import { columnVisibilityFeature, createColumnHelper, rowSortingFeature, tableFeatures } from '@tanstack/react-table';
import type { ReactElement } from 'react';
import { Link } from 'wouter';
import type { MarketCoin } from '../../live/coins.ts';
import { formatCompactUsd, formatUsd, UNKNOWN } from '../../lib/format.ts';
import type { TextKey } from '../../texts/i18n.ts';
import { Change } from '../../ui/figures.tsx';

export const features = tableFeatures({ columnVisibilityFeature, rowSortingFeature });
const helper = createColumnHelper<typeof features, MarketCoin>();

/** The price lights up in the direction in which it went; the key starts the light again. */
function Price({ coin }: { coin: MarketCoin }): ReactElement {
  const direction = coin.moved === 0 ? '' : coin.moved > 0 ? 'went-up' : 'went-down';
  return (
    <span key={coin.movedIn} className={`price number ${direction}`}>
      {formatUsd(coin.priceUsd)}
    </span>
  );
}

export const columns = helper.columns([
  helper.accessor('rank', { cell: ({ row }) => <span className="number faint">{row.original.rank ?? UNKNOWN}</span> }),
  helper.accessor('name', {
    cell: ({ row: { original: coin } }) => (
      <Link href={`/coins/${coin.id}`} className="coin-link" data-coin={coin.id}>
        <span className="coin-name">{coin.name}</span> <span className="coin-symbol">{coin.symbol}</span>
      </Link>
    ),
  }),
  helper.accessor('priceUsd', { sortDescFirst: true, cell: ({ row }) => <Price coin={row.original} /> }),
  helper.accessor('percentChange1h', {
    sortDescFirst: true,
    cell: ({ row }) => <Change value={row.original.percentChange1h} />,
  }),
  helper.accessor('percentChange24h', {
    sortDescFirst: true,
    cell: ({ row }) => <Change value={row.original.percentChange24h} />,
  }),
  helper.accessor('percentChange7d', {
    sortDescFirst: true,
    cell: ({ row }) => <Change value={row.original.percentChange7d} />,
  }),
  helper.accessor('marketCapUsd', {
    sortDescFirst: true,
    cell: ({ row }) => <span className="number">{formatCompactUsd(row.original.marketCapUsd)}</span>,
  }),
  helper.accessor('volume24hUsd', {
    sortDescFirst: true,
    cell: ({ row }) => <span className="number">{formatCompactUsd(row.original.volume24hUsd)}</span>,
  }),
]);

export const HEADINGS: Readonly<Record<string, TextKey>> = {
  rank: 'market.rank',
  name: 'market.coin',
  priceUsd: 'market.price',
  percentChange1h: 'market.change1h',
  percentChange24h: 'market.change24h',
  percentChange7d: 'market.change7d',
  marketCapUsd: 'market.cap',
  volume24hUsd: 'market.volumeShort',
};
