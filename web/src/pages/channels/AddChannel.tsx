import type { Channel, ChannelTarget, ModuleAddress } from '@ubot/contracts';
import { useId, useState, type FormEvent, type ReactElement } from 'react';
import { useAct, useApi } from '../../api/api.ts';
import { switchPushOn } from '../../push/push.ts';
import { useText } from '../../texts/i18n.ts';
import { Button } from '../../ui/Button.tsx';
import { Dialog } from '../../ui/Dialog.tsx';
import { Field } from '../../ui/Field.tsx';
import { channelChoices, type ChannelChoice } from './kinds.ts';
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

/** What was written: the one address, or the fields of a module's by name. */
type Written = Readonly<Record<string, string>>;
const ONLY = '';

function AddForm({ onMade }: { onMade: (channel: Channel, secret: string | null) => void }): ReactElement {
  const text = useText();
  const kindId = useId();
  const { data: kinds } = useApi('GET /api/v1/channel-kinds', {}, { staleTime: 5 * 60_000 });
  const choices = channelChoices(kinds, text);
  const [value, setValue] = useState<string | null>(null);
  const choice = choices.find((each) => each.value === value) ?? (choices[0] as ChannelChoice);
  const [written, setWritten] = useState<Written>({});
  const [name, setName] = useState('');
  const [isBusy, setBusy] = useState(false);
  const [mistake, setMistake] = useState<string | null>(null);
  const create = useAct('POST /api/v1/channels', ['GET /api/v1/channels']);

  const make = async (): Promise<void> => {
    const ownName = name.trim();
    if (choice.value === 'web_push') return onMade(await switchPushOn(ownName === '' ? undefined : ownName), null);
    const target = targetOf(choice, written);
    if (target === null) return setMistake(text('channels.notRead', { example: choice.form?.example ?? '' }));
    const body = { name: ownName === '' ? choice.title : ownName, target };
    const { signingSecret, ...channel } = await create.mutateAsync({ body });
    return onMade(channel, signingSecret);
  };
  const submit = async (event: FormEvent): Promise<void> => {
    event.preventDefault();
    setMistake(null);
    setBusy(true);
    try {
      await make();
    } catch (error) {
      setMistake((error as Error).message);
    } finally {
      setBusy(false);
    }
  };
  return (
    <form className="stack" noValidate onSubmit={(event) => void submit(event)}>
      <div className="field">
        <label htmlFor={kindId}>{text('channels.kind')}</label>
        <select
          id={kindId}
          className="input"
          value={choice.value}
          onChange={({ target }) => {
            setValue(target.value);
            setWritten({});
            setMistake(null);
          }}
        >
          {choices.map((each) => (
            <option key={each.value} value={each.value} disabled={!each.isConfigured}>
              {each.isConfigured ? each.title : text('channels.notSetUp', { kind: each.title })}
            </option>
          ))}
        </select>
      </div>
      <AddressFields
        choice={choice}
        written={written}
        onChange={(field, given) => setWritten((now) => ({ ...now, [field]: given }))}
      />
      <Field
        label={text('channels.name')}
        placeholder={choice.title}
        value={name}
        maxLength={100}
        onChange={({ target }) => setName(target.value)}
      />
      {mistake !== null && (
        <p className="mistake" role="alert">
          {mistake}
        </p>
      )}
      <Button kind="primary" type="submit" disabled={isBusy || !choice.isConfigured}>
        {text('channels.add')}
      </Button>
    </form>
  );
}

/** null: what was written is not an address of this kind. */
function targetOf({ form, module }: ChannelChoice, written: Written): ChannelTarget | null {
  if (form !== undefined) return form.read((written[ONLY] ?? '').trim());
  if (module === undefined) return null;
  const address: ModuleAddress =
    module.address.fields === undefined
      ? (written[ONLY] ?? '').trim()
      : Object.fromEntries(Object.keys(module.address.fields).map((field) => [field, (written[field] ?? '').trim()]));
  return { kind: 'module', module: module.name, address };
}

function AddressFields({
  choice: { form, module },
  written,
  onChange,
}: {
  choice: ChannelChoice;
  written: Written;
  onChange: (field: string, given: string) => void;
}): ReactElement {
  const text = useText();
  if (module?.address.fields !== undefined) {
    return (
      <>
        <p className="hint">{module.address.about}</p>
        {Object.keys(module.address.fields).map((field) => (
          <Field
            key={field}
            label={field}
            value={written[field] ?? ''}
            onChange={({ target }) => onChange(field, target.value)}
          />
        ))}
      </>
    );
  }
  if (form?.example === null) return <p className="hint">{text(form.hint)}</p>;
  if (form === undefined && module === undefined) return <p className="hint">{text('channels.hint_web_push')}</p>;
  return (
    <Field
      label={text('channels.address')}
      hint={form === undefined ? (module?.address.about ?? '') : text(form.hint)}
      type={form?.input ?? 'text'}
      placeholder={form?.example ?? ''}
      value={written[ONLY] ?? ''}
      onChange={({ target }) => onChange(ONLY, target.value)}
    />
  );
}
