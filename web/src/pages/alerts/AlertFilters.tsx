import type { Strategy } from '@ubot/contracts';
import { useState, type FormEvent, type ReactElement } from 'react';
import { Link } from 'wouter';
import { useApi } from '../../api/api.ts';
import { instantOf, localTimeOf } from '../../lib/localTime.ts';
import { useZone } from '../../lib/zone.ts';
import { CoinPicker } from '../../parts/CoinPicker.tsx';
import { PATHS } from '../../paths.ts';
import { useText } from '../../texts/i18n.ts';
import { Button } from '../../ui/Button.tsx';
import { Field } from '../../ui/Field.tsx';
import { Icon } from '../../ui/Icon.tsx';
import { changed, RANGES, type AlertFilter, type RangeName } from './filter.ts';

interface FilterProps {
  readonly filter: AlertFilter;
  readonly onChange: (filter: AlertFilter) => void;
}

/** Strategy, coin and time. What it shows is what the address says. */
export function AlertFilters({
  filter,
  onChange,
  strategies,
}: FilterProps & { strategies: readonly Strategy[] | undefined }): ReactElement {
  const text = useText();
  const { strategyId, mutedBy, range } = filter;
  const isGone =
    strategyId !== undefined && strategies !== undefined && !strategies.some(({ id }) => id === strategyId);
  return (
    <search className="stack">
      <div className="filters">
        <select
          className="input narrow"
          aria-label={text('alerts.ofStrategy')}
          value={strategyId ?? ''}
          onChange={({ target: { value } }) =>
            onChange(changed(filter, { strategyId: value === '' ? undefined : value }))
          }
        >
          <option value="">{text('alerts.allStrategies')}</option>
          {strategies?.map(({ id, name }) => (
            <option key={id} value={id}>
              {name}
            </option>
          ))}
          {isGone && <option value={strategyId}>{text('alerts.goneStrategy')}</option>}
        </select>
        <CoinFilter filter={filter} onChange={onChange} />
        <select
          className="input narrow"
          aria-label={text('alerts.time')}
          value={range ?? ''}
          onChange={({ target: { value } }) => onChange(withRange(filter, value))}
        >
          <option value="">{text('alerts.anyTime')}</option>
          {RANGE_NAMES.map((each) => (
            <option key={each} value={each}>
              {text(`alerts.range_${each}`)}
            </option>
          ))}
          <option value="own">{text('alerts.range_own')}</option>
        </select>
        {Object.keys(filter).length > 0 && (
          <Link className="button quiet" href={PATHS.alerts}>
            <Icon name="close" size={16} /> {text('alerts.clear')}
          </Link>
        )}
      </div>
      {range === 'own' && <OwnRange key={`${filter.fromMs} ${filter.toMs}`} filter={filter} onChange={onChange} />}
      {mutedBy !== undefined && <p className="note-box">{text('muting.mutedBy')}</p>}
    </search>
  );
}

const RANGE_NAMES = Object.keys(RANGES) as RangeName[];
const MINUTE_MS = 60_000;
const minuteOf = (atMs: number): number => Math.floor(atMs / MINUTE_MS) * MINUTE_MS;

/** Times of one's own begin where the range before them did: there is something to change. */
function withRange(filter: AlertFilter, name: string): AlertFilter {
  const { range } = filter;
  const fromMs = range === undefined || range === 'own' ? undefined : minuteOf(Date.now() - RANGES[range]);
  return changed(filter, {
    range: name === '' ? undefined : (name as RangeName | 'own'),
    fromMs: name === 'own' ? fromMs : undefined,
    toMs: undefined,
  });
}

/** A search while none is chosen, then the coin with a way out of it. */
function CoinFilter({ filter, onChange }: FilterProps): ReactElement {
  const text = useText();
  const { coinId } = filter;
  // Where one had the focus, the other that comes in its place has it.
  const [isSwapped, setSwapped] = useState(false);
  const { data: coin } = useApi(
    'GET /api/v1/coins/{id}',
    { params: { id: coinId ?? 0 } },
    { enabled: coinId !== undefined },
  );
  if (coinId === undefined) {
    return (
      <div className="coin-filter">
        <CoinPicker
          label={text('alerts.coin')}
          placeholder={text('alerts.allCoins')}
          autoFocus={isSwapped}
          onPick={(picked) => {
            if (picked === null) return;
            setSwapped(true);
            onChange(changed(filter, { coinId: picked.id }));
          }}
        />
      </div>
    );
  }
  const name = coin === undefined ? `#${coinId}` : `${coin.name} (${coin.symbol})`;
  return (
    <Button
      autoFocus={isSwapped}
      aria-label={text('alerts.anyCoin', { name })}
      onClick={() => {
        setSwapped(true);
        onChange(changed(filter, { coinId: undefined }));
      }}
    >
      {name} <Icon name="close" size={16} />
    </Button>
  );
}

/** Two times by the user's own clock; either may stay open. */
function OwnRange({ filter, onChange }: FilterProps): ReactElement {
  const text = useText();
  const zone = useZone();
  const first = (atMs: number | undefined): string => (atMs === undefined ? '' : localTimeOf(atMs, zone));
  const [from, setFrom] = useState(first(filter.fromMs));
  const [to, setTo] = useState(first(filter.toMs));
  const [mistake, setMistake] = useState<string | null>(null);
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    const [fromMs, toMs] = [from, to].map((written) => instantOf(written, zone) ?? undefined);
    if (fromMs !== undefined && toMs !== undefined && fromMs >= toMs) return setMistake(text('alerts.wrongRange'));
    setMistake(null);
    onChange(changed(filter, { fromMs, toMs }));
  };
  return (
    <form className="own-range" onSubmit={submit}>
      <Field
        label={text('alerts.from')}
        type="datetime-local"
        value={from}
        onChange={({ target }) => setFrom(target.value)}
      />
      <Field
        label={text('alerts.to')}
        hint={text('coin.times', { zone })}
        mistake={mistake}
        type="datetime-local"
        value={to}
        onChange={({ target }) => setTo(target.value)}
      />
      <Button type="submit">{text('alerts.show')}</Button>
    </form>
  );
}
