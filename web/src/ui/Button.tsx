import type { ComponentProps, ReactElement } from 'react';
import { Icon, type IconName } from './Icon.tsx';

export type ButtonKind = 'plain' | 'primary' | 'quiet' | 'danger';

export function Button({
  kind = 'plain',
  className = '',
  ...rest
}: ComponentProps<'button'> & { kind?: ButtonKind }): ReactElement {
  return <button type="button" className={`button ${kind} ${className}`} {...rest} />;
}

/** A button that is only a picture; `label` says what it does. */
export function IconButton({
  icon,
  label,
  className = '',
  ...rest
}: Omit<ComponentProps<'button'>, 'children'> & { icon: IconName; label: string }): ReactElement {
  return (
    <button type="button" className={`button quiet icon-only ${className}`} aria-label={label} title={label} {...rest}>
      <Icon name={icon} />
    </button>
  );
}
