import type { Inhibition, Strategy } from '@ubot/contracts';
import { useState, type FormEvent, type ReactElement } from 'react';
import { useAct, useApi } from '../../api/api.ts';
import { CoinPicker } from '../../parts/CoinPicker.tsx';
import { useText } from '../../texts/i18n.ts';
import { Button } from '../../ui/Button.tsx';
import { Dialog } from '../../ui/Dialog.tsx';
import { Field } from '../../ui/Field.tsx';
import { Loading } from '../../ui/states.tsx';
import { toast } from '../../ui/toasts.tsx';
import { Choice } from './SilenceForm.tsx';

const LIST = 'GET /api/v1/inhibitions';
const KINDS = ['all', 'tags', 'strategies'] as const;
type Kind = (typeof KINDS)[number];

interface Draft {
  readonly name: string;
  readonly sourceStrategyId: string;
  readonly sourceCoinId: number | null;
  readonly sameCoin: boolean;
  readonly targets: Kind;
  readonly tags: string;
  readonly strategyIds: readonly string[];
}

function draftOf(rule: Inhibition | null, strategies: readonly Strategy[]): Draft {
  const ids = rule?.targetStrategyIds ?? null;
  const tags = rule?.targetTags ?? null;
  return {
    name: rule?.name ?? '',
    sourceStrategyId: rule?.sourceStrategyId ?? strategies[0]?.id ?? '',
    sourceCoinId: rule?.sourceCoinId ?? null,
    sameCoin: rule?.sameCoin ?? false,
    targets: ids !== null ? 'strategies' : tags !== null ? 'tags' : 'all',
    tags: (tags ?? []).join(', '),
    strategyIds: ids ?? [],
  };
}

const wordsIn = (written: string): string[] => [
  ...new Set(
    written
      .split(',')
      .map((each) => each.trim())
      .filter((each) => each !== ''),
  ),
];

export function RuleForm({
  rule,
  strategies,
  onClose,
}: {
  rule: Inhibition | null;
  strategies: readonly Strategy[];
  onClose: () => void;
}): ReactElement {
  const text = useText();
  const [draft, setDraft] = useState(() => draftOf(rule, strategies));
  const set = (changes: Partial<Draft>): void => setDraft((now) => ({ ...now, ...changes }));
  const create = useAct('POST /api/v1/inhibitions', [LIST]);
  const change = useAct('PUT /api/v1/inhibitions/{id}', [LIST]);
  const { data: coin, isLoading } = useApi(
    'GET /api/v1/coins/{id}',
    { params: { id: rule?.sourceCoinId ?? 1 } },
    { enabled: rule?.sourceCoinId != null },
  );
  const error = create.error ?? change.error;
  const others = strategies.filter(({ id }) => id !== draft.sourceStrategyId);
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    const { name, sourceStrategyId, sourceCoinId, sameCoin, targets, tags, strategyIds } = draft;
    const body = {
      name: name.trim(),
      enabled: rule?.enabled ?? true,
      sourceStrategyId,
      sourceCoinId,
      sameCoin,
      targetTags: targets === 'tags' ? wordsIn(tags) : null,
      targetStrategyIds: targets === 'strategies' ? strategyIds.filter((id) => id !== sourceStrategyId) : null,
    };
    const done = {
      onSuccess: () => {
        toast(text('muting.savedRule', { name: body.name }));
        onClose();
      },
    };
    if (rule === null) create.mutate({ body }, done);
    else change.mutate({ params: { id: rule.id }, body }, done);
  };
  return (
    <Dialog title={text(rule === null ? 'muting.newRule' : 'muting.editRule')} onClose={onClose}>
      <form className="stack" onSubmit={submit}>
        <Field
          label={text('muting.ruleName')}
          value={draft.name}
          maxLength={120}
          required
          onChange={({ target }) => set({ name: target.value })}
        />
        <Choice
          label={text('muting.source')}
          value={draft.sourceStrategyId}
          onChange={(sourceStrategyId) => set({ sourceStrategyId })}
          options={strategies.map(({ id, name }) => [id, name])}
        />
        <div className="field">
          <span className="label">{text('muting.sourceCoin')}</span>
          {isLoading ? (
            <Loading lines={1} />
          ) : (
            <CoinPicker
              label={text('muting.sourceCoin')}
              placeholder={text('muting.anyCoin')}
              first={coin?.name ?? ''}
              onPick={(picked) => set({ sourceCoinId: picked?.id ?? null })}
            />
          )}
        </div>
        <Choice
          label={text('muting.targets')}
          value={draft.targets}
          onChange={(targets) => set({ targets: targets as Kind })}
          options={KINDS.map((kind) => [kind, text(`muting.targets_${kind}`)])}
        />
        {draft.targets === 'tags' && (
          <Field
            label={text('muting.tags')}
            value={draft.tags}
            required
            onChange={({ target }) => set({ tags: target.value })}
          />
        )}
        {draft.targets === 'strategies' && (
          <div className="choices" role="group" aria-label={text('muting.targets_strategies')}>
            {others.map(({ id, name }) => (
              <label key={id} className="choice">
                <input
                  type="checkbox"
                  checked={draft.strategyIds.includes(id)}
                  onChange={({ target }) =>
                    set({
                      strategyIds: target.checked
                        ? [...draft.strategyIds, id]
                        : draft.strategyIds.filter((each) => each !== id),
                    })
                  }
                />
                {name}
              </label>
            ))}
          </div>
        )}
        <label className="choice">
          <input
            type="checkbox"
            checked={draft.sameCoin}
            onChange={({ target }) => set({ sameCoin: target.checked })}
          />
          {text('muting.sameCoin')}
        </label>
        {error !== null && (
          <p className="mistake" role="alert">
            {error.message}
          </p>
        )}
        <Button kind="primary" type="submit" disabled={create.isPending || change.isPending}>
          {text('muting.saveRule')}
        </Button>
      </form>
    </Dialog>
  );
}
