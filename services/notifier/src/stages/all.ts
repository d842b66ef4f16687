import type { DigestTiming } from '@ubot/alerting';
import { acknowledged } from './acknowledged.ts';
import { deliverable } from './deliverable.ts';
import { createDigest } from './digest.ts';
import type { Stage } from './frame.ts';
import { STAGES } from './order.ts';

export interface StagesOptions {
  readonly digest: DigestTiming;
  readonly publicUrl: string | null;
  /** Alerts in one message. */
  readonly mostMembers?: number;
}

/** They know what speaks for several alerts from what speaks for one. */
const FOR_ALL: ReadonlySet<Stage> = new Set([deliverable, acknowledged]);

/** All stages of a claim: those that judge an alert by itself, then the one that gathers alerts. */
export function createStages({ digest, publicUrl, ...limits }: StagesOptions): readonly Stage[] {
  const alone = STAGES.map((stage) => (FOR_ALL.has(stage) ? stage : forSingleAlerts(stage)));
  const seeAllAt = publicUrl === null ? null : `${publicUrl}/alerts`;
  return [...alone, createDigest({ defaults: digest, seeAllAt, before: alone, ...limits })];
}

/**
 * What speaks for several alerts is not judged by the one that it happens to be stored with: its members passed when it
 * was made, and a repeat has the same text. Neither are uBot's own words.
 */
function forSingleAlerts(stage: Stage): Stage {
  return (context, batch) =>
    stage(
      context,
      batch.filter(({ digestId, purpose }) => digestId === null && purpose === 'alert'),
    );
}
