import { useState, type ReactElement } from 'react';
import { useText } from '../texts/i18n.ts';
import { Button } from '../ui/Button.tsx';
import { Icon } from '../ui/Icon.tsx';
import { toast } from '../ui/toasts.tsx';
import { switchPushOn, usePush } from './push.ts';
import './push.css';

/** Whether alerts come to this browser while uBot is closed, and the button that makes them come. */
export function PushSwitch(): ReactElement {
  const text = useText();
  const { state } = usePush();
  const [isBusy, setBusy] = useState(false);
  const [mistake, setMistake] = useState<string | null>(null);
  const switchOn = async (): Promise<void> => {
    setBusy(true);
    setMistake(null);
    try {
      await switchPushOn();
      toast(text('push.nowOn'));
    } catch (error) {
      setMistake((error as Error).message);
    } finally {
      setBusy(false);
    }
  };
  return (
    <section className="card push-switch" aria-label={text('push.title')}>
      <Icon name="alert" size={22} />
      <div>
        <strong>{text('push.title')}</strong>
        <p className="facts">{text(`push.about_${state}`)}</p>
        {mistake !== null && (
          <p className="mistake" role="alert">
            {mistake}
          </p>
        )}
      </div>
      {state === 'off' && (
        <Button kind="primary" disabled={isBusy} onClick={() => void switchOn()}>
          {text('push.switchOn')}
        </Button>
      )}
      {state === 'on' && <span className="badge good">{text('push.on')}</span>}
    </section>
  );
}
