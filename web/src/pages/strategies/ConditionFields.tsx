import type { Diagnostic } from '@ubot/contracts';
import { useState, type ReactElement } from 'react';
import { useText } from '../../texts/i18n.ts';
import { Icon } from '../../ui/Icon.tsx';
import { ConditionEditor } from './ConditionEditor.tsx';
import { ConditionForm } from './ConditionForm.tsx';
import type { Draft } from './draft.ts';
import { formOfText, textOfForm } from './simple.ts';

/** The condition, written or chosen, with everything that is to be said of it. */
export function ConditionFields({
  draft,
  check,
  diagnostics,
  isMissing,
  onChange,
}: {
  draft: Draft;
  check: (condition: string) => readonly Diagnostic[];
  diagnostics: readonly Diagnostic[];
  isMissing: boolean;
  onChange: (condition: string) => void;
}): ReactElement {
  const text = useText();
  const [view, setView] = useState<'text' | 'form'>('text');
  const { condition, timeframe, indicators } = draft;
  // While a line is being typed it may not read well yet: then the form goes on from what it last was.
  const [form, setForm] = useState(() => formOfText(condition, { timeframe, indicators }));
  const open = (next: 'text' | 'form'): void => {
    if (next === 'form') {
      const read = formOfText(condition, { timeframe, indicators });
      setForm(read);
      if (read !== null && condition.trim() === '') onChange(textOfForm(read));
    }
    setView(next);
  };
  return (
    <fieldset className="fieldset">
      <legend>{text('strategies.condition')}</legend>
      <div className="view-choice" role="group" aria-label={text('strategies.view')}>
        {(['text', 'form'] as const).map((each) => (
          <button key={each} type="button" className="chip" aria-pressed={view === each} onClick={() => open(each)}>
            {text(`strategies.view_${each}`)}
          </button>
        ))}
      </div>
      {view === 'text' && <ConditionEditor value={condition} own={indicators} check={check} onChange={onChange} />}
      {view === 'form' && form !== null && (
        <ConditionForm
          value={form}
          onChange={(next) => {
            setForm(next);
            onChange(textOfForm(next));
          }}
        />
      )}
      {view === 'form' && form === null && <p className="hint">{text('strategies.formCannot')}</p>}
      <Mistakes condition={condition} diagnostics={diagnostics} isMissing={isMissing} />
    </fieldset>
  );
}

function Mistakes({
  condition,
  diagnostics,
  isMissing,
}: {
  condition: string;
  diagnostics: readonly Diagnostic[];
  isMissing: boolean;
}): ReactElement {
  const text = useText();
  const isRight = condition.trim() !== '' && diagnostics.every(({ severity }) => severity !== 'error');
  return (
    <div className="mistakes" role="status">
      {isMissing && <p className="mistake">{text('strategies.conditionMissing')}</p>}
      {isRight && (
        <p className="right">
          <Icon name="check" size={16} />
          {text('strategies.right')}
        </p>
      )}
      <ul>
        {diagnostics.map(({ code, severity, message, hint, from }) => (
          <li key={`${code} ${from}`} className={severity}>
            <Icon name="warning" size={16} />
            <span>
              {message} {hint !== null && <span className="hint">{hint}</span>}
            </span>
          </li>
        ))}
      </ul>
    </div>
  );
}
