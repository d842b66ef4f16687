import type { AdminUser } from '@ubot/contracts';
import type { ReactElement } from 'react';
import { useAct, useApi } from '../../api/api.ts';
import { useMe } from '../../api/session.ts';
import { formatDateTime } from '../../lib/format.ts';
import { useText } from '../../texts/i18n.ts';
import { IconButton } from '../../ui/Button.tsx';
import { Menu, MenuItem } from '../../ui/Menu.tsx';
import { toast, toastFailure } from '../../ui/toasts.tsx';
import { Section } from '../settings/Section.tsx';

const LIST = 'GET /api/v1/admin/users';

export function Users(): ReactElement {
  const text = useText();
  const { me } = useMe();
  const { data } = useApi(LIST, { query: {} });
  const change = useAct('PUT /api/v1/admin/users/{id}', [LIST]);
  const put = ({ id, role, disabled }: Pick<AdminUser, 'id' | 'role' | 'disabled'>): void =>
    change.mutate(
      { params: { id }, body: { role, disabled } },
      { onSuccess: () => toast(text('settings.saved')), onError: toastFailure },
    );
  return (
    <Section title={text('operator.users')}>
      <ul className="rows">
        {data?.users.map((user) => (
          <li key={user.id}>
            <div>
              {user.email} {user.role === 'operator' && <span className="badge good">{text('operator.operator')}</span>}
              {user.disabled && <span className="badge">{text('operator.disabled')}</span>}
              <p className="facts">
                {text('operator.strategies', { count: user.strategies })} ·{' '}
                {user.lastSignInAtMs === null
                  ? text('operator.neverSignedIn')
                  : text('operator.lastSignIn', { time: formatDateTime(user.lastSignInAtMs) })}
              </p>
            </div>
            {user.id !== me?.id && (
              <Menu trigger={<IconButton icon="more" label={text('strategies.moreOf', { name: user.email })} />}>
                <MenuItem onSelect={() => put({ ...user, disabled: !user.disabled })}>
                  {text(user.disabled ? 'operator.enable' : 'operator.disable')}
                </MenuItem>
                <MenuItem onSelect={() => put({ ...user, role: user.role === 'operator' ? 'user' : 'operator' })}>
                  {text(user.role === 'operator' ? 'operator.makeUser' : 'operator.makeOperator')}
                </MenuItem>
              </Menu>
            )}
          </li>
        ))}
      </ul>
    </Section>
  );
}
