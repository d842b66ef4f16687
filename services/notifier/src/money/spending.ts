import { microsOf, type CapState } from '@ubot/contracts';
import type { Observed } from '../watch/judge.ts';

const UNIT = 1_000_000;

/** How near everybody's money is to its cap: of the day or of the month, whichever is the nearer. null: no such cap. */
export function spendingOf(caps: readonly CapState[], currency: string | null): Observed['spending'] {
  const money = caps
    .filter(({ what }) => what === 'money')
    .map(({ used, limit, period }) => ({ spent: microsOf(used) / UNIT, cap: microsOf(limit) / UNIT, period }));
  const [nearest] = money.toSorted((a, b) => partOf(b) - partOf(a));
  return nearest === undefined || currency === null ? null : { ...nearest, currency };
}

/** A cap of nothing is reached. */
const partOf = ({ spent, cap }: { spent: number; cap: number }): number => (cap === 0 ? Infinity : spent / cap);
