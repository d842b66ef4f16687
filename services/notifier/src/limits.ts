import type { ChannelKind, ChannelTarget } from '@ubot/contracts';

/** So many messages a second on the long run. */
export interface Rate {
  readonly perSecond: number;
  /** Messages that may go at once after a rest; at least 1. */
  readonly burst: number;
}

/** What the providers allow. A kind that is absent has no limit. */
export interface RateRules {
  /** Of the operator's sender of a kind, over all recipients. */
  readonly senders: Readonly<Partial<Record<ChannelKind, Rate>>>;
  /** To one target of a kind: a chat, a webhook. */
  readonly targets: Readonly<Partial<Record<ChannelKind, Rate>>>;
}

export interface Limits {
  /** Messages of a kind that its sender may send now; Infinity without a limit. */
  senderRoom(kind: ChannelKind): number;
  /** When the sender may send one; a time that has passed: now. */
  senderFreeAtMs(kind: ChannelKind): number;
  /** One goes out to this target. */
  spend(target: ChannelTarget): void;
  /**
   * null: the target may be sent to now. Else the time that this message is to wait for: those to one target get times one
   * after the other, so that each comes back once. `waited`: this one has waited for its time.
   */
  waitFor(target: ChannelTarget, waited: boolean): number | null;
  /** The provider says that it is too much: the target rests; the sender does where only that has a limit. */
  pause(target: ChannelTarget, forMs: number): void;
  /** Targets that are remembered; those that have rested are forgotten. */
  size(): number;
}

interface Target {
  /** When the next message is due by the rate. */
  dueMs: number;
  /** The next time to give to one that has to wait. */
  nextWaitMs: number;
}

/** Targets are forgotten once they have rested; looked for each time that so many more are known. */
const SWEEP_EVERY = 4_096;

/**
 * Token buckets for senders and targets, all in one place, in the form of the time at which the next message is due: a
 * message passes while that time is at most a burst ahead, and moves it on by one interval.
 */
export function createLimits({ rules, nowMs }: { rules: RateRules; nowMs: () => number }): Limits {
  const senders = new Map<ChannelKind, number>();
  const targets = new Map<string, Target>();
  let sweepAt = SWEEP_EVERY;

  const intervalOf = (rate: Rate): number => 1_000 / rate.perSecond;

  /** By how much the sender's due time may lie ahead for one more to pass. */
  const slackOf = (rate: Rate): number => (rate.burst - 1) * intervalOf(rate);

  const sweep = (): void => {
    const now = nowMs();
    for (const [key, { dueMs, nextWaitMs }] of targets) if (dueMs <= now && nextWaitMs <= now) targets.delete(key);
    sweepAt = targets.size + SWEEP_EVERY;
  };

  const remembered = (target: ChannelTarget): Target => {
    const key = keyOf(target);
    const known = targets.get(key);
    if (known !== undefined) return known;
    if (targets.size >= sweepAt) sweep();
    const fresh = { dueMs: 0, nextWaitMs: 0 };
    targets.set(key, fresh);
    return fresh;
  };

  return {
    senderRoom(kind) {
      const rate = rules.senders[kind];
      if (rate === undefined) return Number.POSITIVE_INFINITY;
      const now = nowMs();
      const aheadMs = Math.max(senders.get(kind) ?? 0, now) - now;
      // A thousandth of a message: what adding intervals of a third of a second leaves behind must not cost a token.
      return Math.max(0, Math.floor((slackOf(rate) - aheadMs) / intervalOf(rate) + 1.001));
    },
    senderFreeAtMs(kind) {
      const rate = rules.senders[kind];
      return rate === undefined ? 0 : Math.ceil((senders.get(kind) ?? 0) - slackOf(rate));
    },
    spend(target) {
      const { kind } = target;
      const now = nowMs();
      const rate = rules.senders[kind];
      if (rate !== undefined) senders.set(kind, Math.max(senders.get(kind) ?? 0, now) + intervalOf(rate));
      const targetRate = rateOfTarget(rules, target);
      if (targetRate === undefined) return;
      const state = remembered(target);
      state.dueMs = Math.max(state.dueMs, now) + intervalOf(targetRate);
    },
    waitFor(target, waited) {
      const rate = rateOfTarget(rules, target);
      const state = targets.get(keyOf(target));
      if (state === undefined) return null;
      const now = nowMs();
      const intervalMs = rate === undefined ? 0 : intervalOf(rate);
      const slackMs = rate === undefined ? 0 : slackOf(rate);
      // One that has waited passes also a little early: the one before it may have gone a little late.
      const isFree = waited ? state.dueMs - slackMs - intervalMs / 2 <= now : state.dueMs - slackMs <= now;
      if (isFree && (waited || state.nextWaitMs <= now)) return null;
      const untilMs = Math.ceil(Math.max(state.dueMs - slackMs, state.nextWaitMs, now + 1));
      state.nextWaitMs = untilMs + intervalMs;
      return untilMs;
    },
    pause(target, forMs) {
      const rate = rateOfTarget(rules, target);
      const sender = rules.senders[target.kind];
      if (rate === undefined && sender !== undefined) {
        const freeMs = nowMs() + forMs + slackOf(sender);
        senders.set(target.kind, Math.max(senders.get(target.kind) ?? 0, freeMs));
        return;
      }
      const state = remembered(target);
      const untilMs = nowMs() + forMs + (rate === undefined ? 0 : slackOf(rate) + intervalOf(rate) / 2);
      state.dueMs = Math.max(state.dueMs, untilMs);
    },
    size: () => targets.size,
  };
}

/** Telegram allows 20 messages a minute to a group; groups have negative ids. */
const TELEGRAM_GROUP: Rate = { perSecond: 20 / 60, burst: 1 };

function rateOfTarget({ targets }: RateRules, target: ChannelTarget): Rate | undefined {
  const rate = targets[target.kind];
  if (rate === undefined || target.kind !== 'telegram' || !target.chatId.startsWith('-')) return rate;
  return rate.perSecond < TELEGRAM_GROUP.perSecond ? rate : TELEGRAM_GROUP;
}

/** What a provider counts as one receiver: of a webhook the host, whoever's path it is. */
function keyOf(target: ChannelTarget): string {
  if (target.kind === 'webhook' && URL.canParse(target.url)) return `webhook ${new URL(target.url).host}`;
  return JSON.stringify(target);
}
