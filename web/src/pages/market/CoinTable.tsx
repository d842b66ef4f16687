import { FlexRender, useTable, type Cell, type SortingState, type Updater } from '@tanstack/react-table';
import { useWindowVirtualizer } from '@tanstack/react-virtual';
import {
  memo,
  useCallback,
  useEffect,
  useLayoutEffect,
  useMemo,
  useRef,
  useState,
  type KeyboardEvent,
  type ReactElement,
} from 'react';
import type { MarketCoin } from '../../live/coins.ts';
import { useText } from '../../texts/i18n.ts';
import { Icon } from '../../ui/Icon.tsx';
import { columns, features, HEADINGS } from './columns.tsx';
import { Sparkline } from './Sparkline.tsx';
import { useMedia } from '../../lib/useMedia.ts';
import { changeView, scrolled, type SortColumn, type Sorting } from './view.ts';

const ROW_PX = 52;
const OVERSCAN = 8;
const NARROW = '(max-width: 46rem)';
/** All columns, the side bar and the page's own edges need as much. */
const MIDDLE = '(max-width: 86rem)';
const HIDDEN_NARROW = {
  rank: false,
  percentChange1h: false,
  percentChange7d: false,
  marketCapUsd: false,
  volume24hUsd: false,
};
const HIDDEN_MIDDLE = { percentChange1h: false, volume24hUsd: false };
const HIDDEN_WIDE = {};

interface Watching {
  readonly watched: ReadonlySet<number>;
  readonly listName: string;
  readonly onWatch: (coinId: number) => void;
}
type CoinCell = Cell<typeof features, MarketCoin, unknown>;

/**
 * Ten thousand rows, of which only those in sight exist. The table library gets these few: sorting and filtering are done
 * before, once for each change, over plain objects.
 */
export function CoinTable({
  coins,
  sorting,
  ...watching
}: Watching & { coins: readonly MarketCoin[]; sorting: Sorting }): ReactElement {
  const text = useText();
  const body = useRef<HTMLDivElement>(null);
  const [topPx, setTopPx] = useState(0);
  const isNarrow = useMedia(NARROW);
  const isMiddle = useMedia(MIDDLE);
  useLayoutEffect(() => {
    const measure = (): void => setTopPx((body.current?.getBoundingClientRect().top ?? 0) + window.scrollY);
    measure();
    const observer = new ResizeObserver(measure);
    observer.observe(document.body);
    return () => observer.disconnect();
  }, []);
  const virtual = useWindowVirtualizer({
    count: coins.length,
    estimateSize: () => ROW_PX,
    overscan: OVERSCAN,
    scrollMargin: topPx,
    getItemKey: (index) => coins[index]?.id ?? index,
  });
  useScrollKept();
  const items = virtual.getVirtualItems();
  const from = items[0]?.index ?? 0;
  const to = (items.at(-1)?.index ?? -1) + 1;
  const data = useMemo(() => coins.slice(from, to), [coins, from, to]);
  const columnVisibility = isNarrow ? HIDDEN_NARROW : isMiddle ? HIDDEN_MIDDLE : HIDDEN_WIDE;
  const table = useTable({
    features,
    columns,
    data,
    getRowId: (coin) => String(coin.id),
    manualSorting: true,
    enableSortingRemoval: false,
    state: { sorting: [sorting] as SortingState, columnVisibility },
    onSortingChange: (updater: Updater<SortingState>) => {
      const [next] = typeof updater === 'function' ? updater([sorting]) : updater;
      if (next !== undefined) changeView({ sorting: { id: next.id as SortColumn, desc: next.desc } });
    },
  });
  const rows = table.getRowModel().rows;
  const shape = isNarrow ? 'narrow' : isMiddle ? 'middle' : 'wide';
  const onKeyDown = useRowKeys(coins, (index) => virtual.scrollToIndex(index, { align: 'auto' }));

  return (
    <div
      className={`coins ${shape}`}
      role="table"
      aria-label={text('market.table')}
      aria-rowcount={coins.length + 1}
      onKeyDown={onKeyDown}
    >
      <div role="rowgroup" className="coins-head">
        {table.getHeaderGroups().map((group) => (
          <div role="row" className="coins-row" aria-rowindex={1} key={group.id}>
            <span role="columnheader" className="cell-star">
              <span className="visually-hidden">{text('market.watchlist')}</span>
            </span>
            {group.headers.map(({ column }) => {
              const sorted = column.getIsSorted();
              return (
                <span
                  key={column.id}
                  role="columnheader"
                  className={`cell-${column.id}`}
                  aria-sort={sorted === false ? 'none' : sorted === 'asc' ? 'ascending' : 'descending'}
                >
                  <button type="button" onClick={column.getToggleSortingHandler()}>
                    {column.id === 'rank' && <span className="visually-hidden">{text('market.rankLong')}</span>}
                    <span aria-hidden={column.id === 'rank'}>{text(HEADINGS[column.id] ?? 'market.coin')}</span>
                    <span className={`sorted ${sorted === false ? '' : sorted}`} aria-hidden="true">
                      <Icon name="down" size={14} />
                    </span>
                  </button>
                </span>
              );
            })}
            {shape === 'wide' && (
              <span role="columnheader" className="cell-trend">
                {text('market.trend')}
              </span>
            )}
          </div>
        ))}
      </div>
      <div role="rowgroup" ref={body} className="coins-body" style={{ height: virtual.getTotalSize() }}>
        {items.map((item, i) => {
          const row = rows[i];
          if (row === undefined) return null;
          return (
            <Row
              key={row.id}
              text={text}
              coin={row.original}
              cells={row.getVisibleCells() as CoinCell[]}
              index={item.index}
              topPx={item.start - topPx}
              shape={shape}
              isStill={!virtual.isScrolling}
              isWatched={watching.watched.has(row.original.id)}
              listName={watching.listName}
              onWatch={watching.onWatch}
            />
          );
        })}
      </div>
    </div>
  );
}

interface RowProps {
  text: ReturnType<typeof useText>;
  coin: MarketCoin;
  cells: readonly CoinCell[];
  index: number;
  topPx: number;
  shape: string;
  isStill: boolean;
  isWatched: boolean;
  listName: string;
  onWatch: (coinId: number) => void;
}

/** Drawn again only when its coin, its place or its star has changed: the library's cells are new at every turn. */
const Row = memo(
  function Row({
    text,
    coin,
    cells,
    index,
    topPx,
    shape,
    isStill,
    isWatched,
    listName,
    onWatch,
  }: RowProps): ReactElement {
    // Rows that only fly past get no line of prices: to ask the cache for one costs more than all the rest of a row.
    const [wasStill, setWasStill] = useState(isStill);
    if (isStill && !wasStill) setWasStill(true);
    return (
      <div
        role="row"
        aria-rowindex={index + 2}
        data-index={index}
        className="coins-row"
        style={{ transform: `translateY(${topPx}px)` }}
      >
        <span role="cell" className="cell-star">
          <button
            type="button"
            className="star"
            aria-pressed={isWatched}
            aria-label={text(isWatched ? 'market.unwatch' : 'market.watch', { name: coin.name, list: listName })}
            onClick={() => onWatch(coin.id)}
          >
            <Icon name="star" size={16} filled={isWatched} />
          </button>
        </span>
        {cells.map((cell) => (
          <span role="cell" key={cell.column.id} className={`cell-${cell.column.id}`}>
            <FlexRender cell={cell} />
          </span>
        ))}
        {shape === 'wide' && (
          <span role="cell" className="cell-trend">
            {wasStill && <Sparkline coinId={coin.id} isUp={(coin.percentChange7d ?? 0) >= 0} canLoad={isStill} />}
          </span>
        )}
      </div>
    );
  },
  (a, b) =>
    a.text === b.text &&
    a.coin === b.coin &&
    a.topPx === b.topPx &&
    a.index === b.index &&
    a.shape === b.shape &&
    a.isStill === b.isStill &&
    a.isWatched === b.isWatched &&
    a.listName === b.listName &&
    a.onWatch === b.onWatch,
);

/** The arrow keys go from coin to coin, over the edge of what is in sight too. */
function useRowKeys(coins: readonly MarketCoin[], show: (index: number) => void) {
  return useCallback(
    (event: KeyboardEvent<HTMLDivElement>) => {
      const step = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : 0;
      if (step === 0 || !(event.target instanceof HTMLElement)) return;
      const here = event.target.closest('[data-index]')?.getAttribute('data-index');
      const next = here === null || here === undefined ? 0 : Number(here) + step;
      const coin = coins[next];
      if (coin === undefined) return;
      event.preventDefault();
      show(next);
      requestAnimationFrame(() => document.querySelector<HTMLElement>(`[data-coin="${coin.id}"]`)?.focus());
    },
    [coins, show],
  );
}

/** Back from a coin, the list stands where it was left. */
function useScrollKept(): void {
  // Before the list is taken away, while its place is still known; to ask at every scroll would lay the page out each time.
  useLayoutEffect(
    () => () => {
      scrolled.px = window.scrollY;
    },
    [],
  );
  useEffect(() => {
    const frame = requestAnimationFrame(() => scrollTo(0, scrolled.px));
    return () => cancelAnimationFrame(frame);
  }, []);
}
