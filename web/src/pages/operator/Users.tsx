import type { AdminUser } from '@ubot/contracts';
import { useInfiniteQuery } from '@tanstack/react-query';
import { useState, type ReactElement } from 'react';
import { ask, keyOf, useAct } from '../../api/api.ts';
import { useMe } from '../../api/session.ts';
import { formatDateTime } from '../../lib/format.ts';
import { useText } from '../../texts/i18n.ts';
import { Button, IconButton } from '../../ui/Button.tsx';
import { Menu, MenuItem } from '../../ui/Menu.tsx';
import { toast, toastFailure } from '../../ui/toasts.tsx';
import { Section } from '../settings/Section.tsx';
import { QuotasDialog } from './Quotas.tsx';

const LIST = 'GET /api/v1/admin/users';
/** As many come at once. */
const PAGE = 100;

export function Users(): ReactElement {
  const text = useText();
  const { me } = useMe();
  const [search, setSearch] = useState('');
  const [inDialog, setInDialog] = useState<AdminUser | null>(null);
  const query = search.trim() === '' ? {} : { search: search.trim() };
  const { data, hasNextPage, fetchNextPage } = useInfiniteQuery({
    queryKey: [...keyOf(LIST, { query }), 'pages'],
    initialPageParam: null as string | null,
    queryFn: ({ pageParam, signal }) =>
      ask(LIST, { query: { ...query, ...(pageParam !== null && { after: pageParam }) }, signal }),
    getNextPageParam: ({ users }) => (users.length < PAGE ? null : (users.at(-1)?.email ?? null)),
    placeholderData: (before) => before,
  });
  const change = useAct('PUT /api/v1/admin/users/{id}', [LIST]);
  const put = ({ id, role, disabled }: Pick<AdminUser, 'id' | 'role' | 'disabled'>): void =>
    change.mutate(
      { params: { id }, body: { role, disabled } },
      { onSuccess: () => toast(text('settings.saved')), onError: toastFailure },
    );
  return (
    <Section title={text('operator.users')}>
      <input
        className="input"
        type="search"
        aria-label={text('operator.search')}
        placeholder={text('operator.search')}
        value={search}
        onChange={({ target }) => setSearch(target.value)}
      />
      <ul className="rows">
        {data?.pages
          .flatMap(({ users }) => users)
          .map((user) => (
            <li key={user.id}>
              <div>
                {user.email}{' '}
                {user.role === 'operator' && <span className="badge good">{text('operator.operator')}</span>}
                {user.disabled && <span className="badge">{text('operator.disabled')}</span>}
                <p className="facts">
                  {text('operator.strategies', { count: user.strategies })} ·{' '}
                  {user.lastSignInAtMs === null
                    ? text('operator.neverSignedIn')
                    : text('operator.lastSignIn', { time: formatDateTime(user.lastSignInAtMs) })}
                </p>
              </div>
              <Menu trigger={<IconButton icon="more" label={text('strategies.moreOf', { name: user.email })} />}>
                <MenuItem onSelect={() => setInDialog(user)}>{text('operator.quotas')}</MenuItem>
                {user.id !== me?.id && (
                  <>
                    <MenuItem onSelect={() => put({ ...user, disabled: !user.disabled })}>
                      {text(user.disabled ? 'operator.enable' : 'operator.disable')}
                    </MenuItem>
                    <MenuItem onSelect={() => put({ ...user, role: user.role === 'operator' ? 'user' : 'operator' })}>
                      {text(user.role === 'operator' ? 'operator.makeUser' : 'operator.makeOperator')}
                    </MenuItem>
                  </>
                )}
              </Menu>
            </li>
          ))}
      </ul>
      {hasNextPage && (
        <Button className="start" onClick={() => void fetchNextPage()}>
          {text('operator.moreUsers')}
        </Button>
      )}
      {inDialog !== null && <QuotasDialog user={inDialog} onClose={() => setInDialog(null)} />}
    </Section>
  );
}
