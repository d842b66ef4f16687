import type { ReactElement } from 'react';
import { Link } from 'wouter';
import { PATHS } from '../paths.ts';
import { useText } from '../texts/i18n.ts';
import { Empty } from '../ui/states.tsx';

export function NotFound(): ReactElement {
  const text = useText();
  return (
    <Empty icon="search" title={text('states.notFoundTitle')} about={text('states.notFoundAbout')}>
      <Link href={PATHS.market} className="button">
        {text('states.toMarket')}
      </Link>
    </Empty>
  );
}
