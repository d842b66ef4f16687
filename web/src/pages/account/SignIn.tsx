import type { SignInInput } from '@ubot/contracts';
import { useState, type FormEvent, type ReactElement } from 'react';
import { ApiProblem, ask, useApi } from '../../api/api.ts';
import { signedIn } from '../../api/session.ts';
import { PATHS } from '../../paths.ts';
import { useText } from '../../texts/i18n.ts';
import { Button } from '../../ui/Button.tsx';
import { Field } from '../../ui/Field.tsx';
import { issuerMistake } from './issuerMistake.ts';
import { Welcome } from './Welcome.tsx';

/** Password, then the second factor where there is one; a one-time password is replaced on the way. */
export function SignIn(): ReactElement {
  const text = useText();
  const [challenge, setChallenge] = useState<string | null>(null);
  return (
    <Welcome title={text(challenge === null ? 'account.signInTitle' : 'account.secondFactorTitle')}>
      {challenge === null ? (
        <PasswordForm onChallenge={setChallenge} />
      ) : (
        <CodeForm challenge={challenge} onRestart={() => setChallenge(null)} />
      )}
    </Welcome>
  );
}

function PasswordForm({ onChallenge }: { onChallenge: (challenge: string) => void }): ReactElement {
  const text = useText();
  const { data: options } = useApi('GET /api/v1/auth/options', {}, { staleTime: Infinity });
  const [isOnce, setOnce] = useState(false);
  const [mistake, setMistake] = useState(issuerMistake);
  const [isUnverified, setUnverified] = useState(false);
  const [email, setEmail] = useState('');
  const [isBusy, setBusy] = useState(false);

  const submit = async (event: FormEvent<HTMLFormElement>): Promise<void> => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    const body: SignInInput = { email, password: String(form.get('password')), cookie: true };
    if (isOnce) body.newPassword = String(form.get('newPassword'));
    setBusy(true);
    setMistake(null);
    try {
      const answer = await ask('POST /api/v1/auth/sign-in', { body });
      if ('secondFactor' in answer) onChallenge(answer.secondFactor.challenge);
      else await signedIn();
    } catch (error) {
      if (!(error instanceof ApiProblem)) throw error;
      setUnverified(error.code === 'EMAIL_NOT_VERIFIED');
      if (error.code === 'PASSWORD_CHANGE_REQUIRED') setOnce(true);
      else setMistake(error.message);
    } finally {
      setBusy(false);
    }
  };

  return (
    <>
      <form onSubmit={(event) => void submit(event)}>
        {mistake !== null && (
          <p className="mistake-box" role="alert">
            {mistake}
          </p>
        )}
        {isUnverified && <SendAgain email={email} />}
        <Field
          label={text('account.email')}
          name="email"
          type="email"
          autoComplete="username"
          required
          autoFocus
          value={email}
          onChange={({ target }) => setEmail(target.value)}
        />
        <Field
          label={text('account.password')}
          name="password"
          type="password"
          autoComplete="current-password"
          required
        />
        {isOnce && (
          <>
            <p className="note-box" role="status">
              {text('account.oncePassword')}
            </p>
            <Field
              label={text('account.newPassword')}
              hint={text('account.newPasswordHint')}
              name="newPassword"
              type="password"
              autoComplete="new-password"
              minLength={10}
              maxLength={200}
              required
              autoFocus
            />
          </>
        )}
        <Button kind="primary" type="submit" disabled={isBusy}>
          {text(isOnce ? 'account.continue' : 'account.signInTitle')}
        </Button>
      </form>
      {typeof options?.issuer === 'string' && (
        <>
          <p className="welcome-or">{text('account.or')}</p>
          <a className="button" href="/api/v1/auth/issuer/start">
            {text('account.issuer', { issuer: options.issuer })}
          </a>
        </>
      )}
      <p className="welcome-links">
        <a href={`${PATHS.account}#forgot`}>{text('account.forgot')}</a>
        {options?.signUp === 'open' && <a href={`${PATHS.account}#new`}>{text('account.makeAccount')}</a>}
      </p>
      {!isOnce && <p className="about">{text('account.firstRunHint')}</p>}
    </>
  );
}

function SendAgain({ email }: { email: string }): ReactElement {
  const text = useText();
  const [isSent, setSent] = useState(false);
  if (isSent) return <p className="note-box">{text('account.sentAgain')}</p>;
  const send = async (): Promise<void> => {
    await ask('POST /api/v1/auth/verify-email/send', { body: { email } }).catch(() => undefined);
    setSent(true);
  };
  return <Button onClick={() => void send()}>{text('account.again')}</Button>;
}

function CodeForm({ challenge, onRestart }: { challenge: string; onRestart: () => void }): ReactElement {
  const text = useText();
  const [mistake, setMistake] = useState<string | null>(null);
  const [isBusy, setBusy] = useState(false);
  const submit = async (event: FormEvent<HTMLFormElement>): Promise<void> => {
    event.preventDefault();
    const code = String(new FormData(event.currentTarget).get('code')).replaceAll(' ', '');
    setBusy(true);
    try {
      await ask('POST /api/v1/auth/sign-in/second-factor', { body: { challenge, code, cookie: true } });
      await signedIn();
    } catch (error) {
      if (!(error instanceof ApiProblem)) throw error;
      // A challenge that is too old, or was answered wrongly too often, begins again.
      if (error.code === 'LINK_INVALID') onRestart();
      else setMistake(error.message);
    } finally {
      setBusy(false);
    }
  };
  return (
    <form onSubmit={(event) => void submit(event)}>
      <p className="about">{text('account.codeAbout')}</p>
      <Field
        label={text('account.code')}
        name="code"
        autoComplete="one-time-code"
        inputMode="text"
        minLength={6}
        maxLength={32}
        required
        autoFocus
        mistake={mistake}
      />
      <Button kind="primary" type="submit" disabled={isBusy}>
        {text('account.continue')}
      </Button>
      <Button kind="quiet" onClick={onRestart}>
        {text('account.otherAccount')}
      </Button>
    </form>
  );
}
