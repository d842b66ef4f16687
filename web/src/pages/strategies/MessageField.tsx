import { LIMITS } from '@ubot/contracts';
import { useId, type ReactElement } from 'react';
import { useText } from '../../texts/i18n.ts';

const PLACEHOLDERS = [
  'coin.symbol',
  'coin.name',
  'price',
  'close',
  'time',
  'explanation',
  'strategy',
  'timeframe',
] as const;

/** The user's own words for the message; empty is uBot's. */
export function MessageField({ value, onChange }: { value: string; onChange: (value: string) => void }): ReactElement {
  const text = useText();
  const id = useId();
  return (
    <div className="field">
      <label htmlFor={id}>{text('strategies.message')}</label>
      <textarea
        id={id}
        className="input"
        rows={3}
        maxLength={LIMITS.messageChars}
        value={value}
        placeholder={text('strategies.messageDefault')}
        aria-describedby={`${id}-about`}
        onChange={({ target }) => onChange(target.value)}
      />
      <div id={`${id}-about`} className="hint placeholders">
        {text('strategies.messageAbout')}
        {PLACEHOLDERS.map((name) => (
          <button key={name} type="button" className="chip" onClick={() => onChange(`${value}{{${name}}}`)}>
            {`{{${name}}}`}
          </button>
        ))}
      </div>
    </div>
  );
}
