import { ERRORS, type SourceState } from '@ubot/contracts';
import { isDatabaseUnavailable, readSourceState, writeSourceState, type EventLog, type Executor } from '@ubot/db';
import type { PollerReport } from './poller.ts';
import type { SourceLabel } from './view.ts';

/** What is remembered about the source in market.source_state, under its name. */
export interface SourceRecord {
  label: string;
  demo: boolean;
  schedule: string;
  creditsLeft: number | null;
  lastPollAtMs: number | null;
  lastFailure: { code: string; detail: string; atMs: number } | null;
  /** The warm-up at the first start: `done` false means begun and not finished. null: not begun. */
  history: { toMs: number; done: boolean } | null;
}

export const newRecord = (source: SourceLabel): SourceRecord => ({
  label: source.label,
  demo: source.demo,
  schedule: '',
  creditsLeft: null,
  lastPollAtMs: null,
  lastFailure: null,
  history: null,
});

const isObject = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null;
const numberOrNull = (value: unknown): number | null => (typeof value === 'number' ? value : null);

/** Errors: none; a field that is not as it should be counts as never written. */
export function recordFrom(state: Record<string, unknown> | null, source: SourceLabel): SourceRecord {
  const record = newRecord(source);
  if (state === null) return record;
  const { history, lastFailure } = state;
  if (isObject(history) && typeof history['toMs'] === 'number') {
    record.history = { toMs: history['toMs'], done: history['done'] === true };
  }
  if (isObject(lastFailure) && typeof lastFailure['code'] === 'string' && lastFailure['code'] in ERRORS) {
    record.lastFailure = {
      code: lastFailure['code'],
      detail: String(lastFailure['detail']),
      atMs: numberOrNull(lastFailure['atMs']) ?? 0,
    };
  }
  if (typeof state['schedule'] === 'string') record.schedule = state['schedule'];
  record.creditsLeft = numberOrNull(state['creditsLeft']);
  record.lastPollAtMs = numberOrNull(state['lastPollAtMs']);
  return record;
}

export async function readRecord(db: Executor, source: SourceLabel): Promise<SourceRecord> {
  return recordFrom(await readSourceState(db, source.name), source);
}

export async function writeRecord(
  executor: Executor,
  options: { source: string; record: SourceRecord; nowMs: number },
): Promise<void> {
  const { source, record, nowMs } = options;
  await writeSourceState(executor, { source, state: { ...record }, nowMs });
}

export function withReport(record: SourceRecord, report: PollerReport): SourceRecord {
  return {
    ...record,
    schedule: report.schedule?.sentence ?? record.schedule,
    creditsLeft: report.creditsLeft ?? record.creditsLeft,
    lastPollAtMs: report.lastPollAtMs ?? record.lastPollAtMs,
    lastFailure: report.lastFailure ?? record.lastFailure,
  };
}

export function sourceStateOf(
  record: SourceRecord,
  options: { source: SourceLabel; active: boolean; market: SourceState['market'] },
): SourceState {
  const { source, active, market } = options;
  const { schedule, creditsLeft, lastPollAtMs, lastFailure } = record;
  return {
    name: source.name,
    label: source.label,
    demo: source.demo,
    active,
    schedule,
    creditsLeft,
    lastPollAtMs,
    lastFailure,
    market,
  };
}

/**
 * Writes the newest record in the background, one at a time: what is shown of a source is not worth holding up a poll
 * for. A record that cannot be written is dropped; the next one says all that it said.
 */
export function createRecorder(options: {
  write(record: SourceRecord): Promise<void>;
  mayWrite(): boolean;
  log: EventLog;
}) {
  let next: SourceRecord | null = null;
  let running: Promise<void> | null = null;

  const run = async (): Promise<void> => {
    while (next !== null) {
      const record = next;
      next = null;
      try {
        if (options.mayWrite()) await options.write(record);
      } catch (error) {
        if (!isDatabaseUnavailable(error)) options.log.error({ event: 'source.record_failed', error });
      }
    }
    running = null;
  };

  return {
    save(record: SourceRecord): void {
      next = record;
      running ??= run();
    },
    async stop(): Promise<void> {
      await running;
    },
  };
}
