import type { WholeUbot } from './wholeUbot.testing.ts';

/** One call of a route, as its owner makes it. */
export interface Example {
  /** Values for the path, by name. */
  params?: Readonly<Record<string, string | number>>;
  query?: Readonly<Record<string, string | number>>;
  body?: unknown;
  headers?: Readonly<Record<string, string>>;
  token?: string | null;
  /** The answer that this call must get; every one of the route's good answers may have an example of its own. */
  status: number;
}

/** What the operator has before any example is called. */
export interface Belongings {
  ubot: WholeUbot;
  channelId: string;
  strategyId: string;
  watchlistId: string;
  alertId: string;
  nowMs: number;
}

export type ExampleOf = (own: Belongings) => Example | Promise<Example>;
