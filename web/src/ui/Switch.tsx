import type { ComponentProps, ReactElement } from 'react';

/** On or off at once, without a form; `label` says what pressing it does. */
export function Switch({
  isOn,
  label,
  ...rest
}: Omit<ComponentProps<'button'>, 'children' | 'role'> & { isOn: boolean; label: string }): ReactElement {
  return <button type="button" role="switch" className="switch" aria-checked={isOn} aria-label={label} {...rest} />;
}
