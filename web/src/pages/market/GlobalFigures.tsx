import type { ReactElement } from 'react';
import type { MarketCoin } from '../../live/coins.ts';
import { usePulse } from '../../live/pulse.ts';
import { formatCompactUsd, formatCount, formatPercent } from '../../lib/format.ts';
import { useText } from '../../texts/i18n.ts';

/** The whole market in a line. */
export function GlobalFigures({ coins }: { coins: ReadonlyMap<number, MarketCoin> }): ReactElement {
  const text = useText();
  const global = usePulse()?.global ?? null;
  let rising = 0;
  let known = 0;
  for (const { percentChange24h } of coins.values()) {
    if (percentChange24h === null) continue;
    known += 1;
    if (percentChange24h > 0) rising += 1;
  }
  const share = known === 0 ? null : (100 * rising) / known;
  const percent = (value: number | null): string => formatPercent(value, { sign: false, digits: 1 });
  const figures: readonly (readonly [string, string])[] = [
    [text('market.cap'), formatCompactUsd(global?.totalMarketCapUsd ?? null)],
    [text('market.volume'), formatCompactUsd(global?.totalVolume24hUsd ?? null)],
    [text('market.btcDominance'), percent(global?.btcDominancePct ?? null)],
    [text('market.ethDominance'), percent(global?.ethDominancePct ?? null)],
    [text('market.rising'), percent(share)],
    [text('market.coins'), formatCount(coins.size)],
  ];
  return (
    <dl className="global-figures">
      {figures.map(([label, value]) => (
        <div key={label}>
          <dt>{label}</dt>
          <dd className="number">{value}</dd>
        </div>
      ))}
    </dl>
  );
}
