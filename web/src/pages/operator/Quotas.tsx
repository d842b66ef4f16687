import type { AdminUser, QuotaAnswer } from '@ubot/contracts';
import { useState, type FormEvent, type ReactElement } from 'react';
import { useAct, useApi } from '../../api/api.ts';
import { formatCount } from '../../lib/format.ts';
import { CapFields } from '../../parts/CapFields.tsx';
import { useCapsForm } from '../../parts/useCapsForm.ts';
import { useText } from '../../texts/i18n.ts';
import { Button } from '../../ui/Button.tsx';
import { Dialog } from '../../ui/Dialog.tsx';
import { Field } from '../../ui/Field.tsx';
import { Failed, Loading } from '../../ui/states.tsx';
import { toast } from '../../ui/toasts.tsx';

const ROUTE = 'GET /api/v1/admin/users/{id}/quotas';
const QUOTAS = ['strategies', 'allCoinStrategies', 'alertsPerDay'] as const;
type Quota = (typeof QUOTAS)[number];

/** How much one user may have; emptied, a quota is again what everybody has. */
export function QuotasDialog({ user, onClose }: { user: AdminUser; onClose: () => void }): ReactElement {
  const text = useText();
  const { data, error, isFetchedAfterMount } = useApi(ROUTE, { params: { id: user.id } }, { staleTime: 0 });
  // What was known before may have been changed since, and would be saved again.
  const isKnown = data !== undefined && isFetchedAfterMount;
  return (
    <Dialog title={text('operator.quotasOf', { email: user.email })} onClose={onClose}>
      {!isKnown && error === null && <Loading lines={3} />}
      {error !== null && <Failed error={error} />}
      {isKnown && error === null && <QuotasForm userId={user.id} quotas={data} onClose={onClose} />}
    </Dialog>
  );
}

function QuotasForm({
  userId,
  quotas: { limits, used },
  onClose,
}: {
  userId: string;
  quotas: QuotaAnswer;
  onClose: () => void;
}): ReactElement {
  const text = useText();
  const { data: costs } = useApi('GET /api/v1/admin/costs', {});
  const capsForm = useCapsForm(limits.caps);
  const [refused, setRefused] = useState<string | null>(null);
  const save = useAct('PUT /api/v1/admin/users/{id}/quotas', [ROUTE]);
  const submit = (event: FormEvent<HTMLFormElement>): void => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    const given = QUOTAS.map((quota): [Quota, string] => [quota, String(form.get(quota)).trim()]);
    const counts = Object.fromEntries(
      given.filter(([, said]) => said !== '').map(([quota, said]) => [quota, Number(said)]),
    );
    setRefused(null);
    const caps = capsForm.read();
    if (caps === null) return;
    save.mutate(
      { params: { id: userId }, body: { ...counts, caps } },
      {
        onSuccess: () => {
          toast(text('settings.saved'));
          onClose();
        },
        onError: (error) => {
          if (!capsForm.refuse(error)) setRefused(error.message);
        },
      },
    );
  };
  const usedOf = (quota: Quota): string =>
    quota === 'alertsPerDay' ? '' : ` ${text('operator.has', { count: formatCount(used[quota]) })}`;
  return (
    <form className="stack" onSubmit={submit}>
      <p className="hint">{text('operator.quotasAbout')}</p>
      {QUOTAS.map((quota) => (
        <Field
          key={quota}
          label={`${text(`operator.quota_${quota}`)}${usedOf(quota)}`}
          name={quota}
          type="number"
          min={0}
          max={quota === 'alertsPerDay' ? 10_000_000 : 100_000}
          defaultValue={limits[quota]}
        />
      ))}
      <CapFields form={capsForm} currency={costs?.currency ?? null} />
      {refused !== null && (
        <p className="mistake" role="alert">
          {refused}
        </p>
      )}
      <Button kind="primary" type="submit" disabled={save.isPending}>
        {text('shell.save')}
      </Button>
    </form>
  );
}
