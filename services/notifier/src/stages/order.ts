import { acknowledged } from './acknowledged.ts';
import { deliverable } from './deliverable.ts';
import type { Stage } from './frame.ts';
import { inhibition } from './inhibition.ts';
import { quietHours } from './quietHours.ts';
import { reachable } from './reachable.ts';
import { silence } from './silence.ts';

/** What a claimed notification goes through before it is rendered and sent: what ends it before what holds it back. */
export const STAGES: readonly Stage[] = [deliverable, reachable, acknowledged, silence, inhibition, quietHours];
