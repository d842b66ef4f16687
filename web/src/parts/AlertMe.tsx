import { useState, type FormEvent, type ReactElement } from 'react';
import { useAct } from '../api/api.ts';
import { formatUsd } from '../lib/format.ts';
import { switchPushOn, usePush } from '../push/push.ts';
import { useText } from '../texts/i18n.ts';
import { Button } from '../ui/Button.tsx';
import { Dialog } from '../ui/Dialog.tsx';
import { Icon } from '../ui/Icon.tsx';
import { toast, toastFailure } from '../ui/toasts.tsx';
import './alertMe.css';
import { roundNear } from './roundNear.ts';

interface WatchedCoin {
  readonly id: number;
  readonly name: string;
}
type Direction = 'above' | 'below';

/** "Tell me when Bitcoin is above 64,000": a strategy in one sentence. */
export function AlertMeForm({
  coin,
  priceUsd,
  onMade,
}: {
  coin: WatchedCoin;
  priceUsd: number;
  onMade: () => void;
}): ReactElement {
  const text = useText();
  const make = useAct('POST /api/v1/strategies', ['GET /api/v1/strategies']);
  const { state: push } = usePush();
  const [direction, setDirection] = useState<Direction>('above');
  // A round price that it has just passed: what a first alert is tried with.
  const [price, setPrice] = useState(() => String(roundNear(priceUsd)));
  const [wantsNotices, setWantsNotices] = useState(true);
  const [isWrong, setWrong] = useState(false);

  const submit = async (event: FormEvent): Promise<void> => {
    event.preventDefault();
    const target = Number(price);
    if (!Number.isFinite(target) || target <= 0) return setWrong(true);
    // Without them the alert is worth having all the same.
    if (wantsNotices && push === 'off') await switchPushOn().catch(toastFailure);
    const name = text('alertMe.name', {
      name: coin.name,
      direction: text(`alertMe.${direction}`),
      price: formatUsd(target),
    });
    try {
      await make.mutateAsync({
        body: {
          name,
          universe: { kind: 'coins', ids: [coin.id] },
          timeframe: '1m',
          condition: `price ${direction === 'above' ? '>' : '<'} ${plain(target)}`,
          trigger: { on: 'snapshot', fires: 'once' },
        },
      });
      toast(text('alertMe.made', { name }));
      onMade();
    } catch (error) {
      toastFailure(error as Error);
    }
    return undefined;
  };

  return (
    <form className="alert-me" onSubmit={(event) => void submit(event)} noValidate>
      <p className="alert-me-sentence">
        <span>{text('alertMe.sentence', { name: coin.name })}</span>
        <select
          className="input"
          aria-label={text('alertMe.direction')}
          value={direction}
          onChange={({ target }) => setDirection(target.value === 'below' ? 'below' : 'above')}
        >
          <option value="above">{text('alertMe.above')}</option>
          <option value="below">{text('alertMe.below')}</option>
        </select>
        <input
          className="input number"
          inputMode="decimal"
          aria-label={text('alertMe.price')}
          aria-invalid={isWrong}
          autoComplete="off"
          value={price}
          onChange={({ target }) => {
            setWrong(false);
            setPrice(target.value.replace(',', '.'));
          }}
        />
        <Button kind="primary" type="submit" disabled={make.isPending}>
          <Icon name="alert" size={16} /> {text('alertMe.make')}
        </Button>
      </p>
      {isWrong && (
        <p className="down" role="alert">
          {text('alertMe.wrongPrice')}
        </p>
      )}
      <p className="faint">{text('alertMe.now', { price: formatUsd(priceUsd) })}</p>
      {push === 'off' && (
        <label className="alert-me-notices">
          <input type="checkbox" checked={wantsNotices} onChange={({ target }) => setWantsNotices(target.checked)} />
          {text('alertMe.notices')}
        </label>
      )}
      {push === 'denied' && <p className="faint">{text('alertMe.noticesDenied')}</p>}
    </form>
  );
}

/** Without an exponent, which the language would read as well but nobody writes. */
const plain = (value: number): string =>
  value.toLocaleString('en-US', { useGrouping: false, maximumFractionDigits: 20 });

export function AlertMeButton({ coin, priceUsd }: { coin: WatchedCoin; priceUsd: number | null }): ReactElement {
  const text = useText();
  const [isOpen, setOpen] = useState(false);
  return (
    <>
      <Button className="alert-me-button" disabled={priceUsd === null} onClick={() => setOpen(true)}>
        <Icon name="alert" size={16} /> {text('alertMe.button')}
      </Button>
      {isOpen && priceUsd !== null && (
        <Dialog title={text('alertMe.title', { name: coin.name })} onClose={() => setOpen(false)}>
          <AlertMeForm coin={coin} priceUsd={priceUsd} onMade={() => setOpen(false)} />
        </Dialog>
      )}
    </>
  );
}
