import type { ReactElement, ReactNode } from 'react';
import { useText } from '../../texts/i18n.ts';
import './account.css';

/** The frame of all that is seen before somebody is signed in. */
export function Welcome({ title, children }: { title: string; children: ReactNode }): ReactElement {
  const text = useText();
  return (
    <main className="welcome">
      <div className="welcome-brand">
        <img src="/icon.svg" alt="" width="56" height="56" />
        <p>uBot</p>
        <p>{text('account.tagline')}</p>
      </div>
      <section className="card welcome-card">
        <h1>{title}</h1>
        {children}
      </section>
    </main>
  );
}
