import type { DecisionReason, Hold, Timeframe, Trigger } from '@ubot/contracts';
import { TIMEFRAME_MS } from '@ubot/market';

type Verdict = 'true' | 'false' | 'unknown';

/** What the machine of one strategy and one coin remembers between evaluations. Plain JSON. */
export interface AlertState {
  readonly phase: 'unknown' | 'inactive' | 'pending' | 'firing';
  /** The last evaluation; one at or before it changes nothing. */
  readonly lastAtMs: number | null;
  /** Since when the condition has been true without a break; null when it is not. */
  readonly trueSinceMs: number | null;
  /** The evaluation for which an alert was last sent: cooldowns count from here. */
  readonly lastAlertAtMs: number | null;
  /** The rearm condition has come true since that alert. True before the first one. */
  readonly armed: boolean;
}

export const INITIAL_ALERT_STATE: AlertState = {
  phase: 'unknown',
  lastAtMs: null,
  trueSinceMs: null,
  lastAlertAtMs: null,
  armed: true,
};

export interface DecisionInput {
  readonly verdict: Verdict;
  /** Null when the strategy has no rearm condition. */
  readonly rearmVerdict: Verdict | null;
  readonly state: AlertState;
  readonly trigger: Trigger;
  readonly timeframe: Timeframe;
  /** Close time of the candle, or time of the snapshot: what is judged. */
  readonly atMs: number;
  /** When it is judged: later than `atMs` when it is being caught up. */
  readonly nowMs: number;
  readonly stale: boolean;
  /** Alerts of the whole strategy so far in the UTC day of `atMs`. */
  readonly sentToday: number;
  /** The account has had all the alerts of that day. */
  readonly accountSpent?: boolean;
}

export interface Decision {
  readonly reason: DecisionReason;
  readonly send: boolean;
  /** To be remembered for the next evaluation. */
  readonly state: AlertState;
  /** The strategy has done what it was for. */
  readonly switchOff?: boolean;
}

/** Nobody can say that a condition held throughout when this much of the market went unobserved. */
const HOLD_GAP_CANDLES = 10;
/** At least this, so that `for` works on short timeframes with a slow poll. */
const HOLD_GAP_MINIMUM_MS = 30 * 60_000;

function holdMs(hold: Hold | null, timeframe: Timeframe): number {
  if (!hold) return 0;
  return 'ms' in hold ? hold.ms : hold.candles * TIMEFRAME_MS[timeframe];
}

function trueSince({ state, timeframe, atMs }: DecisionInput): number {
  const unbroken = state.phase === 'pending' || state.phase === 'firing';
  if (!unbroken || state.trueSinceMs === null || state.lastAtMs === null) return atMs;
  const gapLimitMs = Math.max(HOLD_GAP_CANDLES * TIMEFRAME_MS[timeframe], HOLD_GAP_MINIMUM_MS);
  const gap = state.phase === 'pending' && atMs - state.lastAtMs > gapLimitMs;
  return gap ? atMs : state.trueSinceMs;
}

/** What keeps an alert from being sent although the condition fires; null when nothing does. */
function heldBackBy(
  { trigger, atMs, nowMs, sentToday, accountSpent }: DecisionInput,
  state: AlertState,
): DecisionReason | null {
  if (trigger.rearm !== null && !state.armed) return 'not_rearmed';
  if (state.lastAlertAtMs !== null && atMs - state.lastAlertAtMs < trigger.cooldownMs) return 'cooling_down';
  if (trigger.maxPerDay !== null && sentToday >= trigger.maxPerDay) return 'over_daily_cap';
  if (accountSpent === true) return 'over_account_quota';
  if (nowMs - atMs >= trigger.maxAgeMs) return 'too_late';
  return null;
}

/** The condition is true: how long has it been, has it fired already, may it be sent? */
function decideTrue(input: DecisionInput, seen: AlertState): Decision {
  const { trigger, timeframe, atMs } = input;
  const wasFiring = seen.phase === 'firing';
  const since = trueSince(input);
  if (!wasFiring && atMs - since < holdMs(trigger.for, timeframe)) {
    return { reason: 'pending', send: false, state: { ...seen, phase: 'pending', trueSinceMs: since } };
  }
  const firing: AlertState = { ...seen, phase: 'firing', trueSinceMs: since };
  // A step to firing that was held back is spent: only a new step, or while_true, gives another chance.
  if (wasFiring && trigger.fires === 'on_change') return { reason: 'already_fired', send: false, state: firing };
  const heldBack = heldBackBy(input, firing);
  if (heldBack) return { reason: heldBack, send: false, state: firing };
  const sent: AlertState = { ...firing, lastAlertAtMs: atMs, armed: false };
  return { reason: 'sent', send: true, state: sent, ...(trigger.fires === 'once' && { switchOff: true }) };
}

/**
 * Decides whether an evaluation of one strategy for one coin sends an alert, and says why or why not.
 *
 * Shape:  verdict and remembered state → reason, whether to send, and the state to remember. Pure.
 * Edges:  an evaluation at or before the last one changes nothing, so a replay or a second scanner cannot send twice.
 *         Unknown and stale neither fire nor end firing: after a gap in the data an alert that still holds is not sent
 *         again. They do break a `for`, which asks that the condition was true throughout. The first evaluation of a
 *         strategy whose condition is true already is a step to firing like any other. `for: 3 candles` means that
 *         three candles' time has passed since the condition came true. An alert exactly as old as `maxAgeMs` is too late.
 */
export function decideAlert(input: DecisionInput): Decision {
  const { verdict, rearmVerdict, state, trigger, atMs, stale } = input;
  if (state.lastAtMs !== null && atMs <= state.lastAtMs) {
    return { reason: atMs === state.lastAtMs ? 'already_fired' : 'too_late', send: false, state };
  }
  const armed = state.armed || (rearmVerdict === 'true' && !stale);
  const seen: AlertState = { ...state, lastAtMs: atMs, armed };
  if (trigger.expiresAtMs !== null && atMs >= trigger.expiresAtMs)
    return { reason: 'expired', send: false, state: seen };
  if (trigger.fires === 'once' && state.lastAlertAtMs !== null) {
    return { reason: 'already_fired', send: false, state: seen };
  }
  if (stale || verdict === 'unknown') {
    const kept: AlertState = seen.phase === 'firing' ? seen : { ...seen, phase: 'unknown', trueSinceMs: null };
    return { reason: stale ? 'stale' : 'not_warm', send: false, state: kept };
  }
  if (verdict === 'false') {
    return { reason: 'not_true', send: false, state: { ...seen, phase: 'inactive', trueSinceMs: null } };
  }
  return decideTrue(input, seen);
}
