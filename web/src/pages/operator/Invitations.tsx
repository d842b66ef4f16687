import { useState, type FormEvent, type ReactElement } from 'react';
import { useAct, useApi } from '../../api/api.ts';
import { formatDateTime } from '../../lib/format.ts';
import { useText } from '../../texts/i18n.ts';
import { Button, IconButton } from '../../ui/Button.tsx';
import { Field } from '../../ui/Field.tsx';
import { toastFailure } from '../../ui/toasts.tsx';
import { Section } from '../settings/Section.tsx';

const LIST = 'GET /api/v1/admin/invitations';

/** Invitations, and the links that no mail could carry. */
export function Invitations(): ReactElement {
  const text = useText();
  const { data } = useApi(LIST, {});
  const { data: undelivered } = useApi('GET /api/v1/admin/links', {});
  const [made, setMade] = useState<{ email: string; url: string } | null>(null);
  const invite = useAct('POST /api/v1/admin/invitations', [LIST, 'GET /api/v1/admin/links']);
  const withdraw = useAct('DELETE /api/v1/admin/invitations/{id}', [LIST]);
  const submit = (event: FormEvent<HTMLFormElement>): void => {
    event.preventDefault();
    const form = event.currentTarget;
    const email = String(new FormData(form).get('email')).trim();
    invite.mutate(
      { body: { email } },
      {
        onSuccess: (invitation) => {
          form.reset();
          setMade(invitation);
        },
      },
    );
  };
  return (
    <Section title={text('operator.invitations')} about={text('operator.invitationsAbout')}>
      <form className="stack" onSubmit={submit}>
        <Field
          label={text('account.email')}
          name="email"
          type="email"
          mistake={invite.error?.message ?? null}
          required
        />
        <Button type="submit" className="start" disabled={invite.isPending}>
          {text('operator.invite')}
        </Button>
      </form>
      {made !== null && (
        <p>
          {text('operator.invited', { email: made.email })} <code className="secret">{made.url}</code>
        </p>
      )}
      <ul className="rows">
        {data?.invitations.map(({ id, email, expiresAtMs, usedAtMs }) => (
          <li key={id}>
            <div>
              {email}
              <p className="facts">
                {usedAtMs === null
                  ? text('settings.expires', { time: formatDateTime(expiresAtMs) })
                  : text('operator.used', { time: formatDateTime(usedAtMs) })}
              </p>
            </div>
            {usedAtMs === null && (
              <IconButton
                icon="trash"
                label={text('operator.withdraw', { email })}
                onClick={() => withdraw.mutate({ params: { id } }, { onError: toastFailure })}
              />
            )}
          </li>
        ))}
      </ul>
      {undelivered !== undefined && undelivered.links.length > 0 && (
        <>
          <h3>{text('operator.links')}</h3>
          <ul className="rows">
            {undelivered.links.map(({ id, email, url, expiresAtMs }) => (
              <li key={id}>
                <div>
                  {email}
                  <code className="secret">{url}</code>
                  <p className="facts">{text('settings.expires', { time: formatDateTime(expiresAtMs) })}</p>
                </div>
              </li>
            ))}
          </ul>
        </>
      )}
    </Section>
  );
}
