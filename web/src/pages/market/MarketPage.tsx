import type { Watchlist } from '@ubot/contracts';
import { useMemo, useState, type FormEvent, type ReactElement } from 'react';
import { useMarketCoins } from '../../live/coins.ts';
import { formatCount } from '../../lib/format.ts';
import { useStore } from '../../lib/store.ts';
import { SEARCH_ID } from '../../shell/search.ts';
import { useText } from '../../texts/i18n.ts';
import { Button, IconButton } from '../../ui/Button.tsx';
import { Confirm, Dialog } from '../../ui/Dialog.tsx';
import { Field } from '../../ui/Field.tsx';
import { Icon } from '../../ui/Icon.tsx';
import { Empty, Failed, Loading } from '../../ui/states.tsx';
import { toast, toastFailure } from '../../ui/toasts.tsx';
import { CoinTable } from './CoinTable.tsx';
import { FirstAlert, useFirstAlert } from './FirstAlert.tsx';
import { GlobalFigures } from './GlobalFigures.tsx';
import './market.css';
import { changeView, coinsOf, FILTERS, marketView, scrolled, type Filter } from './view.ts';
import { deleteWatchlist, makeWatchlist, useWatch, useWatchlists } from './watchlists.ts';

const SHOW_ALL = { search: '', filter: 'all', watchlistId: null } as const;
const NOTHING: ReadonlySet<number> = new Set();

export function MarketPage(): ReactElement {
  const text = useText();
  const { coins, version, error, retry } = useMarketCoins();
  const firstAlert = useFirstAlert();
  const view = useStore(marketView);
  const { search, filter, sorting } = view;
  const lists = useWatchlists();
  const list = lists.find(({ id }) => id === view.watchlistId) ?? null;
  // The star means the list that is open, otherwise the first.
  const starred = list ?? lists[0] ?? null;
  const watch = useWatch(starred);
  const watched = useMemo(() => (starred === null ? NOTHING : new Set(starred.coinIds)), [starred]);
  const shown = useMemo(
    // The map is changed in place; its version says when.
    () =>
      version < 0 ? [] : coinsOf(coins, { search, filter, sorting }, list === null ? null : new Set(list.coinIds)),
    [coins, version, search, filter, sorting, list],
  );

  const isReady = coins.size > 0 && firstAlert.isKnown;

  return (
    <div className="page market">
      <h1 className="visually-hidden">{text('market.title')}</h1>
      <GlobalFigures coins={coins} />
      {isReady && firstAlert.isDue && <FirstAlert coins={coins} later={firstAlert.later} />}
      {isReady && <Toolbar lists={lists} list={list} shown={shown.length} all={coins.size} />}
      {!isReady && (error === null ? <Loading lines={14} height="2.5rem" /> : <Failed error={error} retry={retry} />)}
      {isReady && shown.length === 0 && <NoCoin isEmptyList={list?.coinIds.length === 0} />}
      {isReady && shown.length > 0 && (
        <CoinTable
          coins={shown}
          sorting={sorting}
          watched={watched}
          listName={starred?.name ?? text('market.favourites')}
          onWatch={watch}
        />
      )}
    </div>
  );
}

function NoCoin({ isEmptyList }: { isEmptyList: boolean }): ReactElement {
  const text = useText();
  return (
    <Empty
      icon={isEmptyList ? 'star' : 'search'}
      title={text(isEmptyList ? 'market.emptyWatchlist' : 'market.nothingFound')}
      about={text(isEmptyList ? 'market.emptyWatchlistAbout' : 'market.nothingFoundAbout')}
    >
      <Button
        onClick={() => {
          scrolled.px = 0;
          changeView(SHOW_ALL);
        }}
      >
        {text('market.showAll')}
      </Button>
    </Empty>
  );
}

function Toolbar({
  lists,
  list,
  shown,
  all,
}: {
  lists: readonly Watchlist[];
  list: Watchlist | null;
  shown: number;
  all: number;
}): ReactElement {
  const text = useText();
  const { search, filter } = useStore(marketView);
  const [asks, setAsks] = useState<'new' | 'delete' | null>(null);
  const isChosen = (each: Filter): boolean => list === null && filter === each;
  const remove = (doomed: Watchlist): void => {
    setAsks(null);
    changeView({ watchlistId: null });
    deleteWatchlist(doomed.id).catch(toastFailure);
  };
  return (
    <div className="toolbar">
      <div className="search">
        <Icon name="search" size={16} />
        <input
          id={SEARCH_ID}
          className="input"
          type="search"
          aria-label={text('market.search')}
          aria-keyshortcuts="/"
          placeholder={text('market.searchPlaceholder')}
          autoComplete="off"
          spellCheck={false}
          value={search}
          onChange={({ target }) => changeView({ search: target.value })}
          onKeyDown={({ key, currentTarget }) => {
            if (key !== 'Escape') return;
            changeView({ search: '' });
            currentTarget.blur();
          }}
        />
        {search === '' && <kbd aria-hidden="true">/</kbd>}
      </div>
      <div className="chips" role="group" aria-label={text('market.filters')}>
        {FILTERS.map((each) => (
          <button
            key={each}
            type="button"
            className="chip"
            aria-pressed={isChosen(each)}
            onClick={() => changeView({ filter: each, watchlistId: null })}
          >
            {text(`market.${each}`)}
          </button>
        ))}
        {lists.map(({ id, name }) => (
          <button
            key={id}
            type="button"
            className="chip"
            aria-pressed={list?.id === id}
            onClick={() => changeView({ filter: 'all', watchlistId: list?.id === id ? null : id })}
          >
            <Icon name="star" size={14} /> {name}
          </button>
        ))}
        <button type="button" className="chip" aria-label={text('market.newWatchlist')} onClick={() => setAsks('new')}>
          <Icon name="plus" size={14} />
        </button>
        {list !== null && (
          <IconButton icon="trash" label={text('market.deleteWatchlist')} onClick={() => setAsks('delete')} />
        )}
      </div>
      <p className="shown faint number" role="status">
        {shown === all ? '' : text('market.shown', { shown: formatCount(shown), all: formatCount(all) })}
      </p>
      {asks === 'new' && <NewWatchlist onClose={() => setAsks(null)} />}
      {asks === 'delete' && list !== null && (
        <Confirm
          title={text('market.deleteWatchlist')}
          about={text('market.deleteWatchlistAbout', { name: list.name })}
          action={text('shell.delete')}
          onConfirm={() => remove(list)}
          onClose={() => setAsks(null)}
        />
      )}
    </div>
  );
}

function NewWatchlist({ onClose }: { onClose: () => void }): ReactElement {
  const text = useText();
  const [mistake, setMistake] = useState<string | null>(null);
  const submit = async (event: FormEvent<HTMLFormElement>): Promise<void> => {
    event.preventDefault();
    const name = String(new FormData(event.currentTarget).get('name')).trim();
    try {
      const made = await makeWatchlist(name);
      changeView({ watchlistId: made.id, filter: 'all' });
      toast(text('market.watchlistMade', { name }));
      onClose();
    } catch (error) {
      setMistake(error instanceof Error ? error.message : String(error));
    }
  };
  return (
    <Dialog title={text('market.newWatchlist')} onClose={onClose}>
      <p className="faint">{text('market.newWatchlistAbout')}</p>
      <form className="stack" onSubmit={(event) => void submit(event)}>
        <Field label={text('market.watchlistName')} name="name" required maxLength={120} autoFocus mistake={mistake} />
        <div className="dialog-actions">
          <Button onClick={onClose}>{text('shell.cancel')}</Button>
          <Button kind="primary" type="submit">
            {text('shell.save')}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
