import { useState, type ReactElement } from 'react';
import { useApi } from '../../api/api.ts';
import { recall, remember } from '../../lib/storage.ts';
import type { MarketCoin } from '../../live/coins.ts';
import { AlertMeForm } from '../../parts/AlertMe.tsx';
import { useText } from '../../texts/i18n.ts';
import { Button } from '../../ui/Button.tsx';

/** For who has no strategy yet: from the first look at the market to an alert, in one sentence. */
export function FirstAlert({ coins }: { coins: ReadonlyMap<number, MarketCoin> }): ReactElement | null {
  const text = useText();
  const { data } = useApi('GET /api/v1/strategies', {}, { staleTime: 60_000 });
  const [isLater, setLater] = useState(() => recall('firstAlert') === 'later');
  if (isLater || data === undefined || data.strategies.length > 0) return null;
  const first = largestOf(coins);
  if (first === null) return null;
  return (
    <section className="card first-alert" aria-labelledby="first-alert">
      <div>
        <h2 id="first-alert">{text('alertMe.firstTitle')}</h2>
        <p>{text('alertMe.firstAbout')}</p>
      </div>
      <Button
        kind="quiet"
        onClick={() => {
          remember('firstAlert', 'later');
          setLater(true);
        }}
      >
        {text('alertMe.later')}
      </Button>
      <AlertMeForm key={first.id} coin={first} priceUsd={first.priceUsd} onMade={() => undefined} />
    </section>
  );
}

/** The largest coin of whatever market this is. */
function largestOf(coins: ReadonlyMap<number, MarketCoin>): MarketCoin | null {
  let best: MarketCoin | null = null;
  for (const coin of coins.values()) if ((coin.rank ?? Infinity) < (best?.rank ?? Infinity)) best = coin;
  return best;
}
