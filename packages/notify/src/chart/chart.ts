/** What a picture of an alert shows: plain data, which goes to a thread. */
export interface AlertChart {
  readonly title: string;
  readonly subtitle: string;
  /** Oldest first, of one length; those that are missing stay gaps. */
  readonly candles: readonly ChartCandle[];
  readonly candleMs: number;
  /** Where the mark is set, and the price that its label shows. */
  readonly alert: { readonly atMs: number; readonly priceUsd: number };
  /** IANA name; UTC when it is not one. */
  readonly timeZone: string;
}

export interface ChartCandle {
  readonly openAtMs: number;
  readonly open: number;
  readonly high: number;
  readonly low: number;
  readonly close: number;
}

/** Fewer candles than this are no chart. */
export const LEAST_CANDLES = 2;

/** Two to one and a half: whole in the preview of every messenger, and sharp on a phone. */
export const CHART_SIZE = { width: 900, height: 500 } as const;
