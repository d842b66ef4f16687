import type { Diagnostic } from '@ubot/contracts';
import { useEffect, useRef, type ReactElement } from 'react';
import { useText } from '../../texts/i18n.ts';
import { CodeField } from './CodeField.tsx';
import { conditionLanguage, type OwnName } from './language.ts';

/** The field for a condition. */
export function ConditionEditor({
  value,
  onChange,
  own,
  check,
}: {
  value: string;
  onChange: (value: string) => void;
  own: readonly OwnName[];
  check: (condition: string) => readonly Diagnostic[];
}): ReactElement {
  const text = useText();
  const latest = useRef({ own, check });
  useEffect(() => {
    latest.current = { own, check };
  });
  return (
    <CodeField
      className="condition-editor"
      label={text('strategies.condition')}
      hint={text('strategies.conditionPlaceholder')}
      value={value}
      onChange={onChange}
      rules={[own, check]}
      extension={() =>
        conditionLanguage({
          own: () => latest.current.own,
          check: (condition) => latest.current.check(condition),
        })
      }
    />
  );
}
