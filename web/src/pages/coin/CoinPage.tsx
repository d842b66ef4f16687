import type { ReactElement } from 'react';
import { useText } from '../../texts/i18n.ts';

export function CoinPage(): ReactElement {
  const text = useText();
  return <h1>{text('market.coin')}</h1>;
}
