import type { ReactElement } from 'react';
import { useText } from '../../texts/i18n.ts';
import { Button, IconButton } from '../../ui/Button.tsx';
import type { OwnName } from './language.ts';

const MOST = 32;

/** Names of one's own for parts of the condition: fast = ema(12). */
export function NameFields({
  value,
  onChange,
}: {
  value: readonly OwnName[];
  onChange: (value: readonly OwnName[]) => void;
}): ReactElement {
  const text = useText();
  const change = (index: number, changes: Partial<OwnName>): void =>
    onChange(value.map((own, at) => (at === index ? { ...own, ...changes } : own)));
  return (
    <fieldset className="fieldset">
      <legend>{text('strategies.names')}</legend>
      <p className="hint">{text('strategies.namesAbout')}</p>
      {value.map(({ name, expression }, index) => (
        // A name that is being typed is no key: only its place stays the same.
        // oxlint-disable-next-line react/no-array-index-key
        <div key={index} className="name-line">
          <input
            className="input code"
            aria-label={text('strategies.nameOf', { line: index + 1 })}
            placeholder="fast"
            value={name}
            spellCheck={false}
            onChange={({ target }) => change(index, { name: target.value })}
          />
          <span aria-hidden="true">=</span>
          <input
            className="input code"
            aria-label={text('strategies.expressionOf', { line: index + 1 })}
            placeholder="ema(12)"
            value={expression}
            spellCheck={false}
            onChange={({ target }) => change(index, { expression: target.value })}
          />
          <IconButton
            icon="trash"
            label={text('strategies.removeLine', { line: index + 1 })}
            onClick={() => onChange(value.filter((_own, at) => at !== index))}
          />
        </div>
      ))}
      <Button
        kind="quiet"
        disabled={value.length >= MOST}
        onClick={() => onChange([...value, { name: '', expression: '' }])}
      >
        {text('strategies.addName')}
      </Button>
    </fieldset>
  );
}
