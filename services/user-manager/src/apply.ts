import { isDeepStrictEqual } from 'node:util';
import {
  DEFAULT_SET,
  type ApplyAnswer,
  type ApplyChange,
  type ApplyInput,
  type Channel,
  type Result,
  type Strategy,
  type StrategyEntry,
  type StrategyInput,
} from '@ubot/contracts';
import {
  listChannels,
  listStrategies,
  lockAppliedMarks,
  lockUser,
  markApplied,
  withTransaction,
  type AppliedMark,
  type Database,
  type Transaction,
} from '@ubot/db';
import { errorOf, type ServiceFailure } from '@ubot/service-kit';
import { UbotError } from '@ubot/contracts';
import { channelIdsOf } from './channelNames.ts';
import { conditionRefusal } from './definition.ts';
import { NOT_FOUND } from './failures.ts';
import type { QuotaBook } from './quotas.ts';
import { changeIn, createIn, deleteIn, type WriteContext } from './strategyWrites.ts';

type Refusal = { readonly ok: false; readonly failure: ServiceFailure };

export type Apply = (userId: string, input: ApplyInput) => Promise<Result<ApplyAnswer>>;

/**
 * Makes a user's strategies what a file says: all of it or nothing. The same file again changes nothing.
 *
 * Shape:  an entry is the strategy that this set has applied under the same key (its `id`, else its name); else the one
 *         strategy made by hand that has its name, which the set then manages; else a new one.
 * Edges:  `prune` deletes what the set has applied and the file does not name; never what was made by hand, never what
 *         another set manages. A dry run does the same and takes it back.
 * Errors: STRATEGY_INVALID with every mistake of every entry, VALIDATION_FAILED for a key that stands there twice,
 *         CONFLICT for a name that several strategies have, STRATEGY_CHANNEL_UNKNOWN, the quotas. `errors` name the place
 *         in the file as a JSON pointer.
 */
export function createApply(given: { db: Database; quotas: QuotaBook; nowMs: () => number }): Apply {
  const { db, quotas, nowMs } = given;
  return async (userId, input) => {
    const refusal = repeatedKey(input.strategies) ?? (await mistakes(db, input.strategies));
    if (refusal !== null) return refusal;
    const context = { quotas, atMs: nowMs() };
    try {
      return await withTransaction(db, async (tx) => {
        if (!(await lockUser(tx, userId))) return NOT_FOUND;
        const changes = await applyIn(tx, context, { userId, input });
        if (input.dryRun === true) throw new TakenBack({ dryRun: true, changes: changes.map(withoutNewId) });
        return { ok: true, value: { dryRun: false, changes } };
      });
    } catch (error) {
      if (error instanceof TakenBack) return { ok: true, value: error.answer };
      if (error instanceof UbotError && error.particulars !== undefined) {
        const { errors } = error.particulars as { errors?: unknown[] };
        const failure: ServiceFailure = { ...error.toFailure(), ...(errors !== undefined && { errors }) };
        return { ok: false, failure };
      }
      throw error;
    }
  };
}

/** Ends the transaction of a dry run. */
class TakenBack extends Error {
  readonly answer: ApplyAnswer;
  constructor(answer: ApplyAnswer) {
    super('a dry run');
    this.answer = answer;
  }
}

const keyOf = ({ id, name }: StrategyEntry): string => id ?? name;

const withoutNewId = (change: ApplyChange): ApplyChange =>
  change.action === 'create' ? { ...change, strategyId: null } : change;

async function applyIn(
  tx: Transaction,
  context: WriteContext,
  { userId, input }: { userId: string; input: ApplyInput },
): Promise<ApplyChange[]> {
  const set = input.set ?? DEFAULT_SET;
  const marks = await lockAppliedMarks(tx, userId);
  const present = await listStrategies(tx, { userId, after: null, limit: marks.size });
  const found = input.strategies.map((entry, at) => recognise({ entry, at, set, present, marks }));
  const channels = await listChannels(tx, userId);
  // First, so that what takes the place of something else fits into the quotas.
  const deleted: ApplyChange[] = [];
  const named = new Set(found.map((strategy) => strategy?.id));
  for (const strategy of input.prune === true ? present : []) {
    if (marks.get(strategy.id)?.set !== set || named.has(strategy.id)) continue;
    await deleteIn(tx, context, strategy);
    deleted.push({ action: 'delete', name: strategy.name, strategyId: strategy.id, fields: [] });
  }
  const changes: ApplyChange[] = [];
  for (const [at, entry] of input.strategies.entries()) {
    const current = found[at] ?? null;
    const written = await write(tx, context, { userId, at, entry, current, channels });
    await markIfNew(tx, { userId, id: written.id, before: marks.get(written.id), mark: { set, key: keyOf(entry) } });
    changes.push(changeOf(current, written));
  }
  return [...changes, ...deleted];
}

/** The strategy that an entry is about; undefined when it is a new one. */
function recognise(given: {
  entry: StrategyEntry;
  at: number;
  set: string;
  present: readonly Strategy[];
  marks: ReadonlyMap<string, AppliedMark | null>;
}): Strategy | undefined {
  const { entry, at, set, present, marks } = given;
  const key = keyOf(entry);
  const applied = present.find(({ id }) => marks.get(id)?.set === set && marks.get(id)?.key === key);
  if (applied !== undefined) return applied;
  const byHand = present.filter(({ id, name }) => name === entry.name && marks.get(id) === null);
  if (byHand.length > 1) {
    const detail = `${byHand.length} of your strategies are named "${entry.name}": give them names of their own first.`;
    throw refusalAt('CONFLICT', `/strategies/${at}/name`, detail);
  }
  return byHand[0];
}

async function write(
  tx: Transaction,
  context: WriteContext,
  given: {
    userId: string;
    at: number;
    entry: StrategyEntry;
    current: Strategy | null;
    channels: readonly Channel[];
  },
): Promise<Strategy> {
  const { userId, at, entry, current } = given;
  const { id: _id, channels: names, ...rest } = entry;
  const path = `/strategies/${at}/channels`;
  const input: StrategyInput = names === undefined ? rest : { ...rest, channelIds: idsOf(names, given.channels, path) };
  const written =
    current === null ? await createIn(tx, context, { userId, input }) : await changeIn(tx, context, { current, input });
  if (written.ok) return written.value;
  const { code, detail } = written.failure;
  throw refusalAt(code, `/strategies/${at}`, `"${entry.name}": ${detail}`);
}

function idsOf(names: readonly string[], channels: readonly Channel[], path: string): string[] {
  const { ids, mistake } = channelIdsOf(names, channels);
  if (mistake !== null) throw refusalAt('STRATEGY_CHANNEL_UNKNOWN', path, mistake);
  return ids;
}

async function markIfNew(
  tx: Transaction,
  given: { userId: string; id: string; before: AppliedMark | null | undefined; mark: AppliedMark },
): Promise<void> {
  if (!isDeepStrictEqual(given.before, given.mark)) await markApplied(tx, given);
}

const COMPARED = [
  'name',
  'enabled',
  'universe',
  'timeframe',
  'indicators',
  'condition',
  'trigger',
  'message',
  'channelIds',
  'tags',
  'urgent',
] as const;

function changeOf(before: Strategy | null, after: Strategy): ApplyChange {
  const { id: strategyId, name } = after;
  if (before === null) return { action: 'create', name, strategyId, fields: [] };
  const fields = COMPARED.flatMap((field) =>
    isDeepStrictEqual(before[field], after[field])
      ? []
      : [{ field, before: before[field] as unknown, after: after[field] as unknown }],
  );
  return { action: fields.length === 0 ? 'unchanged' : 'change', name, strategyId, fields };
}

function repeatedKey(entries: readonly StrategyEntry[]): Refusal | null {
  const errors = entries.flatMap((entry, at) => {
    const first = entries.findIndex((other) => keyOf(other) === keyOf(entry));
    if (first === at) return [];
    const field = entry.id === undefined ? 'name' : 'id';
    return [{ path: `/strategies/${at}/${field}`, message: `"${keyOf(entry)}" stands there a second time` }];
  });
  if (errors.length === 0) return null;
  const detail = errors.map(({ message }) => message).join(', ');
  return { ok: false, failure: { code: 'VALIDATION_FAILED', detail: `${detail}.`, errors } };
}

async function mistakes(db: Database, entries: readonly StrategyEntry[]): Promise<Refusal | null> {
  const errors: object[] = [];
  const details: string[] = [];
  for (const [at, entry] of entries.entries()) {
    const refusal = await conditionRefusal(db, entry);
    if (refusal === null || refusal.ok) continue;
    const { detail, errors: found = [] } = refusal.failure as ServiceFailure;
    details.push(`"${entry.name}": ${detail}`);
    for (const error of found as { field: string }[]) {
      errors.push({ path: `/strategies/${at}/${error.field.replace('.', '/')}`, ...error });
    }
  }
  if (errors.length === 0) return null;
  return { ok: false, failure: { code: 'STRATEGY_INVALID', detail: details.join(' '), errors } };
}

function refusalAt(code: ServiceFailure['code'], path: string, message: string): UbotError {
  return errorOf({ code, detail: message, errors: [{ path, message }] });
}
