import type { Result } from '@ubot/contracts';
import type { CandleColumns, GlobalCandleColumns, SnapshotColumns } from '@ubot/market';

export interface CoinInfo {
  readonly id: number;
  readonly symbol: string;
  readonly name: string;
  readonly slug: string;
  readonly rank: number | null;
}

export interface PollSchedule {
  readonly intervalMs: number;
  readonly globalIntervalMs: number;
  /** For people: "top 200 every 4 min, global every 15 min: 13,680 of 15,000 credits a month". */
  readonly sentence: string;
  readonly creditsPerMonth: number;
  /** null: the source counts no credits, or has not said how many there are. */
  readonly creditsAllowed: number | null;
}

export interface PollRequest {
  /** The tick's own time, which becomes the snapshot's; not the time of the answer. */
  readonly nominalAtMs: number;
  readonly wantGlobal: boolean;
  readonly signal: AbortSignal;
}

export interface PollOutcome {
  readonly snapshot: SnapshotColumns;
  readonly coins: readonly CoinInfo[];
  /** Coins whose data failed the check. */
  readonly leftOutCount: number;
  readonly creditCount: number;
  readonly creditsLeft: number | null;
}

export interface HistoryRequest {
  /** Nothing before this is wanted; without it the source gives what it has. */
  readonly fromMs?: number;
  /** Nothing at or after this: every candle given is closed by then. */
  readonly toMs: number;
  readonly signal?: AbortSignal;
}

/** Closed candles; within each timeframe oldest first. */
export interface HistoryPart {
  readonly candles: readonly CandleColumns[];
  readonly globalCandles: readonly GlobalCandleColumns[];
}

/** Where prices come from. A driver holds no timer: whoever owns it asks for `schedule` and calls `poll` on time. */
export interface MarketSource {
  readonly name: string;
  /** What people see: "CoinMarketCap", "demo market". */
  readonly label: string;
  /** true: the prices are simulated. */
  readonly demo: boolean;
  /** The cadence to poll at from now on. Ask again after each poll: a source slows down before its allowance ends. */
  schedule(): Promise<Result<PollSchedule>>;
  poll(request: PollRequest): Promise<Result<PollOutcome>>;
  /** The coins that `history` gives candles of, where they are known before the first poll. */
  coins?(): readonly CoinInfo[];
  /** Warm-up at the first start. */
  history?(request: HistoryRequest): AsyncIterable<Result<HistoryPart>>;
  close(): Promise<void>;
}

/** An event with fields, for the log; never a secret. */
export type SourceLog = (event: { readonly event: string; readonly [field: string]: unknown }) => void;
