import { Component, type ErrorInfo, type ReactElement, type ReactNode } from 'react';
import { ApiProblem } from '../api/api.ts';
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

/** Keeps a mistake of one page from taking the frame down. */
export class ErrorBoundary extends Component<{ children: ReactNode }, { broken: boolean }> {
  override state = { broken: false };

  static getDerivedStateFromError(): { broken: boolean } {
    return { broken: true };
  }

  override componentDidCatch(error: unknown, info: ErrorInfo): void {
    reportError(error instanceof Error ? error : new Error(`${String(error)}${info.componentStack ?? ''}`));
  }

  override render(): ReactNode {
    if (!this.state.broken) return this.props.children;
    return (
      <Empty icon="warning" title={textNow('states.brokenTitle')} about={textNow('states.brokenAbout')}>
        <Button kind="primary" onClick={() => location.reload()}>
          {textNow('states.reload')}
        </Button>
      </Empty>
    );
  }
}
