import type { ChannelLane } from '@ubot/contracts';
import { endUnsent, holdNotification, uncount, type ClaimedNotification, type Transaction } from '@ubot/db';
import type { Lanes } from '../lanes.ts';

/** What a stage says of a notification. A reason is stored in the ledger's row, with a sentence that has the facts. */
export type Verdict =
  | { readonly pass: true; readonly text?: MakeText }
  /** Never sent. `mutedBy` is the silence or rule that did it. */
  | {
      readonly end: 'not_sent' | 'failed';
      readonly reason: string;
      readonly detail: string;
      readonly mutedBy?: string;
    }
  /** Stays queued and is judged by all stages again at `hold`, epoch ms; the wait does not make it too late. */
  | { readonly hold: number; readonly reason: string; readonly detail: string }
  /** The stage has written the row itself (as a digest does with its members); it goes no further. */
  | { readonly taken: true };

/** Makes a text that takes the place of the rendered alert; the reference ends it. */
export type MakeText = (reference: string) => string;

export interface StageContext {
  /** The claim's transaction: whatever a stage writes is committed with the claim, before anything is sent. */
  readonly tx: Transaction;
  readonly nowMs: number;
  /** null: the channels of the batch are gone. */
  readonly kind: ChannelLane | null;
  readonly lanes: Pick<Lanes, 'driver'>;
}

/** What a stage is given: besides, whom to tell of rows that it ends or holds beyond its batch. */
export interface AskedContext extends StageContext {
  readonly events: StagesEvents;
}

/**
 * One question that each claimed notification is asked. A stage gets those that all stages before it let pass, and reads
 * what it needs with one query per table for the whole batch.
 *
 * Shape:  → verdicts by notification id; what is not named passes.
 */
export type Stage = (
  context: AskedContext,
  batch: readonly ClaimedNotification[],
) => Promise<ReadonlyMap<string, Verdict>>;

export interface Passed {
  readonly notification: ClaimedNotification;
  /** null: the alert is rendered as it is. */
  readonly makeText: MakeText | null;
}

export interface StagesEvents {
  readonly onUnsent: (id: string, reason: string) => void;
  readonly onHeld: (id: string, reason: string, untilMs: number) => void;
}

/** Runs claimed notifications through the stages in their order; writes down what ends or is held. */
export async function runStages(
  options: { stages: readonly Stage[]; context: StageContext } & StagesEvents,
  claimed: readonly ClaimedNotification[],
): Promise<Passed[]> {
  let batch = claimed;
  const { onUnsent, onHeld } = options;
  const context = { ...options.context, events: { onUnsent, onHeld } };
  const texts = new Map<string, MakeText>();
  for (const stage of options.stages) {
    // What is empty needs no query.
    if (batch.length === 0) break;
    const verdicts = await stage(context, batch);
    const passed: ClaimedNotification[] = [];
    for (const notification of batch) {
      const verdict = verdicts.get(notification.id) ?? { pass: true };
      if ('pass' in verdict) {
        passed.push(notification);
        if (verdict.text !== undefined) texts.set(notification.id, verdict.text);
      } else await apply(options, notification, verdict);
    }
    batch = passed;
  }
  return batch.map((notification) => ({ notification, makeText: texts.get(notification.id) ?? null }));
}

async function apply(
  { context, onUnsent, onHeld }: { context: StageContext } & StagesEvents,
  { id, countedAtMs }: ClaimedNotification,
  verdict: Exclude<Verdict, { pass: true }>,
): Promise<void> {
  const { tx, nowMs } = context;
  if ('taken' in verdict) return;
  const { reason: errorCode, detail: errorDetail } = verdict;
  if ('hold' in verdict) {
    await holdNotification(tx, { id, untilMs: verdict.hold, errorCode, errorDetail, nowMs });
    onHeld(id, errorCode, verdict.hold);
    return;
  }
  const mutedBy = verdict.mutedBy ?? null;
  await endUnsent(tx, { id, state: verdict.end, errorCode, errorDetail, mutedBy, nowMs });
  // What was tried in vain before made no use of its part of the caps.
  if (countedAtMs !== null) await uncount(tx, [id]);
  onUnsent(id, errorCode);
}

/** A stage that needs nothing but the notification itself. */
export function eachAlone(judge: (context: StageContext, notification: ClaimedNotification) => Verdict | null): Stage {
  return async (context, batch) => {
    const verdicts = new Map<string, Verdict>();
    for (const notification of batch) {
      const verdict = judge(context, notification);
      if (verdict !== null) verdicts.set(notification.id, verdict);
    }
    return verdicts;
  };
}
