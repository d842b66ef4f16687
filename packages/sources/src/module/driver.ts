import {
  SourceAnswerSchema,
  SourceHandlesSchema,
  type ErrorCode,
  type Failure,
  type Result,
  type SourceItem,
} from '@ubot/contracts';
import { globalFromWire } from '@ubot/market';
import { Compile } from 'typebox/compile';
import type { MarketSource, PollOutcome, PollRequest } from '../types.ts';
import { snapshotOf } from '../shared/tickers.ts';
import { tickersOf } from './normalise.ts';

/** A module of the operator's in a thread of its own, as this driver speaks with it. */
export interface SourceThread {
  readonly name: string;
  /** What its config answered: unchecked. */
  readonly handles: unknown;
  /** Rejects when the module threw. */
  call(verb: string, item: SourceItem, context: { readonly signal: AbortSignal }): Promise<SourceThreadAnswer>;
  close(): Promise<void>;
}
export type SourceThreadAnswer = Result<unknown> | { readonly ok: false; readonly declined: true };

const sourceHandles = Compile(SourceHandlesSchema);
const sourceAnswer = Compile(SourceAnswerSchema);

/**
 * A source module of the operator's as a source like any other: what it answers is checked coin by coin, and one that fails
 * its check is left out and counted.
 *
 * Errors: CONFIG_INVALID when its config answered something else than a source's. Polls: SOURCE_ANSWER_INVALID,
 *         SOURCE_FAILED (it declined, or had to be ended), SOURCE_UNREACHABLE (it rests). Rejects when the module threw.
 */
export function createModuleSource(
  thread: SourceThread,
  options: { intervalMs?: number | undefined; timeLimitMs?: number | undefined },
): Result<MarketSource> {
  const { name, handles } = thread;
  if (!sourceHandles.Check(handles)) {
    const [first] = sourceHandles.Errors(handles);
    const where = `${first?.instancePath || '/'} ${first?.message}`;
    const detail = `Module "${name}": its config answered something else than a source module's: ${where}.`;
    return { ok: false, failure: { code: 'CONFIG_INVALID', detail } };
  }
  const { label, demo = false } = handles;
  const intervalMs = options.intervalMs ?? handles.intervalMs;

  const poll = async ({ nominalAtMs, wantGlobal, signal }: PollRequest): Promise<Result<PollOutcome>> => {
    const { timeLimitMs } = options;
    const ends = timeLimitMs === undefined ? signal : AbortSignal.any([signal, AbortSignal.timeout(timeLimitMs)]);
    const answer = await thread.call('process', { nominalAtMs, wantGlobal }, { signal: ends });
    if ('declined' in answer) return failed('SOURCE_FAILED', `${label} declined to be polled.`);
    if (!answer.ok) return { ok: false, failure: sourceFailure(answer.failure) };
    if (!sourceAnswer.Check(answer.value)) {
      const [first] = sourceAnswer.Errors(answer.value);
      const where = `${first?.instancePath || '/'} ${first?.message}`;
      return failed('SOURCE_ANSWER_INVALID', `${label} gave an answer that cannot be read: ${where}.`);
    }
    const { coins, global = null } = answer.value;
    const tickers = tickersOf(coins);
    if (tickers.length === 0) return failed('SOURCE_ANSWER_INVALID', `${label} gave no coin that can be read.`);
    const about = { takenAtMs: nominalAtMs, source: name, pollIntervalMs: intervalMs };
    const metrics = wantGlobal && global !== null ? globalFromWire({ ...NOTHING_KNOWN, ...global }) : null;
    const snapshot = snapshotOf(tickers, { ...about, global: metrics });
    const leftOutCount = coins.length - tickers.length;
    const infos = tickers.map(({ info }) => info);
    return { ok: true, value: { snapshot, coins: infos, leftOutCount, creditCount: 0, creditsLeft: null } };
  };

  const sentence = `${label}: every ${intervalMs / 1_000} s`;
  const schedule = { intervalMs, globalIntervalMs: intervalMs, sentence, creditsPerMonth: 0, creditsAllowed: null };
  return {
    ok: true,
    value: {
      name,
      label,
      demo,
      schedule: async () => ({ ok: true, value: schedule }),
      poll,
      close: () => thread.close(),
    },
  };
}

const NOTHING_KNOWN = {
  totalMarketCapUsd: null,
  totalVolume24hUsd: null,
  btcDominancePct: null,
  ethDominancePct: null,
  providerTimeMs: null,
};

function sourceFailure({ code, detail, retryAfterMs }: Failure): Failure {
  const rests = code === 'CIRCUIT_OPEN';
  const told =
    code === 'MODULE_ANSWER_INVALID' ? 'SOURCE_ANSWER_INVALID' : rests ? 'SOURCE_UNREACHABLE' : 'SOURCE_FAILED';
  return { code: told, detail, ...(retryAfterMs !== undefined && { retryAfterMs }) };
}

function failed(code: ErrorCode, detail: string): Result<never> {
  return { ok: false, failure: { code, detail } };
}
