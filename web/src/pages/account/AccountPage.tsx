import { useEffect, useState, type FormEvent, type ReactElement } from 'react';
import { ApiProblem } from '../../api/api.ts';
import { PATHS } from '../../paths.ts';
import { useText } from '../../texts/i18n.ts';
import { Button } from '../../ui/Button.tsx';
import { Field } from '../../ui/Field.tsx';
import { FLOWS, flowIn, type Flow } from './flows.ts';
import { Welcome } from './Welcome.tsx';

/** What links in letters lead to. The part after # says which, and is taken out of the address at once. */
export function AccountPage(): ReactElement {
  const [given, setGiven] = useState(takeFragment);
  useEffect(() => {
    const change = (): void => {
      if (location.hash !== '') setGiven(takeFragment());
    };
    addEventListener('hashchange', change);
    return () => removeEventListener('hashchange', change);
  }, []);
  return <FlowForm key={given.toString()} flow={FLOWS[flowIn(given)]} given={given} />;
}

/** Not in the history, nor in anything that the address is copied into. */
let taken: URLSearchParams | null = null;
function takeFragment(): URLSearchParams {
  if (location.hash !== '' || taken === null) taken = new URLSearchParams(location.hash.slice(1));
  history.replaceState(null, '', location.pathname);
  return taken;
}

function FlowForm({ flow, given }: { flow: Flow; given: URLSearchParams }): ReactElement {
  const text = useText();
  const [isDone, setDone] = useState(false);
  const [isBusy, setBusy] = useState(false);
  const [mistake, setMistake] = useState<string | null>(null);
  const submit = async (event: FormEvent<HTMLFormElement>): Promise<void> => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    setBusy(true);
    setMistake(null);
    try {
      await flow.run({ email: String(form.get('email')), password: String(form.get('password')) }, given);
      setDone(true);
    } catch (error) {
      if (!(error instanceof ApiProblem)) throw error;
      setMistake(error.message);
    } finally {
      setBusy(false);
    }
  };
  if (isDone) {
    return (
      <Welcome title={text(flow.done)}>
        <p role="status">{text(flow.doneAbout)}</p>
        <a className="button primary" href={PATHS.market}>
          {text('account.signInTitle')}
        </a>
      </Welcome>
    );
  }
  return (
    <Welcome title={text(flow.title)}>
      <p className="about">{text(flow.about)}</p>
      <form onSubmit={(event) => void submit(event)}>
        {mistake !== null && (
          <p className="mistake-box" role="alert">
            {mistake}
          </p>
        )}
        {flow.asks.includes('email') && (
          <Field
            label={text('account.email')}
            name="email"
            type="email"
            autoComplete="username"
            defaultValue={given.get('email') ?? ''}
            required
          />
        )}
        {flow.asks.includes('password') && (
          <Field
            label={text('account.newPassword')}
            hint={text('account.newPasswordHint')}
            name="password"
            type="password"
            autoComplete="new-password"
            minLength={10}
            maxLength={200}
            required
          />
        )}
        <Button kind="primary" type="submit" disabled={isBusy}>
          {text(flow.submit)}
        </Button>
      </form>
      <p className="welcome-links">
        <a href={PATHS.market}>{text('account.backToSignIn')}</a>
      </p>
    </Welcome>
  );
}
