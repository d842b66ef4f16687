import { explainUnmet } from '@ubot/alerting';
import {
  UbotError,
  type AlertValue,
  type AlertWithNotifications,
  type DecisionAnswer,
  type DecisionQuery,
  type DecisionReason,
} from '@ubot/contracts';
import { channelProblems, lastAlertOf, lastDecision, type Database } from '@ubot/db';
import type { Engine } from '@ubot/engine';
import type { CallIdentity, ServiceClient } from '@ubot/service-kit';
import { explain } from './alertBody.ts';
import type { Scanner } from './scanner.ts';
import type { LiveStrategy } from './liveStrategy.ts';
import type { StrategyBook } from './strategies.ts';
import { outcomeOf } from './outcome.ts';
import { createUniverseView } from './universe.ts';
import type { World } from './world.ts';

export type DecisionQuestion = Omit<DecisionQuery, 'atMs'> & { readonly identity: CallIdentity };

export interface ExplainOptions {
  readonly db: Database;
  readonly book: StrategyBook;
  readonly scanner: Scanner;
  readonly client: ServiceClient;
}

export const SENTENCES: Readonly<Record<DecisionReason, string>> = {
  sent: 'The condition came true and the alert was sent.',
  not_true: 'The condition is not true.',
  not_warm: 'Something in the condition is not known yet.',
  stale: 'The source has said nothing new about this coin for more than three polls, so it is not judged.',
  pending: 'The condition is true, but not yet for as long as the strategy asks.',
  cooling_down: 'The condition is true, but the last alert for this coin is more recent than the cooldown.',
  not_rearmed: 'The condition is true, but the rearm condition has not come true since the last alert.',
  silenced: 'The strategy is switched off, so it is not evaluated.',
  over_daily_cap: 'The condition is true, but the strategy has sent all the alerts of its day.',
  over_account_quota: 'The condition is true, but your account has had all the alerts of its day.',
  expired: 'The strategy has expired.',
  already_fired: 'The condition is true and has been alerted; the next alert comes when it turns true again.',
  too_late: 'The condition came true while nobody was looking, and too long ago to be sent.',
  not_in_universe: "The coin is not in the strategy's universe.",
};

/**
 * Answers "why no alert?" for one strategy and one coin, from what is known now.
 *
 * Errors: NOT_FOUND when there is no such strategy or it is another user's; NOT_READY while the state is being rebuilt.
 */
export async function answerDecision(options: ExplainOptions, query: DecisionQuestion): Promise<DecisionAnswer> {
  const live = options.book.byId(query.strategyId);
  const answer = await answerWithoutChannels(options, query);
  if (live === undefined) return answer;
  const { userId, channelIds } = live.strategy;
  const problems = await channelProblems(options.db, { userId, channelIds });
  return problems.length === 0 ? answer : { ...answer, channelProblems: problems };
}

async function answerWithoutChannels(options: ExplainOptions, query: DecisionQuestion): Promise<DecisionAnswer> {
  const live = options.book.byId(query.strategyId);
  if (live === undefined) return answerForIdle(options, query);
  if (query.identity.kind === 'user' && query.identity.userId !== live.strategy.userId)
    throw new UbotError('NOT_FOUND');
  const answer = await options.scanner.inspect((world, reasonOf) =>
    answerLive(world, live, { coinId: query.coinId, given: reasonOf(live.strategy.versionId, query.coinId) }),
  );
  if (answer === null) throw new UbotError('NOT_READY');
  if (answer.reason !== null) return withOutcome(options, live, { ...answer, reason: answer.reason });
  // True, and not decided upon since the start: what was stored about this version, or it has fired before.
  const stored = await lastDecision(options.db, query);
  const reason = stored?.strategyVersionId === live.strategy.versionId ? stored.reason : 'already_fired';
  return withOutcome(options, live, { ...answer, reason, sentence: SENTENCES[reason] });
}

/** Of an alert that was made it matters whether anybody got it. */
async function withOutcome(
  { db }: ExplainOptions,
  live: LiveStrategy,
  answer: DecisionAnswer,
): Promise<DecisionAnswer> {
  const { reason, coinId, evaluatedAtMs } = answer;
  if ((reason !== 'sent' && reason !== 'already_fired') || evaluatedAtMs === null) return answer;
  const alert = await lastAlertOf(db, { strategyVersionId: live.strategy.versionId, coinId, upToMs: evaluatedAtMs });
  return alert === null ? answer : { ...answer, sentence: sentenceOfAlert(reason, alert) };
}

/** What is said of an alert that was made, with what has become of it where that is not simply that it went out. */
export function sentenceOfAlert(
  reason: 'sent' | 'already_fired',
  { notifications }: Pick<AlertWithNotifications, 'notifications'>,
): string {
  const outcome = outcomeOf(notifications);
  if (outcome === null) return SENTENCES[reason];
  const made = reason === 'sent' ? 'The condition came true and an alert was made.' : SENTENCES.already_fired;
  return `${made} ${outcome}`;
}

type Open = Omit<DecisionAnswer, 'reason'> & { reason: DecisionReason | null };

function answerLive(
  world: World,
  live: LiveStrategy,
  { coinId, given }: { coinId: number; given: DecisionReason | undefined },
): Open {
  const { engine } = world;
  const { id: strategyId, version: strategyVersion, versionId, timeframe, trigger } = live.strategy;
  const evaluatedAtMs = engine.lastEvaluatedAtMs(timeframe, trigger.on);
  const judged = judge({
    engine,
    live,
    coinId,
    inUniverse: createUniverseView(world.latest).includes(live.universe, coinId),
    stale: world.staleness.isStale(coinId),
  });
  const base = { strategyId, strategyVersion, coinId, evaluatedAtMs, values: judged.values };
  if (judged.reason !== 'true') return { ...base, reason: judged.reason, sentence: judged.sentence };
  const { lastAlertAtMs } = world.machines.get(versionId, coinId);
  const before = given === 'sent' && evaluatedAtMs !== null && lastAlertAtMs !== null && lastAlertAtMs < evaluatedAtMs;
  const reason = before ? 'already_fired' : (given ?? null);
  return { ...base, reason, sentence: reason === null ? '' : SENTENCES[reason] };
}

export interface Judged {
  /** `true`: the condition holds, and what was decided tells the rest. */
  readonly reason: DecisionReason | 'true';
  readonly sentence: string;
  readonly values: AlertValue[];
}

/** What an engine's last evaluation came to for one strategy and one coin. */
export function judge(given: {
  engine: Engine;
  live: LiveStrategy;
  coinId: number;
  inUniverse: boolean;
  stale: boolean;
}): Judged {
  const { engine, live, coinId } = given;
  const { timeframe, trigger } = live.strategy;
  const { on } = trigger;
  const verdict = engine.verdictOf({ plan: live.condition, on, coinId });
  const values = verdict === null ? [] : explain(engine, live, coinId).values;
  const because = (reason: DecisionReason, sentence = SENTENCES[reason]): Judged => ({ reason, sentence, values });
  if (!given.inUniverse) return because('not_in_universe');
  if (given.stale) return because('stale');
  if (verdict === null) return because('not_warm', nothingYet(live));
  if (verdict === 'true') return { reason: 'true', sentence: '', values };
  const sentence = explainUnmet({
    root: live.condition.root,
    valueOf: (key) => engine.valueOf({ timeframe, on, coinId, key }),
    previousOf: (key) => engine.previousOf({ timeframe, on, coinId, key }),
  });
  return because(verdict === 'unknown' ? 'not_warm' : 'not_true', sentence);
}

function nothingYet({ strategy }: LiveStrategy): string {
  return strategy.trigger.on === 'snapshot'
    ? 'The coin was not in the last snapshot.'
    : `The coin had no candle of ${strategy.timeframe} at the last close.`;
}

/** A strategy that this scanner does not evaluate: switched off, or not there at all. */
async function answerForIdle(options: ExplainOptions, query: DecisionQuestion): Promise<DecisionAnswer> {
  const { strategyId, coinId, identity } = query;
  const found = await options.client.request({
    method: 'GET',
    path: `/strategies/${strategyId}`,
    ...(identity.kind === 'user' && { identity }),
  });
  if (!found.ok) throw new UbotError(found.failure.code, found.failure.detail);
  const version = (found.value as { version?: unknown } | undefined)?.version;
  const stored = await lastDecision(options.db, { strategyId, coinId });
  const sentence = stored === null ? '' : ` Before that: ${SENTENCES[stored.reason]}`;
  return {
    strategyId,
    strategyVersion: typeof version === 'number' ? version : 0,
    coinId,
    reason: 'silenced',
    sentence: SENTENCES.silenced + sentence,
    evaluatedAtMs: stored?.evaluatedAtMs ?? null,
    values: [],
  };
}
