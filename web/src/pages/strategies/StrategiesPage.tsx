import type { Strategy } from '@ubot/contracts';
import { useState, type ReactElement } from 'react';
import { Link, useLocation } from 'wouter';
import { keyOf, queries, useAct, useApi } from '../../api/api.ts';
import { PATHS } from '../../paths.ts';
import { useText } from '../../texts/i18n.ts';
import { IconButton } from '../../ui/Button.tsx';
import { Confirm } from '../../ui/Dialog.tsx';
import { Icon } from '../../ui/Icon.tsx';
import { Menu, MenuItem } from '../../ui/Menu.tsx';
import { Switch } from '../../ui/Switch.tsx';
import { Empty, Failed, Loading } from '../../ui/states.tsx';
import { toast, toastFailure } from '../../ui/toasts.tsx';
import { TEMPLATES } from './draft.ts';
import { useTriggerInWords } from './TriggerFields.tsx';
import { addressOfStrategy, addressOfTemplate } from './addresses.ts';
import { useUniverseInWords } from './universeInWords.ts';
import './strategies.css';

const LIST = 'GET /api/v1/strategies';
const PAGE = 200;

/** Every strategy of the user: what it asks, whether it is on; and templates to begin with. */
export function StrategiesPage(): ReactElement {
  const text = useText();
  const { data, error, refetch } = useApi(LIST, { query: { limit: PAGE } });
  return (
    <div className="page">
      <div className="page-head">
        <h1>{text('strategies.title')}</h1>
        <Link className="button primary" href={PATHS.newStrategy}>
          <Icon name="plus" />
          {text('strategies.new')}
        </Link>
      </div>
      {data === undefined && error === null && <Loading />}
      {error !== null && data === undefined && <Failed error={error} retry={() => void refetch()} />}
      {data !== undefined && data.strategies.length === 0 && (
        <Empty icon="strategy" title={text('strategies.emptyTitle')} about={text('strategies.emptyAbout')} />
      )}
      {data !== undefined && data.strategies.length > 0 && (
        <ul className="strategy-list">
          {data.strategies.map((strategy) => (
            <StrategyRow key={strategy.id} strategy={strategy} />
          ))}
        </ul>
      )}
      {data !== undefined && <Templates />}
    </div>
  );
}

function Templates(): ReactElement {
  const text = useText();
  return (
    <section className="templates" aria-labelledby="templates-title">
      <h2 id="templates-title">{text('strategies.templates')}</h2>
      <ul>
        {TEMPLATES.map(({ id, draft }) => (
          <li key={id}>
            <Link className="card template" href={addressOfTemplate(id)}>
              <strong>{text(`strategies.template_${id}`)}</strong>
              <span>{text(`strategies.templateAbout_${id}`)}</span>
              <code>{draft.condition}</code>
            </Link>
          </li>
        ))}
      </ul>
    </section>
  );
}

function StrategyRow({ strategy }: { strategy: Strategy }): ReactElement {
  const text = useText();
  const [, go] = useLocation();
  const [isDeleting, setDeleting] = useState(false);
  const enable = useAct('POST /api/v1/strategies/{id}/enable', [LIST]);
  const pause = useAct('POST /api/v1/strategies/{id}/pause', [LIST]);
  const duplicate = useAct('POST /api/v1/strategies/{id}/duplicate', [LIST]);
  const remove = useAct('DELETE /api/v1/strategies/{id}', [LIST]);
  const inWords = useTriggerInWords(strategy.trigger);
  const universe = useUniverseInWords(strategy.universe);
  const { id, name, enabled } = strategy;
  const params = { id };
  const toggle = enabled ? pause : enable;
  const isBusy = enable.isPending || pause.isPending;
  return (
    <li className="card strategy-row">
      <Switch
        isOn={enabled}
        label={text(enabled ? 'strategies.pauseIt' : 'strategies.enableIt', { name })}
        disabled={isBusy}
        onClick={() => toggle.mutate({ params }, { onError: toastFailure })}
      />
      <div className="about">
        <Link href={addressOfStrategy(id)} className="name">
          {name}
        </Link>
        <p className="facts">
          <span>
            {universe} · {strategy.timeframe}
          </span>
          {!enabled && <span className="badge">{text('strategies.paused')}</span>}
          {strategy.urgent && <span className="badge">{text('strategies.urgentShort')}</span>}
          {strategy.tags.map((tag) => (
            <span key={tag} className="badge quiet">
              {tag}
            </span>
          ))}
        </p>
        <code>{strategy.condition}</code>
        <p className="facts">{inWords}</p>
      </div>
      <Menu trigger={<IconButton icon="more" label={text('strategies.moreOf', { name })} />}>
        <MenuItem onSelect={() => go(addressOfStrategy(id))}>{text('strategies.edit')}</MenuItem>
        <MenuItem onSelect={() => go(`${PATHS.alerts}?strategy=${id}`)}>{text('strategies.itsAlerts')}</MenuItem>
        <MenuItem
          onSelect={() =>
            duplicate.mutate(
              { params, body: {} },
              { onSuccess: () => toast(text('strategies.duplicated')), onError: toastFailure },
            )
          }
        >
          {text('strategies.duplicate')}
        </MenuItem>
        <MenuItem onSelect={() => setDeleting(true)}>{text('shell.delete')}</MenuItem>
      </Menu>
      {isDeleting && (
        <Confirm
          title={text('strategies.deleteTitle', { name })}
          about={text('strategies.deleteAbout')}
          action={text('shell.delete')}
          onClose={() => setDeleting(false)}
          onConfirm={() => {
            setDeleting(false);
            remove.mutate(
              { params },
              {
                onSuccess: () => {
                  queries.removeQueries({ queryKey: keyOf('GET /api/v1/strategies/{id}', { params }) });
                  toast(text('strategies.deleted', { name }));
                },
                onError: toastFailure,
              },
            );
          }}
        />
      )}
    </li>
  );
}
