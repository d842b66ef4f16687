import type { Channel } from '@ubot/contracts';
import { useState, type FormEvent, type ReactElement } from 'react';
import { useAct } from '../../api/api.ts';
import { useText } from '../../texts/i18n.ts';
import { Button } from '../../ui/Button.tsx';
import { Dialog } from '../../ui/Dialog.tsx';
import { Field } from '../../ui/Field.tsx';
import { toast } from '../../ui/toasts.tsx';

const LIST = 'GET /api/v1/channels';

export function Verify({ channel, onClose }: { channel: Channel; onClose: () => void }): ReactElement {
  return (
    <Dialog title={channel.name} onClose={onClose}>
      <VerifySteps channel={channel} onDone={onClose} />
    </Dialog>
  );
}

/** Sends the code, takes it back. A webhook answers for itself. */
export function VerifySteps({ channel, onDone }: { channel: Channel; onDone: () => void }): ReactElement {
  const text = useText();
  const { id, name } = channel;
  const [sendsLeft, setSendsLeft] = useState<number | null>(null);
  const [code, setCode] = useState('');
  const [mistake, setMistake] = useState<string | null>(null);
  const send = useAct('POST /api/v1/channels/{id}/verification', [LIST]);
  const check = useAct('POST /api/v1/channels/{id}/verification/check', [LIST]);
  const done = (): void => {
    toast(text('channels.nowVerified', { name }));
    onDone();
  };
  const ask = (): void => {
    setMistake(null);
    send.mutate(
      { params: { id } },
      {
        onSuccess: (answer) => (answer.verified ? done() : setSendsLeft(answer.sendsLeft)),
        onError: (error) => setMistake(error.message),
      },
    );
  };
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    setMistake(null);
    check.mutate(
      { params: { id }, body: { code: code.trim() } },
      { onSuccess: done, onError: (error) => setMistake(error.message) },
    );
  };
  if (sendsLeft === null) {
    return (
      <div className="stack">
        <p>{text('channels.verifyAbout')}</p>
        {mistake !== null && (
          <p className="mistake" role="alert">
            {mistake}
          </p>
        )}
        <Button kind="primary" disabled={send.isPending} onClick={ask}>
          {text('channels.sendCode')}
        </Button>
      </div>
    );
  }
  return (
    <form className="stack" onSubmit={submit}>
      <Field
        label={text('channels.code')}
        hint={text('channels.codeHint', { count: sendsLeft })}
        inputMode="numeric"
        autoComplete="one-time-code"
        maxLength={100}
        value={code}
        mistake={mistake}
        onChange={({ target }) => setCode(target.value)}
        required
      />
      <Button kind="primary" type="submit" disabled={check.isPending || code.trim() === ''}>
        {text('channels.verify')}
      </Button>
      <Button kind="quiet" disabled={send.isPending || sendsLeft === 0} onClick={ask}>
        {text('channels.sendAgain')}
      </Button>
    </form>
  );
}
