import type { CostsAnswer, Settings } from '@ubot/contracts';
import { useState, type FormEvent, type ReactElement } from 'react';
import { useAct, useApi } from '../../api/api.ts';
import { formatCount, formatDateTime } from '../../lib/format.ts';
import { formatMoney } from '../../lib/money.ts';
import { CapFields } from '../../parts/CapFields.tsx';
import { CAPS, type CapName } from '../../parts/caps.ts';
import { useCapsForm } from '../../parts/useCapsForm.ts';
import { useText } from '../../texts/i18n.ts';
import { Button } from '../../ui/Button.tsx';
import { Failed, Loading } from '../../ui/states.tsx';
import { toast } from '../../ui/toasts.tsx';
import { Section } from './Section.tsx';

const SETTINGS = 'GET /api/v1/settings';
const COSTS = 'GET /api/v1/costs';

/** How much may go out, and for how much money: one's own caps, within the operator's. */
export function OwnCaps(): ReactElement {
  const text = useText();
  const settings = useApi(SETTINGS, {});
  const costs = useApi(COSTS, {});
  const error = settings.error ?? costs.error;
  const retry = (): void => void Promise.all([settings.refetch(), costs.refetch()]);
  const isRead = settings.data !== undefined && costs.data !== undefined;
  return (
    <Section title={text('costs.caps')} about={text('costs.capsAbout')}>
      {!isRead && error === null && <Loading lines={2} />}
      {!isRead && error !== null && <Failed error={error} retry={retry} />}
      {isRead && <CapsForm saved={settings.data} costs={costs.data} />}
    </Section>
  );
}

function CapsForm({ saved, costs }: { saved: Settings; costs: CostsAnswer }): ReactElement {
  const text = useText();
  const form = useCapsForm(saved.caps);
  const [refused, setRefused] = useState<string | null>(null);
  const save = useAct('PUT /api/v1/settings', [SETTINGS, COSTS]);
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    setRefused(null);
    const caps = form.read();
    if (caps === null) return;
    const { timeZone, defaultChannelIds } = saved;
    save.mutate(
      { body: { timeZone, defaultChannelIds, caps: Object.keys(caps).length === 0 ? null : caps } },
      {
        onSuccess: () => toast(text('settings.saved')),
        onError: (error) => {
          if (!form.refuse(error)) setRefused(error.message);
        },
      },
    );
  };
  const say = useCapInWords(costs);
  return (
    <form className="stack" onSubmit={submit} noValidate>
      <CapFields form={form} currency={costs.currency} hintOf={(name) => say(name, form.written[name])} />
      {costs.currency === null && <p className="hint">{text('costs.noMoneyCaps')}</p>}
      {refused !== null && (
        <p className="mistake" role="alert">
          {refused}
        </p>
      )}
      <Button kind="primary" type="submit" className="start" disabled={save.isPending}>
        {text('costs.saveCaps')}
      </Button>
    </form>
  );
}

/** What is used so far, when that begins anew, and the operator's cap: "3 so far today (anew …) · the operator’s cap is 5". */
function useCapInWords({ caps, messages, totals, currency }: CostsAnswer) {
  const text = useText();
  return (name: CapName, written: string): string | undefined => {
    const { what, period } = CAPS.find((each) => each.name === name) ?? CAPS[0];
    const show = (amount: string): string =>
      what === 'money' && currency !== null ? formatMoney(amount, currency) : formatCount(Number(amount));
    const states = caps.filter((each) => each.what === what && each.period === period);
    const [state] = states;
    const paid = totals.find((total) => total.currency === currency)?.amount ?? '0';
    // Of a day that nothing caps nobody has counted.
    const used = state?.used ?? (period === 'day' ? undefined : what === 'money' ? paid : String(messages));
    const operators = states.find(({ setBy }) => setBy === 'operator')?.limit;
    const own = Number(written.trim().replace(',', '.'));
    const isLower = operators !== undefined && written.trim() !== '' && Number(operators) < own;
    const said = [
      used === undefined
        ? ''
        : text(period === 'day' ? 'costs.usedToday' : 'costs.usedThisMonth', { used: show(used) }),
      state === undefined ? '' : text('costs.anew', { time: formatDateTime(state.endsAtMs) }),
      operators === undefined
        ? ''
        : text(isLower ? 'costs.operatorsLower' : 'costs.operators', { limit: show(operators) }),
    ].filter((part) => part !== '');
    return said.length === 0 ? undefined : said.join(' · ');
  };
}
