import { Component, useEffect, type ErrorInfo, type ReactElement, type ReactNode } from 'react';
import { ApiProblem } from '../api/api.ts';
import { CodeMissing } from '../lib/lazyPage.ts';
import { text as textNow, useText } from '../texts/i18n.ts';
import { Button } from './Button.tsx';
import { Icon, type IconName } from './Icon.tsx';

/** A place where there is nothing to show, and what to do about it. */
export function Empty({
  icon,
  title,
  about,
  children,
}: {
  icon: IconName;
  title: string;
  about?: string;
  children?: ReactNode;
}): ReactElement {
  return (
    <div className="state">
      <span className="picture">
        <Icon name={icon} size={24} />
      </span>
      <h2>{title}</h2>
      {about !== undefined && <p>{about}</p>}
      {children}
    </div>
  );
}

/** Grey lines in the place of what is to come, so that nothing jumps when it does. */
export function Loading({ lines = 6, height = '2.25rem' }: { lines?: number; height?: string }): ReactElement {
  const text = useText();
  return (
    <div className="loading" role="status" aria-label={text('states.loading')}>
      {Array.from({ length: lines }, (_line, index) => (
        <div key={index} className="skeleton" style={{ height, marginBlock: '0.5rem' }} />
      ))}
    </div>
  );
}

/** What a query or a change ran into; offline and refused look different. */
export function Failed({ error, retry }: { error: Error; retry?: () => void }): ReactElement {
  const text = useText();
  const isOffline = error instanceof ApiProblem && error.isOffline;
  return (
    <Empty
      icon={isOffline ? 'offline' : 'warning'}
      title={text(isOffline ? 'states.offlineTitle' : 'states.failedTitle')}
      about={isOffline ? text('states.offlineAbout') : error.message}
    >
      {retry !== undefined && <Button onClick={retry}>{text('states.retry')}</Button>}
    </Empty>
  );
}

/** The page's code could not be had: it is tried again by itself when the network is back. */
function Unreachable(): ReactElement {
  const text = useText();
  useEffect(() => {
    const reload = (): void => location.reload();
    addEventListener('online', reload);
    return () => removeEventListener('online', reload);
  }, []);
  return (
    <Empty icon="offline" title={text('states.offlineTitle')} about={text('states.unreachedAbout')}>
      <Button onClick={() => location.reload()}>{text('states.retry')}</Button>
    </Empty>
  );
}

/** Keeps a mistake of one page from taking the frame down. */
export class ErrorBoundary extends Component<{ children: ReactNode }, { error: unknown }> {
  override state: { error: unknown } = { error: null };

  static getDerivedStateFromError(error: unknown): { error: unknown } {
    return { error };
  }

  override componentDidCatch(error: unknown, info: ErrorInfo): void {
    reportError(error instanceof Error ? error : new Error(`${String(error)}${info.componentStack ?? ''}`));
  }

  override render(): ReactNode {
    const { error } = this.state;
    if (error === null) return this.props.children;
    if (error instanceof CodeMissing) return <Unreachable />;
    return (
      <Empty icon="warning" title={textNow('states.brokenTitle')} about={textNow('states.brokenAbout')}>
        <Button kind="primary" onClick={() => location.reload()}>
          {textNow('states.reload')}
        </Button>
      </Empty>
    );
  }
}
