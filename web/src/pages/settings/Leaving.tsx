import { useState, type FormEvent, type ReactElement } from 'react';
import { ask, useAct } from '../../api/api.ts';
import { signOut } from '../../api/session.ts';
import { useText } from '../../texts/i18n.ts';
import { Button } from '../../ui/Button.tsx';
import { Dialog } from '../../ui/Dialog.tsx';
import { Field } from '../../ui/Field.tsx';
import { toastFailure } from '../../ui/toasts.tsx';
import { Section } from './Section.tsx';

/** Taking everything along, and leaving. */
export function Leaving({ hasPassword }: { hasPassword: boolean }): ReactElement {
  const text = useText();
  const [isLeaving, setLeaving] = useState(false);
  const download = async (): Promise<void> => {
    try {
      const everything = await ask('GET /api/v1/me/export', {});
      const url = URL.createObjectURL(new Blob([JSON.stringify(everything, null, 2)], { type: 'application/json' }));
      const link = document.createElement('a');
      link.href = url;
      link.download = 'ubot-account.json';
      link.click();
      URL.revokeObjectURL(url);
    } catch (error) {
      toastFailure(error instanceof Error ? error : new Error(String(error)));
    }
  };
  return (
    <Section title={text('settings.data')} about={text('settings.dataAbout')}>
      <div className="choices">
        <Button onClick={() => void download()}>{text('settings.export')}</Button>
        <Button kind="danger" onClick={() => setLeaving(true)}>
          {text('settings.deleteAccount')}
        </Button>
      </div>
      {isLeaving && <DeleteAccount hasPassword={hasPassword} onClose={() => setLeaving(false)} />}
    </Section>
  );
}

function DeleteAccount({ hasPassword, onClose }: { hasPassword: boolean; onClose: () => void }): ReactElement {
  const text = useText();
  const remove = useAct('DELETE /api/v1/me');
  const submit = (event: FormEvent<HTMLFormElement>): void => {
    event.preventDefault();
    const password = new FormData(event.currentTarget).get('password');
    remove.mutate({ body: typeof password === 'string' ? { password } : {} }, { onSuccess: () => void signOut() });
  };
  return (
    <Dialog title={text('settings.deleteAccount')} onClose={onClose}>
      <form className="stack" onSubmit={submit}>
        <p>{text('settings.deleteAbout')}</p>
        {hasPassword && (
          <Field
            label={text('settings.presentPassword')}
            name="password"
            type="password"
            autoComplete="current-password"
            required
          />
        )}
        {remove.error !== null && (
          <p className="mistake" role="alert">
            {remove.error.message}
          </p>
        )}
        <Button kind="danger" type="submit" disabled={remove.isPending}>
          {text('settings.deleteForGood')}
        </Button>
      </form>
    </Dialog>
  );
}
