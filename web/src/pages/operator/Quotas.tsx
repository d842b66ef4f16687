import type { AdminUser, QuotaAnswer } from '@ubot/contracts';
import type { FormEvent, ReactElement } from 'react';
import { useAct, useApi } from '../../api/api.ts';
import { formatCount } from '../../lib/format.ts';
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
  const { data, error } = useApi(ROUTE, { params: { id: user.id } }, { staleTime: 0 });
  return (
    <Dialog title={text('operator.quotasOf', { email: user.email })} onClose={onClose}>
      {data === undefined && error === null && <Loading lines={3} />}
      {error !== null && <Failed error={error} />}
      {data !== undefined && <QuotasForm userId={user.id} quotas={data} onClose={onClose} />}
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
  const save = useAct('PUT /api/v1/admin/users/{id}/quotas', [ROUTE]);
  const submit = (event: FormEvent<HTMLFormElement>): void => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    const given = QUOTAS.map((quota): [Quota, string] => [quota, String(form.get(quota)).trim()]);
    const body = Object.fromEntries(
      given.filter(([, written]) => written !== '').map(([quota, written]) => [quota, Number(written)]),
    );
    save.mutate(
      { params: { id: userId }, body },
      {
        onSuccess: () => {
          toast(text('settings.saved'));
          onClose();
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
      {save.error !== null && (
        <p className="mistake" role="alert">
          {save.error.message}
        </p>
      )}
      <Button kind="primary" type="submit" disabled={save.isPending}>
        {text('shell.save')}
      </Button>
    </form>
  );
}
