import type { SecondFactorSetup } from '@ubot/contracts';
import { useEffect, useState, type FormEvent, type ReactElement } from 'react';
import { recheckSession } from '../../api/session.ts';
import { useAct } from '../../api/api.ts';
import { useText } from '../../texts/i18n.ts';
import { Button } from '../../ui/Button.tsx';
import { Dialog } from '../../ui/Dialog.tsx';
import { Field } from '../../ui/Field.tsx';
import { toast } from '../../ui/toasts.tsx';
import { Section } from './Section.tsx';

type Step = 'start' | 'codes' | 'remove';

/** TOTP: on with a QR code and a first code, off with the password; recovery codes are shown once. */
export function SecondFactor({ isOn }: { isOn: boolean }): ReactElement {
  const text = useText();
  const [step, setStep] = useState<Step | null>(null);
  const close = (): void => setStep(null);
  return (
    <Section
      title={text('settings.secondFactor')}
      about={text(isOn ? 'settings.secondFactorOn' : 'settings.secondFactorOff')}
    >
      <div className="choices">
        {isOn ? (
          <>
            <Button onClick={() => setStep('codes')}>{text('settings.newRecoveryCodes')}</Button>
            <Button onClick={() => setStep('remove')}>{text('settings.switchOff')}</Button>
          </>
        ) : (
          <Button kind="primary" onClick={() => setStep('start')}>
            {text('settings.switchOn')}
          </Button>
        )}
      </div>
      {step === 'start' && <SetUp onClose={close} />}
      {step === 'codes' && <NewCodes onClose={close} />}
      {step === 'remove' && <Remove onClose={close} />}
    </Section>
  );
}

function PasswordForm({
  action,
  isBusy,
  mistake,
  onPassword,
}: {
  action: string;
  isBusy: boolean;
  mistake: string | null;
  onPassword: (password: string) => void;
}): ReactElement {
  const text = useText();
  const submit = (event: FormEvent<HTMLFormElement>): void => {
    event.preventDefault();
    onPassword(String(new FormData(event.currentTarget).get('password')));
  };
  return (
    <form className="stack" onSubmit={submit}>
      <Field
        label={text('settings.presentPassword')}
        name="password"
        type="password"
        autoComplete="current-password"
        mistake={mistake}
        required
      />
      <Button kind="primary" type="submit" disabled={isBusy}>
        {action}
      </Button>
    </form>
  );
}

function SetUp({ onClose }: { onClose: () => void }): ReactElement {
  const text = useText();
  const [setup, setSetup] = useState<SecondFactorSetup | null>(null);
  const prepare = useAct('POST /api/v1/auth/second-factor');
  return (
    <Dialog title={text('settings.secondFactor')} onClose={onClose}>
      {setup === null ? (
        <PasswordForm
          action={text('account.continue')}
          isBusy={prepare.isPending}
          mistake={prepare.error?.message ?? null}
          onPassword={(password) => prepare.mutate({ body: { password } }, { onSuccess: setSetup })}
        />
      ) : (
        <Confirm setup={setup} onClose={onClose} />
      )}
    </Dialog>
  );
}

function Confirm({ setup, onClose }: { setup: SecondFactorSetup; onClose: () => void }): ReactElement {
  const text = useText();
  const confirm = useAct('POST /api/v1/auth/second-factor/confirm', ['GET /api/v1/auth/sessions']);
  const secret = new URL(setup.uri).searchParams.get('secret') ?? '';
  const submit = (event: FormEvent<HTMLFormElement>): void => {
    event.preventDefault();
    const code = String(new FormData(event.currentTarget).get('code')).trim();
    confirm.mutate(
      { body: { code } },
      {
        onSuccess: () => {
          recheckSession();
          toast(text('settings.secondFactorNowOn'));
          onClose();
        },
      },
    );
  };
  return (
    <form className="stack" onSubmit={submit}>
      <p>{text('settings.scan')}</p>
      <QrCode content={setup.uri} />
      <p className="hint">
        {text('settings.orType')} <code>{secret}</code>
      </p>
      <RecoveryCodes codes={setup.recoveryCodes} />
      <Field
        label={text('account.code')}
        name="code"
        inputMode="numeric"
        autoComplete="one-time-code"
        pattern="[0-9]{6}"
        maxLength={6}
        mistake={confirm.error?.message ?? null}
        required
      />
      <Button kind="primary" type="submit" disabled={confirm.isPending}>
        {text('settings.switchOn')}
      </Button>
    </form>
  );
}

/** Drawn in the browser: the secret goes nowhere. */
function QrCode({ content }: { content: string }): ReactElement {
  const text = useText();
  const [path, setPath] = useState<{ d: string; size: number } | null>(null);
  useEffect(() => {
    let isWanted = true;
    void import('qrcode').then(({ create }) => {
      const { modules } = create(content, { errorCorrectionLevel: 'M' });
      let d = '';
      for (let row = 0; row < modules.size; row += 1) {
        for (let column = 0; column < modules.size; column += 1) {
          if (modules.get(row, column) !== 0) d += `M${column} ${row}h1v1h-1z`;
        }
      }
      if (isWanted) setPath({ d, size: modules.size });
    });
    return () => {
      isWanted = false;
    };
  }, [content]);
  if (path === null) return <div className="qr" />;
  return (
    <svg className="qr" role="img" aria-label={text('settings.qr')} viewBox={`-4 -4 ${path.size + 8} ${path.size + 8}`}>
      <path d={path.d} fill="#000" shapeRendering="crispEdges" />
    </svg>
  );
}

function RecoveryCodes({ codes }: { codes: readonly string[] }): ReactElement {
  const text = useText();
  return (
    <div className="stack">
      <p>{text('settings.recoveryAbout')}</p>
      <ul className="recovery-codes">
        {codes.map((code) => (
          <li key={code}>
            <code>{code}</code>
          </li>
        ))}
      </ul>
    </div>
  );
}

function NewCodes({ onClose }: { onClose: () => void }): ReactElement {
  const text = useText();
  const renew = useAct('POST /api/v1/auth/recovery-codes');
  return (
    <Dialog title={text('settings.newRecoveryCodes')} onClose={onClose}>
      {renew.data === undefined ? (
        <PasswordForm
          action={text('settings.newRecoveryCodes')}
          isBusy={renew.isPending}
          mistake={renew.error?.message ?? null}
          onPassword={(password) => renew.mutate({ body: { password } })}
        />
      ) : (
        <RecoveryCodes codes={renew.data.recoveryCodes} />
      )}
    </Dialog>
  );
}

function Remove({ onClose }: { onClose: () => void }): ReactElement {
  const text = useText();
  const remove = useAct('POST /api/v1/auth/second-factor/remove', ['GET /api/v1/auth/sessions']);
  const onSuccess = (): void => {
    recheckSession();
    toast(text('settings.secondFactorNowOff'));
    onClose();
  };
  return (
    <Dialog title={text('settings.switchOff')} onClose={onClose}>
      <PasswordForm
        action={text('settings.switchOff')}
        isBusy={remove.isPending}
        mistake={remove.error?.message ?? null}
        onPassword={(password) => remove.mutate({ body: { password } }, { onSuccess })}
      />
    </Dialog>
  );
}
