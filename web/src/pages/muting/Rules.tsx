import type { Inhibition, InhibitionInput, Strategy } from '@ubot/contracts';
import { useState, type ReactElement } from 'react';
import { useAct, useApi } from '../../api/api.ts';
import { useText } from '../../texts/i18n.ts';
import { Button, IconButton } from '../../ui/Button.tsx';
import { Icon } from '../../ui/Icon.tsx';
import { Switch } from '../../ui/Switch.tsx';
import { toast, toastFailure } from '../../ui/toasts.tsx';
import { MutedAlerts } from './MutedAlerts.tsx';
import { RuleForm } from './RuleForm.tsx';

const LIST = 'GET /api/v1/inhibitions';

/** Rules by which a strategy that fires mutes others. */
export function Rules({ strategies }: { strategies: readonly Strategy[] }): ReactElement {
  const text = useText();
  const { data } = useApi(LIST, {}, { refetchInterval: 30_000 });
  const [isMaking, setMaking] = useState(false);
  return (
    <section className="muting-rules" aria-labelledby="rules-title">
      <div className="page-head">
        <div>
          <h2 id="rules-title">{text('muting.rules')}</h2>
          <p className="hint">{text('muting.rulesAbout')}</p>
        </div>
        <Button disabled={strategies.length === 0} onClick={() => setMaking(true)}>
          <Icon name="plus" />
          {text('muting.newRule')}
        </Button>
      </div>
      {data?.inhibitions.length === 0 && <p className="facts">{text('muting.rulesNone')}</p>}
      <ul className="muting-list">
        {data?.inhibitions.map((rule) => (
          <RuleRow key={rule.id} rule={rule} strategies={strategies} />
        ))}
      </ul>
      {isMaking && <RuleForm rule={null} strategies={strategies} onClose={() => setMaking(false)} />}
    </section>
  );
}

/** The rule without what uBot adds to it. */
function inputOf(rule: Inhibition): InhibitionInput {
  const { name, enabled, sourceStrategyId, sourceCoinId, sameCoin, targetTags, targetStrategyIds } = rule;
  return { name, enabled, sourceStrategyId, sourceCoinId, sameCoin, targetTags, targetStrategyIds };
}

function RuleRow({ rule, strategies }: { rule: Inhibition; strategies: readonly Strategy[] }): ReactElement {
  const text = useText();
  const [isChanging, setChanging] = useState(false);
  const change = useAct('PUT /api/v1/inhibitions/{id}', [LIST]);
  const remove = useAct('DELETE /api/v1/inhibitions/{id}', [LIST]);
  const { id, name, enabled, active, mutedAlerts } = rule;
  return (
    <li className="card muting-row">
      <Switch
        isOn={enabled}
        label={text(enabled ? 'muting.pauseIt' : 'muting.enableIt', { name })}
        disabled={change.isPending}
        onClick={() =>
          change.mutate({ params: { id }, body: { ...inputOf(rule), enabled: !enabled } }, { onError: toastFailure })
        }
      />
      <div className="about">
        <strong>{name}</strong>
        <p>{useRuleInWords(rule, strategies)}</p>
        <p className="facts">
          <MutedAlerts id={id} count={mutedAlerts} />
        </p>
      </div>
      {active && <span className="badge">{text('muting.activeRule')}</span>}
      <div className="row-actions">
        <IconButton icon="settings" label={text('muting.editIt', { name })} onClick={() => setChanging(true)} />
        <IconButton
          icon="trash"
          label={text('muting.deleteRule', { name })}
          onClick={() =>
            remove.mutate(
              { params: { id } },
              { onSuccess: () => toast(text('muting.deletedRule', { name })), onError: toastFailure },
            )
          }
        />
      </div>
      {isChanging && <RuleForm rule={rule} strategies={strategies} onClose={() => setChanging(false)} />}
    </li>
  );
}

function useRuleInWords(rule: Inhibition, strategies: readonly Strategy[]): string {
  const text = useText();
  const { sourceCoinId, sourceStrategyId, sameCoin, targetTags, targetStrategyIds } = rule;
  const { data: coin } = useApi(
    'GET /api/v1/coins/{id}',
    { params: { id: sourceCoinId ?? 1 } },
    { enabled: sourceCoinId !== null, staleTime: 10 * 60_000 },
  );
  const nameOf = (id: string): string => strategies.find((each) => each.id === id)?.name ?? text('muting.gone');
  const targets = [
    ...(targetStrategyIds ?? []).map((id) => `“${nameOf(id)}”`),
    ...(targetTags === null ? [] : [text('muting.inWordsTags', { tags: targetTags.join(', ') })]),
  ];
  return text('muting.inWords', {
    source: nameOf(sourceStrategyId),
    coin: sourceCoinId === null ? '' : text('muting.inWordsCoin', { coin: coin?.name ?? `#${sourceCoinId}` }),
    targets: targets.length === 0 ? text('muting.inWordsAll') : targets.join(', '),
    same: sameCoin ? text('muting.inWordsSame') : '',
  });
}
