import type { ReactElement } from 'react';
import { formatPercent } from '../lib/format.ts';

/** A change with its sign and an arrow, so that colour does not say it alone. */
export function Change({ value, className = '' }: { value: number | null; className?: string }): ReactElement {
  const direction = value === null || value === 0 ? '' : value > 0 ? 'up' : 'down';
  return <span className={`number ${direction} ${className}`}>{formatPercent(value)}</span>;
}
