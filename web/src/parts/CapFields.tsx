import type { ReactElement } from 'react';
import { useText } from '../texts/i18n.ts';
import { Field } from '../ui/Field.tsx';
import { CAPS, type CapName } from './caps.ts';
import type { CapsForm } from './useCapsForm.ts';

/** A field for each cap; those on money only where there are prices to count with, or one is set. */
export function CapFields({
  form: { written, mistakes, write },
  currency,
  hintOf = () => undefined,
}: {
  form: CapsForm;
  /** In which money is counted; null: in none, so that no cap on money holds. */
  currency: string | null;
  hintOf?: (name: CapName) => string | undefined;
}): ReactElement {
  const text = useText();
  const shown = CAPS.filter(({ name, what }) => what === 'messages' || currency !== null || written[name] !== '');
  return (
    <div className="grid-fields">
      {shown.map(({ name, what, period }) => {
        const hint = hintOf(name);
        return (
          <Field
            key={name}
            label={`${text(`costs.cap_${what}_${period}`)}${what === 'money' && currency !== null ? ` (${currency})` : ''}`}
            inputMode={what === 'money' ? 'decimal' : 'numeric'}
            autoComplete="off"
            placeholder={text('costs.noCap')}
            value={written[name]}
            mistake={mistakes[name] ?? null}
            {...(hint !== undefined && { hint })}
            onChange={({ target }) => write({ ...written, [name]: target.value })}
          />
        );
      })}
    </div>
  );
}
