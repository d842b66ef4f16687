import { useId, useState, type ComponentProps, type ReactElement } from 'react';
import { useText } from '../texts/i18n.ts';

interface FieldProps extends ComponentProps<'input'> {
  label: string;
  hint?: string;
  mistake?: string | null;
}

/** A labelled input; `mistake` is read out with it. */
export function Field({ label, hint, mistake = null, ...input }: FieldProps): ReactElement {
  const id = useId();
  const text = useText();
  const [isShown, setShown] = useState(false);
  const isPassword = input.type === 'password';
  const about = [hint === undefined ? '' : `${id}-hint`, mistake === null ? '' : `${id}-mistake`].join(' ').trim();
  const box = (
    <input
      {...input}
      {...(isPassword && isShown && { type: 'text' })}
      id={id}
      className="input"
      aria-invalid={mistake !== null}
      {...(about !== '' && { 'aria-describedby': about })}
    />
  );
  return (
    <div className="field">
      <label htmlFor={id}>{label}</label>
      {isPassword ? (
        <div className="with-button">
          {box}
          <button
            type="button"
            className="button quiet"
            aria-pressed={isShown}
            aria-label={`${text(isShown ? 'account.hidePassword' : 'account.showPassword')}: ${label}`}
            onClick={() => setShown(!isShown)}
          >
            {text(isShown ? 'account.hidePassword' : 'account.showPassword')}
          </button>
        </div>
      ) : (
        box
      )}
      {hint !== undefined && (
        <p id={`${id}-hint`} className="hint">
          {hint}
        </p>
      )}
      {mistake !== null && (
        <p id={`${id}-mistake`} className="mistake" role="alert">
          {mistake}
        </p>
      )}
    </div>
  );
}
