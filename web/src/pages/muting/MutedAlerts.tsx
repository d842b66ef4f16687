import type { ReactElement } from 'react';
import { Link } from 'wouter';
import { PATHS } from '../../paths.ts';
import { useText } from '../../texts/i18n.ts';

/** How much a silence or rule has muted, leading to what. */
export function MutedAlerts({ id, count }: { id: string; count: number }): ReactElement {
  const text = useText();
  if (count === 0) return <>{text('muting.mutedNone')}</>;
  return <Link href={`${PATHS.alerts}?mutedBy=${id}`}>{text('muting.muted', { count })}</Link>;
}
