import type { ReactElement } from 'react';
import { Link } from 'wouter';
import { createStore, useStore } from '../lib/store.ts';
import { useText } from '../texts/i18n.ts';
import { IconButton } from './Button.tsx';

interface Toast {
  readonly id: number;
  readonly sentence: string;
  readonly kind: 'done' | 'failed' | 'alert';
  /** Of an alert: what it is, and where it leads. */
  readonly title?: string;
  readonly href?: string;
}
const MOST = 4;
const SHOWN_MS = 6_000;
/** What went wrong, and what was waited for, stays longer. */
const SHOWN_LONG_MS = 12_000;

const toasts = createStore<readonly Toast[]>([]);
let lastId = 0;

const dismiss = (id: number): void => toasts.set(toasts.get().filter((toast) => toast.id !== id));

function show({ kind, ...said }: Omit<Toast, 'id'>): void {
  lastId += 1;
  const id = lastId;
  toasts.set([...toasts.get().slice(1 - MOST), { id, kind, ...said }]);
  setTimeout(() => dismiss(id), kind === 'done' ? SHOWN_MS : SHOWN_LONG_MS);
}

/** Says that something was done. */
export const toast = (sentence: string): void => show({ sentence, kind: 'done' });
/** Says why something was not done. */
export const toastFailure = (error: Error): void => show({ sentence: error.message, kind: 'failed' });
/** An alert has come. */
export const toastAlert = (alert: { title: string; sentence: string; href: string }): void =>
  show({ ...alert, kind: 'alert' });

export function Toasts(): ReactElement {
  const shown = useStore(toasts);
  const text = useText();
  return (
    <div className="toasts" role="status">
      {shown.map(({ id, sentence, kind, title, href }) => (
        <div key={id} className={`toast ${kind}`}>
          <div>
            {title !== undefined && href !== undefined && (
              <Link href={href} onClick={() => dismiss(id)}>
                {title}
              </Link>
            )}
            <p>{sentence}</p>
          </div>
          <IconButton icon="close" label={text('shell.dismiss')} onClick={() => dismiss(id)} />
        </div>
      ))}
    </div>
  );
}
