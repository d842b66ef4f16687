import type { Strategy } from '@ubot/contracts';
import { useId, useState, type FormEvent, type ReactElement } from 'react';
import { useAct } from '../../api/api.ts';
import { formatDateTime } from '../../lib/format.ts';
import { instantOf } from '../../lib/localTime.ts';
import { useZone } from '../../lib/zone.ts';
import { CoinPicker, type PickedCoin } from '../../parts/CoinPicker.tsx';
import { useText } from '../../texts/i18n.ts';
import { Button } from '../../ui/Button.tsx';
import { Dialog } from '../../ui/Dialog.tsx';
import { Field } from '../../ui/Field.tsx';
import { toast } from '../../ui/toasts.tsx';

const HOUR_MS = 3_600_000;
const TIMES = [
  ['hour', HOUR_MS],
  ['fourHours', 4 * HOUR_MS],
  ['day', 24 * HOUR_MS],
  ['week', 7 * 24 * HOUR_MS],
] as const;
const UNTIL_DATE = 'untilDate';

/** What is to be silent, and how long. */
export function SilenceForm({
  strategies,
  firstStrategyId,
  onClose,
}: {
  strategies: readonly Strategy[];
  firstStrategyId: string;
  onClose: () => void;
}): ReactElement {
  const text = useText();
  const [strategyId, setStrategyId] = useState(firstStrategyId);
  const [coin, setCoin] = useState<PickedCoin | null>(null);
  const [tag, setTag] = useState('');
  const [startsAt, setStartsAt] = useState('');
  const [howLong, setHowLong] = useState<string>('hour');
  const [endsAt, setEndsAt] = useState('');
  const [comment, setComment] = useState('');
  const zone = useZone();
  const create = useAct('POST /api/v1/silences', ['GET /api/v1/silences']);
  const tags = [...new Set(strategies.flatMap((each) => each.tags))].toSorted();
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    const startsAtMs = instantOf(startsAt, zone);
    const fromMs = startsAtMs ?? Date.now();
    const lasts = TIMES.find(([name]) => name === howLong)?.[1];
    const endsAtMs = lasts === undefined ? (instantOf(endsAt, zone) ?? fromMs) : fromMs + lasts;
    create.mutate(
      {
        body: {
          ...(strategyId !== '' && { strategyId }),
          ...(coin !== null && { coinId: coin.id }),
          ...(tag !== '' && { tag }),
          ...(startsAtMs !== null && { startsAtMs }),
          ...(comment.trim() !== '' && { comment: comment.trim() }),
          endsAtMs,
        },
      },
      {
        onSuccess: () => {
          toast(text('muting.made', { time: formatDateTime(endsAtMs) }));
          onClose();
        },
      },
    );
  };
  return (
    <Dialog title={text('muting.new')} onClose={onClose}>
      <form className="stack" onSubmit={submit}>
        <Choice
          label={text('muting.strategy')}
          value={strategyId}
          onChange={setStrategyId}
          options={[
            ['', text('muting.anyStrategy')],
            ...strategies.map(({ id, name }): [string, string] => [id, name]),
          ]}
        />
        <div className="field">
          <span className="label">{text('muting.coin')}</span>
          <CoinPicker label={text('muting.coin')} placeholder={text('muting.anyCoin')} onPick={setCoin} />
        </div>
        {tags.length > 0 && (
          <Choice
            label={text('muting.tag')}
            value={tag}
            onChange={setTag}
            options={[['', text('muting.anyTag')], ...tags.map((each): [string, string] => [each, each])]}
          />
        )}
        <Field
          label={text('muting.from')}
          hint={text('coin.times', { zone })}
          type="datetime-local"
          value={startsAt}
          onChange={({ target }) => setStartsAt(target.value)}
        />
        <Choice
          label={text('muting.howLong')}
          value={howLong}
          onChange={setHowLong}
          options={[
            ...TIMES.map(([name]): [string, string] => [name, text(`muting.${name}`)]),
            [UNTIL_DATE, text('muting.untilDate')],
          ]}
        />
        {howLong === UNTIL_DATE && (
          <Field
            label={text('muting.until')}
            type="datetime-local"
            required
            value={endsAt}
            onChange={({ target }) => setEndsAt(target.value)}
          />
        )}
        <Field
          label={text('muting.comment')}
          value={comment}
          maxLength={300}
          onChange={({ target }) => setComment(target.value)}
        />
        {create.error !== null && (
          <p className="mistake" role="alert">
            {create.error.message}
          </p>
        )}
        <Button kind="primary" type="submit" disabled={create.isPending}>
          {text('muting.make')}
        </Button>
      </form>
    </Dialog>
  );
}

export function Choice({
  label,
  value,
  options,
  onChange,
}: {
  label: string;
  value: string;
  options: readonly (readonly [value: string, name: string])[];
  onChange: (value: string) => void;
}): ReactElement {
  const id = useId();
  return (
    <div className="field">
      <label htmlFor={id}>{label}</label>
      <select id={id} className="input" value={value} onChange={({ target }) => onChange(target.value)}>
        {options.map(([option, name]) => (
          <option key={option} value={option}>
            {name}
          </option>
        ))}
      </select>
    </div>
  );
}
