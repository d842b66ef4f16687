import type { CoinMatch, Universe } from '@ubot/contracts';
import { useId, useState, type ReactElement } from 'react';
import { Link } from 'wouter';
import { useApi } from '../../api/api.ts';
import { PATHS } from '../../paths.ts';
import { useText } from '../../texts/i18n.ts';
import { IconButton } from '../../ui/Button.tsx';

const KINDS = ['top', 'coins', 'watchlist', 'all'] as const;
const TOP_CHOICES = [10, 50, 100, 200, 500, 1_000] as const;
const MATCHES = 8;

/** Which coins a strategy watches. Coins are picked from a search and kept by id: a symbol is never an identity. */
export function UniverseFields({
  value,
  onChange,
}: {
  value: Universe;
  onChange: (value: Universe) => void;
}): ReactElement {
  const text = useText();
  const group = useId();
  const choose = (kind: (typeof KINDS)[number]): void => {
    if (kind === value.kind) return;
    if (kind === 'top') onChange({ kind, count: 100 });
    else if (kind === 'coins') onChange({ kind, ids: [] });
    else if (kind === 'watchlist') onChange({ kind, id: '' });
    else onChange({ kind });
  };
  return (
    <fieldset className="fieldset">
      <legend>{text('strategies.universe')}</legend>
      <div className="choices">
        {KINDS.map((kind) => (
          <label key={kind} className="choice">
            <input type="radio" name={group} checked={value.kind === kind} onChange={() => choose(kind)} />
            {text(`strategies.universe_${kind}`)}
          </label>
        ))}
      </div>
      {value.kind === 'top' && (
        <select
          className="input narrow"
          aria-label={text('strategies.topCount')}
          value={value.count}
          onChange={({ target }) => onChange({ kind: 'top', count: Number(target.value) })}
        >
          {[...new Set([...TOP_CHOICES, value.count])]
            .toSorted((a, b) => a - b)
            .map((count) => (
              <option key={count} value={count}>
                {text('strategies.top', { count })}
              </option>
            ))}
        </select>
      )}
      {value.kind === 'watchlist' && (
        <WatchlistPicker id={value.id} onChange={(id) => onChange({ kind: 'watchlist', id })} />
      )}
      {value.kind === 'coins' && <CoinPicker ids={value.ids} onChange={(ids) => onChange({ kind: 'coins', ids })} />}
    </fieldset>
  );
}

/** The list is watched as it is at each moment: what is put on it later is watched, too. */
function WatchlistPicker({ id, onChange }: { id: string; onChange: (id: string) => void }): ReactElement {
  const text = useText();
  const { data } = useApi('GET /api/v1/watchlists', {});
  const lists = data?.watchlists ?? [];
  if (data !== undefined && lists.length === 0) {
    return (
      <p className="hint">
        {text('strategies.noWatchlist')} <Link href={PATHS.market}>{text('strategies.toMarket')}</Link>
      </p>
    );
  }
  return (
    <>
      <select
        className="input narrow"
        aria-label={text('strategies.universe_watchlist')}
        value={id}
        onChange={({ target }) => onChange(target.value)}
      >
        <option value="" disabled>
          {text('strategies.chooseWatchlist')}
        </option>
        {lists.map((list) => (
          <option key={list.id} value={list.id}>
            {`${list.name} (${text('strategies.coins', { count: list.coinIds.length })})`}
          </option>
        ))}
      </select>
      <p className="hint">{text('strategies.watchlistAbout')}</p>
    </>
  );
}

function CoinPicker({ ids, onChange }: { ids: readonly number[]; onChange: (ids: number[]) => void }): ReactElement {
  const text = useText();
  const [written, setWritten] = useState('');
  const search = written.trim();
  const { data: matches } = useApi(
    'GET /api/v1/coins',
    { query: { search, limit: MATCHES } },
    { enabled: search !== '' },
  );
  const add = (match: CoinMatch): void => {
    if (!ids.includes(match.id)) onChange([...ids, match.id]);
    setWritten('');
  };
  return (
    <div className="coin-picker">
      {ids.length > 0 && (
        <ul className="tags">
          {ids.map((id) => (
            <CoinTag key={id} id={id} onRemove={() => onChange(ids.filter((each) => each !== id))} />
          ))}
        </ul>
      )}
      <input
        className="input"
        type="search"
        value={written}
        placeholder={text('strategies.addCoin')}
        aria-label={text('strategies.addCoin')}
        onChange={({ target }) => setWritten(target.value)}
        onKeyDown={(event) => {
          const first = matches?.[0];
          if (event.key !== 'Enter') return;
          event.preventDefault();
          if (first !== undefined && search !== '') add(first);
        }}
      />
      {search !== '' && matches !== undefined && (
        <ul className="matches" aria-label={text('strategies.matches')}>
          {matches.map((match) => (
            <li key={match.id}>
              <button type="button" onClick={() => add(match)}>
                <strong>{match.symbol}</strong> {match.name}
                <span className="faint">
                  {match.symbolSharedWith > 0
                    ? text('strategies.shared', { count: match.symbolSharedWith, id: match.id })
                    : `#${match.id}`}
                </span>
              </button>
            </li>
          ))}
          {matches.length === 0 && <li className="faint none">{text('strategies.noMatch')}</li>}
        </ul>
      )}
    </div>
  );
}

function CoinTag({ id, onRemove }: { id: number; onRemove: () => void }): ReactElement {
  const text = useText();
  const { data: coin } = useApi('GET /api/v1/coins/{id}', { params: { id } }, { staleTime: Infinity });
  const name = coin === undefined ? `#${id}` : `${coin.symbol} ${coin.name}`;
  return (
    <li className="tag">
      {name}
      <IconButton icon="close" label={text('strategies.removeCoin', { name })} onClick={onRemove} />
    </li>
  );
}
