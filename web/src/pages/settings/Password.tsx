import { useState, type FormEvent, type ReactElement } from 'react';
import { useAct } from '../../api/api.ts';
import { useText } from '../../texts/i18n.ts';
import { Button } from '../../ui/Button.tsx';
import { Field } from '../../ui/Field.tsx';
import { toast } from '../../ui/toasts.tsx';
import { Section } from './Section.tsx';

export function Password(): ReactElement {
  const text = useText();
  const [mistake, setMistake] = useState<string | null>(null);
  const change = useAct('POST /api/v1/auth/password/change', ['GET /api/v1/auth/sessions']);
  const submit = (event: FormEvent<HTMLFormElement>): void => {
    event.preventDefault();
    const form = event.currentTarget;
    const given = new FormData(form);
    setMistake(null);
    change.mutate(
      { body: { password: String(given.get('password')), newPassword: String(given.get('newPassword')) } },
      {
        onSuccess: () => {
          form.reset();
          toast(text('settings.passwordChanged'));
        },
        onError: (error) => setMistake(error.message),
      },
    );
  };
  return (
    <Section title={text('account.password')} about={text('settings.passwordAbout')}>
      <form className="stack" onSubmit={submit}>
        <Field
          label={text('settings.presentPassword')}
          name="password"
          type="password"
          autoComplete="current-password"
          mistake={mistake}
          required
        />
        <Field
          label={text('account.newPassword')}
          hint={text('account.newPasswordHint')}
          name="newPassword"
          type="password"
          autoComplete="new-password"
          minLength={10}
          maxLength={200}
          required
        />
        <Button kind="primary" type="submit" className="start" disabled={change.isPending}>
          {text('settings.changePassword')}
        </Button>
      </form>
    </Section>
  );
}
