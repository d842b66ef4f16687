import type { ReactElement } from 'react';
import { useText, type TextKey } from '../../texts/i18n.ts';
import { Button, IconButton } from '../../ui/Button.tsx';
import { FIRST_LINE, SIMPLE_HOWS, USUAL_VALUES, type SimpleForm, type SimpleHow, type SimpleLine } from './simple.ts';

const VALUES_ID = 'usual-values';
const HOW_TEXTS: Readonly<Record<SimpleHow, TextKey>> = {
  '<': 'strategies.howBelow',
  '<=': 'strategies.howAtMost',
  '>': 'strategies.howAbove',
  '>=': 'strategies.howAtLeast',
  'crosses above': 'strategies.howCrossesAbove',
  'crosses below': 'strategies.howCrossesBelow',
};

/** A condition line by line, for people who would rather choose than write. Each field takes any value of the language. */
export function ConditionForm({
  value,
  onChange,
}: {
  value: SimpleForm;
  onChange: (value: SimpleForm) => void;
}): ReactElement {
  const text = useText();
  const { join, lines } = value;
  const change = (index: number, changes: Partial<SimpleLine>): void =>
    onChange({ join, lines: lines.map((line, at) => (at === index ? { ...line, ...changes } : line)) });
  return (
    <div className="condition-form">
      <datalist id={VALUES_ID}>
        {USUAL_VALUES.map((each) => (
          <option key={each} value={each}>
            {each}
          </option>
        ))}
      </datalist>
      {lines.map((line, index) => (
        // A line has nothing but its place to be known by.
        // oxlint-disable-next-line react/no-array-index-key
        <div key={index} className="condition-line">
          {index > 0 && (
            <select
              className="input join"
              aria-label={text('strategies.join')}
              value={join}
              onChange={({ target }) => onChange({ join: target.value === 'or' ? 'or' : 'and', lines })}
            >
              <option value="and">{text('strategies.join_and')}</option>
              <option value="or">{text('strategies.join_or')}</option>
            </select>
          )}
          <input
            className="input code"
            list={VALUES_ID}
            aria-label={text('strategies.leftOf', { line: index + 1 })}
            value={line.left}
            spellCheck={false}
            onChange={({ target }) => change(index, { left: target.value })}
          />
          <select
            className="input how"
            aria-label={text('strategies.howOf', { line: index + 1 })}
            value={line.how}
            onChange={({ target }) => change(index, { how: target.value as SimpleHow })}
          >
            {SIMPLE_HOWS.map((how) => (
              <option key={how} value={how}>
                {text(HOW_TEXTS[how])}
              </option>
            ))}
          </select>
          <input
            className="input code"
            list={VALUES_ID}
            aria-label={text('strategies.rightOf', { line: index + 1 })}
            value={line.right}
            spellCheck={false}
            onChange={({ target }) => change(index, { right: target.value })}
          />
          <IconButton
            icon="trash"
            label={text('strategies.removeLine', { line: index + 1 })}
            disabled={lines.length === 1}
            onClick={() => onChange({ join, lines: lines.filter((_line, at) => at !== index) })}
          />
        </div>
      ))}
      <Button kind="quiet" onClick={() => onChange({ join, lines: [...lines, FIRST_LINE] })}>
        {text('strategies.addLine')}
      </Button>
    </div>
  );
}
