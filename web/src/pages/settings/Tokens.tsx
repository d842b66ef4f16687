import type { TokenCreated, TokenScope } from '@ubot/contracts';
import { useId, useState, type FormEvent, type ReactElement } from 'react';
import { useAct, useApi } from '../../api/api.ts';
import { formatDateTime } from '../../lib/format.ts';
import { useText } from '../../texts/i18n.ts';
import { Button, IconButton } from '../../ui/Button.tsx';
import { Dialog } from '../../ui/Dialog.tsx';
import { Field } from '../../ui/Field.tsx';
import { toastFailure } from '../../ui/toasts.tsx';
import { Section } from './Section.tsx';

const LIST = 'GET /api/v1/tokens';

/** Keys for bots and scripts; each is shown once. */
export function Tokens(): ReactElement {
  const text = useText();
  const { data } = useApi(LIST, {});
  const remove = useAct('DELETE /api/v1/tokens/{id}', [LIST]);
  const [isAdding, setAdding] = useState(false);
  return (
    <Section title={text('settings.tokens')} about={text('settings.tokensAbout')}>
      <ul className="rows">
        {data?.tokens.map(({ id, name, scope, createdAtMs, lastUsedAtMs, expiresAtMs }) => (
          <li key={id}>
            <div>
              {name} <span className="faint">{text(`settings.scope_${scope}`)}</span>
              <p className="facts">
                {text('settings.since', { time: formatDateTime(createdAtMs) })}
                {expiresAtMs !== null && ` · ${text('settings.expires', { time: formatDateTime(expiresAtMs) })}`}
                {' · '}
                {lastUsedAtMs === null
                  ? text('settings.neverUsed')
                  : text('settings.lastUsed', { time: formatDateTime(lastUsedAtMs) })}
              </p>
            </div>
            <IconButton
              icon="trash"
              label={text('settings.deleteToken', { name })}
              onClick={() => remove.mutate({ params: { id } }, { onError: toastFailure })}
            />
          </li>
        ))}
      </ul>
      <Button className="start" onClick={() => setAdding(true)}>
        {text('settings.newToken')}
      </Button>
      {isAdding && <AddToken onClose={() => setAdding(false)} />}
    </Section>
  );
}

function AddToken({ onClose }: { onClose: () => void }): ReactElement {
  const text = useText();
  const scopeId = useId();
  const [made, setMade] = useState<TokenCreated | null>(null);
  const [scope, setScope] = useState<TokenScope>('read');
  const create = useAct('POST /api/v1/tokens', [LIST]);
  const submit = (event: FormEvent<HTMLFormElement>): void => {
    event.preventDefault();
    const name = String(new FormData(event.currentTarget).get('name')).trim();
    create.mutate({ body: { name, scope } }, { onSuccess: setMade });
  };
  return (
    <Dialog title={text('settings.newToken')} onClose={onClose}>
      {made === null ? (
        <form className="stack" onSubmit={submit}>
          <Field
            label={text('channels.name')}
            name="name"
            maxLength={100}
            mistake={create.error?.message ?? null}
            required
          />
          <div className="field">
            <label htmlFor={scopeId}>{text('settings.scope')}</label>
            <select
              id={scopeId}
              className="input"
              value={scope}
              onChange={({ target }) => setScope(target.value === 'write' ? 'write' : 'read')}
            >
              <option value="read">{text('settings.scope_read')}</option>
              <option value="write">{text('settings.scope_write')}</option>
            </select>
          </div>
          <Button kind="primary" type="submit" disabled={create.isPending}>
            {text('settings.newToken')}
          </Button>
        </form>
      ) : (
        <>
          <p>{text('settings.tokenOnce')}</p>
          <code className="secret">{made.token}</code>
          <Button kind="primary" onClick={onClose}>
            {text('channels.done')}
          </Button>
        </>
      )}
    </Dialog>
  );
}
