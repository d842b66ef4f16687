import type { Channel } from '@ubot/contracts';
import { useId, useState, type FormEvent, type ReactElement } from 'react';
import { useAct } from '../../api/api.ts';
import { useText } from '../../texts/i18n.ts';
import { Button } from '../../ui/Button.tsx';
import { Dialog } from '../../ui/Dialog.tsx';
import { Field } from '../../ui/Field.tsx';
import { CHANNEL_FORMS, type ChannelForm } from './kinds.ts';
import { VerifySteps } from './Verify.tsx';

/** Kind and address, then the proof that it is one's own. A webhook's secret is shown here, once. */
export function AddChannel({ onClose }: { onClose: () => void }): ReactElement {
  const text = useText();
  const [made, setMade] = useState<{ channel: Channel; secret: string | null } | null>(null);
  if (made === null) {
    return (
      <Dialog title={text('channels.add')} onClose={onClose}>
        <AddForm onMade={(channel, secret) => setMade({ channel, secret })} />
      </Dialog>
    );
  }
  const { channel, secret } = made;
  return (
    <Dialog title={channel.name} onClose={onClose}>
      {secret !== null && (
        <>
          <p>{text('channels.secretAbout')}</p>
          <code className="secret">{secret}</code>
        </>
      )}
      {channel.verified ? (
        <>
          <p>{text('channels.ready')}</p>
          <Button kind="primary" onClick={onClose}>
            {text('channels.done')}
          </Button>
        </>
      ) : (
        <VerifySteps channel={channel} onDone={onClose} />
      )}
    </Dialog>
  );
}

function AddForm({ onMade }: { onMade: (channel: Channel, secret: string | null) => void }): ReactElement {
  const text = useText();
  const kindId = useId();
  const [form, setForm] = useState<ChannelForm>(CHANNEL_FORMS[0] as ChannelForm);
  const [written, setWritten] = useState('');
  const [name, setName] = useState('');
  const [mistake, setMistake] = useState<string | null>(null);
  const create = useAct('POST /api/v1/channels', ['GET /api/v1/channels']);
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    const target = form.read(written.trim());
    if (target === null) {
      setMistake(text('channels.notRead', { example: form.example ?? '' }));
      return;
    }
    setMistake(null);
    create.mutate(
      { body: { name: name.trim() === '' ? text(form.title) : name.trim(), target } },
      {
        onSuccess: ({ signingSecret, ...channel }) => onMade(channel, signingSecret),
        onError: (error) => setMistake(error.message),
      },
    );
  };
  return (
    <form className="stack" noValidate onSubmit={submit}>
      <div className="field">
        <label htmlFor={kindId}>{text('channels.kind')}</label>
        <select
          id={kindId}
          className="input"
          value={form.kind}
          onChange={({ target }) => {
            setForm(CHANNEL_FORMS.find(({ kind }) => kind === target.value) ?? form);
            setMistake(null);
          }}
        >
          {CHANNEL_FORMS.map(({ kind, title }) => (
            <option key={kind} value={kind}>
              {text(title)}
            </option>
          ))}
        </select>
      </div>
      {form.example === null ? (
        <p className="hint">{text(form.hint)}</p>
      ) : (
        <Field
          label={text('channels.address')}
          hint={text(form.hint)}
          type={form.input ?? 'text'}
          placeholder={form.example}
          value={written}
          mistake={mistake}
          onChange={({ target }) => setWritten(target.value)}
        />
      )}
      <Field
        label={text('channels.name')}
        placeholder={text(form.title)}
        value={name}
        maxLength={100}
        onChange={({ target }) => setName(target.value)}
      />
      {form.example === null && mistake !== null && <p className="mistake">{mistake}</p>}
      <Button kind="primary" type="submit" disabled={create.isPending}>
        {text('channels.add')}
      </Button>
    </form>
  );
}
