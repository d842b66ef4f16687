import type { ReactElement, ReactNode } from 'react';
import { Link } from 'wouter';
import { Icon } from './Icon.tsx';

/** Above a page's title: to the page that it belongs to. */
export function BackLink({ href, children }: { href: string; children: ReactNode }): ReactElement {
  return (
    <Link href={href} className="back">
      <Icon name="back" size={16} /> {children}
    </Link>
  );
}
