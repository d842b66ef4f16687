import { TIMEFRAMES, type Strategy } from '@ubot/contracts';
import { useCallback, useMemo, useState, type FormEvent, type ReactElement } from 'react';
import { useLocation, useParams, useSearch } from 'wouter';
import { ApiProblem, keyOf, queries, useAct, useApi } from '../../api/api.ts';
import { PATHS } from '../../paths.ts';
import { useText } from '../../texts/i18n.ts';
import { BackLink } from '../../ui/BackLink.tsx';
import { Button } from '../../ui/Button.tsx';
import { Field } from '../../ui/Field.tsx';
import { Failed, Loading } from '../../ui/states.tsx';
import { toast, toastFailure } from '../../ui/toasts.tsx';
import { addressOfStrategy } from './addresses.ts';
import { ChannelFields } from './ChannelFields.tsx';
import { ConditionFields } from './ConditionFields.tsx';
import { checkDraft, checkMessage, draftOf, inputOf, missingIn, NEW_DRAFT, TEMPLATES, type Draft } from './draft.ts';
import { MessageField } from './MessageField.tsx';
import { NameFields } from './NameFields.tsx';
import { PreviewPanel } from './PreviewPanel.tsx';
import { TagFields } from './TagFields.tsx';
import { TriggerFields } from './TriggerFields.tsx';
import { UniverseFields } from './UniverseFields.tsx';
import './strategies.css';

/** A new strategy, empty or from a template. */
export function NewStrategyPage(): ReactElement {
  const text = useText();
  const wished = new URLSearchParams(useSearch()).get('template');
  const template = TEMPLATES.find(({ id }) => id === wished);
  const first: Draft =
    template === undefined
      ? NEW_DRAFT
      : {
          ...NEW_DRAFT,
          ...template.draft,
          name: text(`strategies.template_${template.id}`),
          trigger: { ...NEW_DRAFT.trigger, ...template.draft.trigger },
        };
  return <StrategyForm key={wished} title={text('strategies.newTitle')} first={first} saved={null} />;
}

/** A strategy that is there. */
export function StrategyPage(): ReactElement {
  const { id = '' } = useParams<{ id: string }>();
  const { data, error, refetch } = useApi('GET /api/v1/strategies/{id}', { params: { id } });
  if (data !== undefined) {
    return <StrategyForm key={data.versionId} title={data.name} first={draftOf(data)} saved={data} />;
  }
  return error === null ? <Loading /> : <Failed error={error} retry={() => void refetch()} />;
}

function StrategyForm({ title, first, saved }: { title: string; first: Draft; saved: Strategy | null }): ReactElement {
  const text = useText();
  const [, go] = useLocation();
  const [draft, setDraft] = useState(first);
  const [wasTried, setTried] = useState(false);
  const create = useAct('POST /api/v1/strategies', ['GET /api/v1/strategies']);
  const replace = useAct('PUT /api/v1/strategies/{id}', ['GET /api/v1/strategies']);
  const change = (changes: Partial<Draft>): void => setDraft((now) => ({ ...now, ...changes }));

  const { timeframe, indicators, trigger } = draft;
  const check = useCallback(
    (condition: string) => checkDraft({ ...NEW_DRAFT, timeframe, indicators, trigger }, condition),
    [timeframe, indicators, trigger],
  );
  const diagnostics = useMemo(
    () => (draft.condition.trim() === '' ? [] : check(draft.condition)),
    [check, draft.condition],
  );
  const missing = missingIn(draft);
  const hasMistakes = diagnostics.some(({ severity }) => severity === 'error');
  const isBusy = create.isPending || replace.isPending;

  const submit = (event: FormEvent): void => {
    event.preventDefault();
    setTried(true);
    if (missing.length > 0 || hasMistakes || checkMessage(draft, draft.message).diagnostics.length > 0) return;
    const body = inputOf(draft, saved?.enabled ?? true);
    const onError = (error: Error): void => {
      // The server names coins and stored history that the browser does not know; it says the mistake in words.
      const [mistake] = error instanceof ApiProblem ? error.failure.errors : [];
      const said =
        typeof mistake === 'object' && mistake !== null && 'message' in mistake ? String(mistake.message) : null;
      toastFailure(said === null ? error : new Error(said));
    };
    if (saved === null) {
      create.mutate(
        { body, idempotencyKey: crypto.randomUUID() },
        {
          onError,
          onSuccess: ({ name }) => {
            toast(text('strategies.created', { name }));
            go(PATHS.strategies);
          },
        },
      );
      return;
    }
    replace.mutate(
      { params: { id: saved.id }, body },
      {
        onError,
        onSuccess: (strategy) => {
          queries.setQueryData(keyOf('GET /api/v1/strategies/{id}', { params: { id: strategy.id } }), strategy);
          toast(text('strategies.saved', { version: strategy.version }));
          go(addressOfStrategy(strategy.id), { replace: true });
        },
      },
    );
  };

  return (
    <form className="page strategy-form" noValidate onSubmit={submit}>
      <div className="page-head">
        <div>
          <BackLink href={PATHS.strategies}>{text('strategies.title')}</BackLink>
          <h1>{title}</h1>
          {saved !== null && <p className="facts">{text('strategies.version', { version: saved.version })}</p>}
        </div>
        <Button kind="primary" type="submit" disabled={isBusy}>
          {text(saved === null ? 'strategies.create' : 'shell.save')}
        </Button>
      </div>
      <div className="card sections">
        <Field
          label={text('strategies.name')}
          value={draft.name}
          maxLength={100}
          mistake={wasTried && missing.includes('name') ? text('strategies.nameMissing') : null}
          onChange={({ target }) => change({ name: target.value })}
        />
        <UniverseFields value={draft.universe} onChange={(universe) => change({ universe })} />
        {wasTried && missing.includes('coins') && <p className="mistake">{text('strategies.coinsMissing')}</p>}
        <fieldset className="fieldset">
          <legend>{text('strategies.timeframe')}</legend>
          <div className="choices timeframes" role="group">
            {TIMEFRAMES.map((each) => (
              <button
                key={each}
                type="button"
                className="chip"
                aria-pressed={timeframe === each}
                onClick={() => change({ timeframe: each })}
              >
                {each}
              </button>
            ))}
          </div>
        </fieldset>
      </div>
      <div className="card sections">
        <ConditionFields
          draft={draft}
          check={check}
          diagnostics={diagnostics}
          isMissing={wasTried && missing.includes('condition')}
          onChange={(condition) => change({ condition })}
        />
        <NameFields value={indicators} onChange={(own) => change({ indicators: own })} />
      </div>
      <PreviewPanel draft={draft} isReady={!hasMistakes && !missing.some((each) => each !== 'name')} />
      <div className="card sections">
        <TriggerFields value={trigger} onChange={(next) => change({ trigger: next })} />
      </div>
      <div className="card sections">
        <ChannelFields value={draft.channelIds} onChange={(channelIds) => change({ channelIds })} />
        <MessageField draft={draft} strategyId={saved?.id ?? null} onChange={(message) => change({ message })} />
      </div>
      <div className="card sections">
        <TagFields tags={draft.tags} urgent={draft.urgent} onChange={change} />
      </div>
    </form>
  );
}
