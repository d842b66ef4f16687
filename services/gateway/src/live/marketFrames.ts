import { LIVE_COLUMNS, type LiveServerMessage, type Photo } from '@ubot/contracts';

type Row = readonly (number | null)[];
type MarketSnapshot = Extract<LiveServerMessage, { stream: 'market'; type: 'snapshot' }>;
type MarketDelta = Extract<LiveServerMessage, { stream: 'market'; type: 'delta' }>;

/** The whole market at one snapshot, a row a coin without the names, which change rarely and stand in the photo. */
export interface MarketState {
  readonly photo: Photo;
  /** In the photo's order; columns as in LIVE_COLUMNS. */
  readonly rows: ReadonlyMap<number, Row>;
}

/** What became different from one snapshot to the next. */
export interface MarketChange {
  /** Coin id → mask: bit i is column i + 1. */
  readonly changed: ReadonlyMap<number, number>;
  readonly removed: ReadonlySet<number>;
}

/** Which topic a frame is for, and its number there. `coins`: null is all. */
export interface FrameHead {
  readonly topic: number;
  readonly sequence: number;
  readonly coins: ReadonlySet<number> | null;
}

export function marketStateOf(photo: Photo): MarketState {
  return { photo, rows: new Map(photo.coins.map((coin) => [coin.id, LIVE_COLUMNS.map((column) => coin[column])])) };
}

/** Every bit: a coin that was not there before. */
const ALL_COLUMNS = (1 << (LIVE_COLUMNS.length - 1)) - 1;

export function changeOf(before: MarketState, after: MarketState): MarketChange {
  const changed = new Map<number, number>();
  for (const [id, row] of after.rows) {
    const was = before.rows.get(id);
    const mask = was === undefined ? ALL_COLUMNS : maskOf(was, row);
    if (mask !== 0) changed.set(id, mask);
  }
  const removed = new Set<number>();
  for (const id of before.rows.keys()) if (!after.rows.has(id)) removed.add(id);
  return { changed, removed };
}

function maskOf(before: Row, after: Row): number {
  let mask = 0;
  for (let column = 1; column < after.length; column += 1) {
    if (before[column] !== after[column]) mask |= 1 << (column - 1);
  }
  return mask;
}

/** The rows that a topic shows: a list in its own order, all in the market's. */
export function rowsOf(state: MarketState, coins: ReadonlySet<number> | null): Row[] {
  if (coins === null) return [...state.rows.values()];
  return [...coins].flatMap((id) => {
    const row = state.rows.get(id);
    return row === undefined ? [] : [row];
  });
}

/** The ids that a topic is told of, of those in `ids`: whichever of the two is fewer is gone through. */
export function idsWithin(ids: ReadonlySet<number> | ReadonlyMap<number, unknown>, coins: ReadonlySet<number> | null) {
  if (coins === null) return [...ids.keys()];
  const [fewer, more] = ids.size < coins.size ? [ids, coins] : [coins, ids];
  return [...fewer.keys()].filter((id) => more.has(id));
}

export function snapshotText(state: MarketState, head: FrameHead): string {
  const message: MarketSnapshot = {
    type: 'snapshot',
    stream: 'market',
    ...headOf(state, head),
    columns: [...LIVE_COLUMNS],
    rows: rowsOf(state, head.coins) as (number | null)[][],
  };
  return JSON.stringify(message);
}

export function deltaText(state: MarketState, change: MarketChange, head: FrameHead): string {
  const message: MarketDelta = {
    type: 'delta',
    stream: 'market',
    ...headOf(state, head),
    rows: idsWithin(change.changed, head.coins).map((id) => deltaRow(state, id, change.changed.get(id) ?? 0)),
    removed: idsWithin(change.removed, head.coins),
  };
  return JSON.stringify(message);
}

function deltaRow(state: MarketState, id: number, mask: number): (number | null)[] {
  const row = state.rows.get(id) ?? [];
  const delta: (number | null)[] = [id, mask];
  for (let column = 1; column < row.length; column += 1) {
    if ((mask & (1 << (column - 1))) !== 0) delta.push(row[column] ?? null);
  }
  return delta;
}

function headOf({ photo }: MarketState, { topic, sequence }: FrameHead) {
  const { snapshotId, takenAtMs, source, label, demo, global } = photo;
  return { topic, sequence, snapshotId, takenAtMs, source, label, demo, global };
}
