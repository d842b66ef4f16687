import type { ReactElement } from 'react';
import { useText } from '../texts/i18n.ts';
import { Dialog } from '../ui/Dialog.tsx';

export function Help({ onClose }: { onClose: () => void }): ReactElement {
  const text = useText();
  const keys: readonly (readonly [string, string])[] = [
    ['/', text('keys.search')],
    ['?', text('keys.help')],
    ['m', text('keys.market')],
    ['↑ ↓', text('keys.rows')],
    ['Enter', text('keys.open')],
    ['Esc', text('keys.escape')],
  ];
  return (
    <Dialog title={text('keys.title')} onClose={onClose}>
      <dl className="keys">
        {keys.map(([key, does]) => (
          <div key={key}>
            <dt>
              <kbd>{key}</kbd>
            </dt>
            <dd>{does}</dd>
          </div>
        ))}
      </dl>
    </Dialog>
  );
}
