import type { ReactElement } from 'react';
import { createStore, useStore } from '../lib/store.ts';
import { useText } from '../texts/i18n.ts';
import { IconButton } from './Button.tsx';

interface Toast {
  readonly id: number;
  readonly sentence: string;
  readonly kind: 'done' | 'failed';
}
const MOST = 4;
const SHOWN_MS = 6_000;
/** What went wrong stays longer. */
const SHOWN_FAILED_MS = 12_000;

const toasts = createStore<readonly Toast[]>([]);
let lastId = 0;

const dismiss = (id: number): void => toasts.set(toasts.get().filter((toast) => toast.id !== id));

function show(sentence: string, kind: Toast['kind']): void {
  lastId += 1;
  const id = lastId;
  toasts.set([...toasts.get().slice(1 - MOST), { id, sentence, kind }]);
  setTimeout(() => dismiss(id), kind === 'failed' ? SHOWN_FAILED_MS : SHOWN_MS);
}

/** Says that something was done. */
export const toast = (sentence: string): void => show(sentence, 'done');
/** Says why something was not done. */
export const toastFailure = (error: Error): void => show(error.message, 'failed');

export function Toasts(): ReactElement {
  const shown = useStore(toasts);
  const text = useText();
  return (
    <div className="toasts" role="status">
      {shown.map(({ id, sentence, kind }) => (
        <div key={id} className={`toast ${kind}`}>
          <p>{sentence}</p>
          <IconButton icon="close" label={text('shell.dismiss')} onClick={() => dismiss(id)} />
        </div>
      ))}
    </div>
  );
}
