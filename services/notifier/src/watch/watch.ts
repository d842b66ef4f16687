import {
  claimNotice,
  deleteIncidentsBefore,
  dropIncident,
  endNotice,
  queueNotices,
  readOpenIncidents,
  readWatchFacts,
  saveIncident,
  withTransaction,
  type ClaimedNotice,
  type Database,
  type OpenIncident,
  type Transaction,
} from '@ubot/db';
import type { OperatorNotices } from '@ubot/notify';
import { newId, type Logger } from '@ubot/service-kit';
import type { Lanes } from '../lanes.ts';
import { PATIENCE, step } from './incident.ts';
import {
  INCIDENT_KINDS,
  judge,
  spanOf,
  type IncidentKind,
  type Observed,
  type Trouble,
  type WatchLimits,
} from './judge.ts';

export interface WatchOptions {
  readonly db: Database;
  readonly lanes: Pick<Lanes, 'resting'>;
  readonly notices: OperatorNotices;
  readonly limits: WatchLimits;
  readonly spending: () => Promise<Observed['spending']>;
  readonly nowMs: () => number;
  readonly log: Logger;
}

export interface Watch {
  /** One look: writes down what has begun and ended, and tells what is to be told. Resolves with whether all is well. */
  look(): Promise<boolean>;
}

const NOTICE_LEASE_MS = 30_000;
const NOTICE_ATTEMPTS = 50;
const NOTICES_AT_ONCE = 20;
const RETRY_LIMIT_MS = 5 * 60_000;
const KEPT_MS = 90 * 86_400_000;

/**
 * Watches over uBot itself. Every trouble is a row: it survives a restart, is told once when it has lasted and once when it is
 * over, and each telling is claimed before it is sent.
 */
export function createWatch(options: WatchOptions): Watch {
  return {
    async look() {
      const nowMs = options.nowMs();
      const facts = await readWatchFacts(options.db, {
        nowMs,
        failedAfterMs: nowMs - options.limits.nothingDeliveredMs,
      });
      const observed = { facts, resting: options.lanes.resting(), spending: await options.spending() };
      const troubles = judge(observed, options.limits, nowMs);
      const isWell = await withTransaction(options.db, (tx) => settle(options, tx, { troubles, nowMs }));
      await deleteIncidentsBefore(options.db, nowMs - KEPT_MS);
      await tellAll(options);
      return isWell;
    },
  };
}

const keyOf = ({ kind, subject }: { kind: string; subject: string }): string => `${kind} ${subject}`;

async function settle(
  options: WatchOptions,
  tx: Transaction,
  { troubles, nowMs }: { troubles: readonly Trouble[]; nowMs: number },
): Promise<boolean> {
  const known = new Map((await readOpenIncidents(tx, { lock: true })).map((incident) => [keyOf(incident), incident]));
  const there = new Map(troubles.map((trouble) => [keyOf(trouble), trouble]));
  let open = 0;
  for (const key of new Set([...known.keys(), ...there.keys()])) {
    const isOpen = await settleOne(options, tx, { incident: known.get(key), trouble: there.get(key), nowMs });
    if (isOpen) open += 1;
  }
  return open === 0;
}

async function settleOne(
  { notices, log }: WatchOptions,
  tx: Transaction,
  { incident, trouble, nowMs }: { incident: OpenIncident | undefined; trouble: Trouble | undefined; nowMs: number },
): Promise<boolean> {
  const about = trouble ?? incident;
  if (about === undefined) return false;
  const { kind, subject } = about;
  const patience = PATIENCE[kindOf(kind)];
  const next = step(incident ?? null, trouble !== undefined, { patience, nowMs });
  if (next.to === 'none') return false;
  const id = incident?.id ?? newId();
  if (next.to === 'dropped') {
    await dropIncident(tx, id);
    return false;
  }
  const { detail } = about;
  await saveIncident(tx, { id, kind, subject, detail, state: next.to, ...next.phase, nowMs });
  if (next.tell) {
    const what = next.to === 'ended' ? 'ended' : 'opened';
    log[what === 'opened' ? 'error' : 'info']({ event: `incident.${what}`, incidentId: id, kind, subject, detail });
    const queued = notices.ways.map((way) => ({ id: newId(), way }));
    await queueNotices(tx, { incidentId: id, what, notices: queued, nowMs });
  }
  return next.to === 'open';
}

/** A kind of a newer uBot that was taken back ends like any other. */
const kindOf = (kind: string): IncidentKind => INCIDENT_KINDS.find((known) => known === kind) ?? 'circuit_open';

async function tellAll({ db, notices, nowMs, log }: WatchOptions): Promise<void> {
  for (let count = 0; count < NOTICES_AT_ONCE; count += 1) {
    const notice = await claimNotice(db, { nowMs: nowMs(), leaseMs: NOTICE_LEASE_MS });
    if (notice === null) return;
    const { id, incidentId, what, way, kind, subject, badSinceMs: sinceMs, attempts } = notice;
    const text = textOf(notice);
    const isTold = await notices.tell(way, { id, incidentId, what, kind, subject, sinceMs, text });
    const now = nowMs();
    const state = isTold ? 'told' : attempts >= NOTICE_ATTEMPTS ? 'failed' : 'due';
    await endNotice(db, { id, state, nextAttemptAtMs: now + Math.min(RETRY_LIMIT_MS, 5_000 * 2 ** attempts) });
    if (!isTold) log.error({ event: 'incident.not_told', incidentId, what, way, attempts });
  }
}

function textOf({ what, detail, badSinceMs, endedAtMs }: ClaimedNotice): string {
  const since = `${new Date(badSinceMs).toISOString().slice(0, 16).replace('T', ' ')} UTC`;
  if (what === 'opened') return `${detail} Since ${since}.`;
  return `Over after ${spanOf((endedAtMs ?? badSinceMs) - badSinceMs)}: ${detail} It began at ${since}.`;
}
