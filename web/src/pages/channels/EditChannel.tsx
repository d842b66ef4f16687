import { MACHINE_KINDS, PICTURE_KINDS, type Channel, type Digest } from '@ubot/contracts';
import { useId, useState, type FormEvent, type ReactElement } from 'react';
import { useAct } from '../../api/api.ts';
import { useText } from '../../texts/i18n.ts';
import { Button } from '../../ui/Button.tsx';
import { Dialog } from '../../ui/Dialog.tsx';
import { Field } from '../../ui/Field.tsx';
import { toast } from '../../ui/toasts.tsx';

const MODES = ['operator', 'single', 'gathered'] as const;
type Mode = (typeof MODES)[number];
/** What people's channels have where the operator says nothing else. */
const USUAL: Digest = { waitMs: 30_000, intervalMs: 300_000 };
const SINGLE: Digest = { waitMs: 0, intervalMs: 0 };
const SECOND_MS = 1_000;
const MINUTE_MS = 60_000;

function modeOf(digest: Digest | null): Mode {
  if (digest === null) return 'operator';
  return digest.waitMs === 0 && digest.intervalMs === 0 ? 'single' : 'gathered';
}

/** Name, how alerts are gathered, whether charts go with them, and what goes by SMS when WhatsApp cannot carry it. */
export function EditChannel({ channel, onClose }: { channel: Channel; onClose: () => void }): ReactElement {
  const text = useText();
  const { id, target, enabled } = channel;
  const [name, setName] = useState(channel.name);
  const [mode, setMode] = useState(modeOf(channel.digest));
  const [gathered, setGathered] = useState(modeOf(channel.digest) === 'gathered' ? (channel.digest ?? USUAL) : USUAL);
  const takesPictures = PICTURE_KINDS.includes(target.kind);
  const [hasPicture, setHasPicture] = useState(channel.options?.picture !== false);
  const [fallsBack, setFallsBack] = useState(channel.options?.fallback === 'sms');
  const save = useAct('PUT /api/v1/channels/{id}', ['GET /api/v1/channels']);
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    const digest = mode === 'operator' ? null : mode === 'single' ? SINGLE : gathered;
    const options = {
      ...(target.kind === 'whatsapp' && fallsBack && { fallback: 'sms' as const }),
      ...(takesPictures && !hasPicture && { picture: false }),
    };
    save.mutate(
      { params: { id }, body: { name: name.trim(), target, enabled, digest, options } },
      {
        onSuccess: () => {
          toast(text('settings.saved'));
          onClose();
        },
      },
    );
  };
  return (
    <Dialog title={text('channels.editIt', { name: channel.name })} onClose={onClose}>
      <form className="stack" onSubmit={submit}>
        <Field
          label={text('channels.name')}
          value={name}
          maxLength={100}
          required
          onChange={({ target: input }) => setName(input.value)}
        />
        <DigestFields
          mode={mode}
          onMode={setMode}
          gathered={gathered}
          onGathered={setGathered}
          isMachine={MACHINE_KINDS.includes(target.kind)}
        />
        {takesPictures && (
          <label className="choice">
            <input
              type="checkbox"
              checked={hasPicture}
              onChange={({ target: input }) => setHasPicture(input.checked)}
            />
            {text('channels.picture')}
          </label>
        )}
        {target.kind === 'whatsapp' && (
          <label className="choice">
            <input type="checkbox" checked={fallsBack} onChange={({ target: input }) => setFallsBack(input.checked)} />
            {text('channels.fallback')}
          </label>
        )}
        {save.error !== null && (
          <p className="mistake" role="alert">
            {save.error.message}
          </p>
        )}
        <Button kind="primary" type="submit" disabled={save.isPending}>
          {text('shell.save')}
        </Button>
      </form>
    </Dialog>
  );
}

function DigestFields({
  mode,
  onMode,
  gathered,
  onGathered,
  isMachine,
}: {
  mode: Mode;
  onMode: (mode: Mode) => void;
  gathered: Digest;
  onGathered: (digest: Digest) => void;
  isMachine: boolean;
}): ReactElement {
  const text = useText();
  const group = useId();
  return (
    <fieldset className="fieldset">
      <legend>{text('channels.digest')}</legend>
      {MODES.map((each) => (
        <label key={each} className="choice">
          <input type="radio" name={group} checked={mode === each} onChange={() => onMode(each)} />
          {text(each === 'operator' && isMachine ? 'channels.digest_operatorMachine' : `channels.digest_${each}`)}
        </label>
      ))}
      {mode === 'gathered' && (
        <div className="grid-fields">
          <Field
            label={text('channels.digestWait')}
            hint={text('channels.digestWaitHint')}
            type="number"
            min={0}
            max={3_600}
            required
            value={String(gathered.waitMs / SECOND_MS)}
            onChange={({ target }) => onGathered({ ...gathered, waitMs: Math.round(Number(target.value) * SECOND_MS) })}
          />
          <Field
            label={text('channels.digestInterval')}
            hint={text('channels.digestIntervalHint')}
            type="number"
            min={0}
            max={1_440}
            step="any"
            required
            value={String(gathered.intervalMs / MINUTE_MS)}
            onChange={({ target }) =>
              onGathered({ ...gathered, intervalMs: Math.round(Number(target.value) * MINUTE_MS) })
            }
          />
        </div>
      )}
    </fieldset>
  );
}

/** "30 s / 5 min": how a channel gathers, where it says so itself; '' where it is the operator's. */
export function digestInWords(digest: Digest | null, text: ReturnType<typeof useText>): string {
  if (digest === null) return '';
  if (modeOf(digest) === 'single') return text('channels.digest_single');
  return text('channels.gathers', {
    seconds: digest.waitMs / SECOND_MS,
    minutes: Math.round((digest.intervalMs / MINUTE_MS) * 10) / 10,
  });
}
