import type { CostTotal } from '@ubot/contracts';
import { currentLanguage } from '../texts/i18n.ts';

/** An amount as the API tells it, in its currency: "$0.0316". A tenth of a cent counts where an SMS costs less than one. */
export function formatMoney(amount: string, currency: string): string {
  const options = { style: 'currency', currency, minimumFractionDigits: 2, maximumFractionDigits: 4 } as const;
  return new Intl.NumberFormat(currentLanguage(), options).format(Number(amount));
}

/** "$1.20 + €0.05"; `none` where nothing was paid. */
export const formatTotals = (totals: readonly CostTotal[], none: string): string =>
  totals.length === 0 ? none : totals.map(({ amount, currency }) => formatMoney(amount, currency)).join(' + ');

export const hasEstimates = (totals: readonly Pick<CostTotal, 'estimatedAmount'>[]): boolean =>
  totals.some(({ estimatedAmount }) => Number(estimatedAmount) > 0);
