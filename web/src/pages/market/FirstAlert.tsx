import { useState, type ReactElement } from 'react';
import { useApi } from '../../api/api.ts';
import { recall, remember } from '../../lib/storage.ts';
import type { MarketCoin } from '../../live/coins.ts';
import { AlertMeForm } from '../../parts/AlertMe.tsx';
import { useText } from '../../texts/i18n.ts';
import { Button } from '../../ui/Button.tsx';

/** Whether the card is due: for who has no strategy yet. `isKnown` comes first, so that the page is laid out once. */
export function useFirstAlert(): { isKnown: boolean; isDue: boolean; later: () => void } {
  const { data, error } = useApi('GET /api/v1/strategies', {}, { staleTime: 60_000 });
  const [isLater, setLater] = useState(() => recall('firstAlert') === 'later');
  return {
    isKnown: isLater || data !== undefined || error !== null,
    isDue: !isLater && data?.strategies.length === 0,
    later: () => {
      remember('firstAlert', 'later');
      setLater(true);
    },
  };
}

/** From the first look at the market to an alert, in one sentence. */
export function FirstAlert({
  coins,
  later,
}: {
  coins: ReadonlyMap<number, MarketCoin>;
  later: () => void;
}): ReactElement | null {
  const text = useText();
  const first = largestOf(coins);
  if (first === null) return null;
  return (
    <section className="card first-alert" aria-labelledby="first-alert">
      <div>
        <h2 id="first-alert">{text('alertMe.firstTitle')}</h2>
        <p>{text('alertMe.firstAbout')}</p>
      </div>
      <Button kind="quiet" onClick={later}>
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
