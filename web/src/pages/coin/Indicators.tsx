import { INDICATORS, checkParams, type IndicatorDefinition } from '@ubot/indicators';
import { useState, type FormEvent, type ReactElement } from 'react';
import { useText } from '../../texts/i18n.ts';
import { Button } from '../../ui/Button.tsx';
import { Dialog } from '../../ui/Dialog.tsx';
import { Field } from '../../ui/Field.tsx';
import { Icon } from '../../ui/Icon.tsx';
import { definitionOf, labelOf, MOST_INDICATORS, type ChosenIndicator } from './indicators.ts';

// A polled source has no volume of a candle's own, so what needs it is unknown here as it is in strategies.
const OFFERED = [...INDICATORS.values()].filter(({ inputs }) => inputs === 'series' || !inputs.includes('volume'));

/** What stands on the chart, each with its settings; and the catalogue to add from. */
export function Indicators({
  chosen,
  onChange,
}: {
  chosen: readonly ChosenIndicator[];
  onChange: (chosen: readonly ChosenIndicator[]) => void;
}): ReactElement {
  const text = useText();
  const [asks, setAsks] = useState<'add' | number | null>(null);
  const edited = typeof asks === 'number' ? chosen[asks] : undefined;
  const add = ({ name, params }: IndicatorDefinition): void => {
    onChange([...chosen, { name, params: params.map((param) => param.default) }]);
    setAsks(null);
  };
  return (
    <div className="chips indicators" role="group" aria-label={text('coin.indicators')}>
      {chosen.map((each, at) => (
        <span className="chip indicator" key={`${labelOf(each)} ${String(at)}`}>
          <button
            type="button"
            aria-label={text('coin.settings', { name: labelOf(each) })}
            title={definitionOf(each).title}
            disabled={each.params.length === 0}
            onClick={() => setAsks(at)}
          >
            {labelOf(each)}
          </button>
          <button
            type="button"
            aria-label={text('coin.remove', { name: labelOf(each) })}
            onClick={() => onChange(chosen.filter((_other, other) => other !== at))}
          >
            <Icon name="close" size={14} />
          </button>
        </span>
      ))}
      <button type="button" className="chip" disabled={chosen.length >= MOST_INDICATORS} onClick={() => setAsks('add')}>
        <Icon name="plus" size={14} /> {text('coin.indicators')}
      </button>
      {asks === 'add' && <Catalogue onAdd={add} onClose={() => setAsks(null)} />}
      {edited !== undefined && (
        <Settings
          chosen={edited}
          onApply={(params) => {
            onChange(chosen.map((each, at) => (at === asks ? { name: each.name, params } : each)));
            setAsks(null);
          }}
          onClose={() => setAsks(null)}
        />
      )}
    </div>
  );
}

function Catalogue({
  onAdd,
  onClose,
}: {
  onAdd: (definition: IndicatorDefinition) => void;
  onClose: () => void;
}): ReactElement {
  const text = useText();
  const [search, setSearch] = useState('');
  const wanted = search.trim().toLowerCase();
  const found = OFFERED.filter(({ name, title }) => `${name} ${title}`.toLowerCase().includes(wanted));
  return (
    <Dialog title={text('coin.addIndicator')} onClose={onClose}>
      <Field
        label={text('coin.findIndicator')}
        type="search"
        value={search}
        autoFocus
        onChange={({ target }) => setSearch(target.value)}
      />
      {found.length === 0 && <p className="faint">{text('coin.noIndicator')}</p>}
      <ul className="catalogue">
        {found.map((definition) => (
          <li key={definition.name}>
            <button type="button" onClick={() => onAdd(definition)}>
              <b>{definition.title}</b> <code>{definition.name}</code>
              <span className="faint">{definition.about}</span>
              <span className="faint place">
                {text(definition.chart.pane === 'price' ? 'coin.overlay' : 'coin.pane')}
              </span>
            </button>
          </li>
        ))}
      </ul>
    </Dialog>
  );
}

function Settings({
  chosen,
  onApply,
  onClose,
}: {
  chosen: ChosenIndicator;
  onApply: (params: readonly number[]) => void;
  onClose: () => void;
}): ReactElement {
  const text = useText();
  const definition = definitionOf(chosen);
  const [mistake, setMistake] = useState<string | null>(null);
  const submit = (event: FormEvent<HTMLFormElement>): void => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    const checked = checkParams(
      chosen.name,
      definition.params.map(({ name }) => Number(form.get(name))),
    );
    if (checked.ok) onApply(checked.value);
    else setMistake(checked.failure.detail);
  };
  return (
    <Dialog title={definition.title} onClose={onClose}>
      <p className="faint">{definition.about}</p>
      <form className="stack" onSubmit={submit} noValidate>
        {mistake !== null && (
          <p className="mistake-box" role="alert">
            {mistake}
          </p>
        )}
        {definition.params.map(({ name, kind, minimum, maximum }, at) => (
          <Field
            key={name}
            label={name}
            name={name}
            type="number"
            min={minimum}
            max={maximum}
            step={kind === 'integer' ? 1 : 'any'}
            defaultValue={chosen.params[at]}
            required
          />
        ))}
        <div className="dialog-actions">
          <Button onClick={onClose}>{text('shell.cancel')}</Button>
          <Button kind="primary" type="submit">
            {text('coin.apply')}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
