import { useEffect, useId, useRef, type ReactElement, type ReactNode } from 'react';
import { useText } from '../texts/i18n.ts';
import { IconButton } from './Button.tsx';

/**
 * The browser's own modal dialog: it keeps the focus, closes on Escape and makes the page behind it inert. Shown while
 * it is mounted.
 */
export function Dialog({
  title,
  onClose,
  children,
}: {
  title: string;
  onClose: () => void;
  children: ReactNode;
}): ReactElement {
  const dialog = useRef<HTMLDialogElement>(null);
  const id = useId();
  const text = useText();
  useEffect(() => {
    dialog.current?.showModal();
  }, []);
  return (
    <dialog ref={dialog} className="dialog" aria-labelledby={id} onClose={onClose} closedby="any">
      <div className="dialog-head">
        <h2 id={id}>{title}</h2>
        <IconButton icon="close" label={text('shell.close')} onClick={onClose} />
      </div>
      <div className="dialog-body">{children}</div>
    </dialog>
  );
}

/** Asks before something that cannot be taken back. */
export function Confirm({
  title,
  about,
  action,
  onConfirm,
  onClose,
}: {
  title: string;
  about: string;
  action: string;
  onConfirm: () => void;
  onClose: () => void;
}): ReactElement {
  const text = useText();
  return (
    <Dialog title={title} onClose={onClose}>
      <p>{about}</p>
      <div className="dialog-actions">
        <button type="button" className="button" onClick={onClose}>
          {text('shell.cancel')}
        </button>
        <button type="button" className="button danger" onClick={onConfirm}>
          {action}
        </button>
      </div>
    </Dialog>
  );
}
