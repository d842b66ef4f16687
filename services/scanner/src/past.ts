import {
  StrategyAtSchema,
  UbotError,
  type AlertWithNotifications,
  type DecisionAnswer,
  type DecisionReason,
  type PastDecision,
  type StrategyAt,
} from '@ubot/contracts';
import { channelProblems, coinsByIds, countAlerts, lastAlertOf, lastDecisionOf, type DecisionRow } from '@ubot/db';
import { TIMEFRAME_MS } from '@ubot/market';
import { unwrap } from '@ubot/service-kit';
import type { Aside } from './aside.ts';
import { sentenceOfAlert, SENTENCES, type DecisionQuestion, type ExplainOptions, type Judged } from './explain.ts';
import { instantAt, type Instant } from './instant.ts';
import { readPosition } from './position.ts';
import { DECISIONS_KEPT_MS } from './scanner.ts';
import { isOnShard, type Shard } from './shard.ts';
import type { CompileStrategy } from './strategies.ts';

export interface PastOptions extends ExplainOptions {
  readonly shard: Shard;
  readonly aside: Aside;
  readonly compileStrategy: CompileStrategy;
  readonly nowMs: () => number;
}

type PastQuestion = DecisionQuestion & { readonly atMs: number };

/** One evaluation, the strategy as it was at it, and what there is to say beside the answer. */
interface Case {
  readonly question: PastQuestion;
  readonly was: StrategyAt;
  readonly instant: Instant;
  readonly notes: string[];
}

type About = Pick<DecisionAnswer, 'reason' | 'sentence' | 'evaluatedAtMs' | 'values'> &
  Pick<PastDecision, 'basis' | 'candle'> & { readonly alert?: AlertWithNotifications };

const NOTHING: Omit<About, 'reason' | 'sentence'> = { evaluatedAtMs: null, values: [], basis: 'nothing', candle: null };

const judgedAtMs = ({ atMs, by }: Instant): number => by?.takenAtMs ?? atMs;
const utc = (atMs: number): string => `${new Date(atMs).toISOString().slice(0, 19).replace('T', ' ')} UTC`;

/**
 * Answers "why no alert at 14:02?" for one strategy and one coin: about the evaluation at that time, or the last before it.
 *
 * Edges:  what was sent or written down then is told as it was; everything else is evaluated again from what is stored,
 *         and `past.notes` say what that cannot know. The strategy is the one of then.
 * Errors: NOT_FOUND when there is no such strategy, it is another user's, or nobody knows the coin; DECISION_IN_FUTURE;
 *         NOT_READY while that evaluation is still to come.
 */
export async function answerPast(options: PastOptions, question: PastQuestion): Promise<DecisionAnswer> {
  const asked = await strategyAt(options, question, question.atMs);
  if (question.atMs > options.nowMs()) throw new UbotError('DECISION_IN_FUTURE');
  const { was, instant } = await evaluationOf(options, question, asked);
  const notes = notesOf({ asked, was, instant, askedAtMs: question.atMs });
  const about = instant === null ? nothingStored(was) : await answerAbout(options, { question, was, instant, notes });
  const { strategy, currentVersion } = was;
  const { alert, basis, candle, ...answer } = about;
  const problems = await channelProblems(options.db, strategy);
  return {
    strategyId: strategy.id,
    strategyVersion: strategy.version,
    coinId: question.coinId,
    ...answer,
    ...(problems.length > 0 && currentVersion === strategy.version && { channelProblems: problems }),
    past: {
      askedAtMs: question.atMs,
      basis,
      alertId: alert?.id ?? null,
      notifications: alert?.notifications ?? [],
      candle,
      notes,
    },
  };
}

/** Errors: NOT_FOUND. */
async function strategyAt(
  { client }: PastOptions,
  { strategyId, identity }: PastQuestion,
  atMs: number,
): Promise<StrategyAt> {
  const path = `/strategies/${strategyId}/at`;
  return unwrap(await client.request({ method: 'GET', path, query: { atMs }, identity, answer: StrategyAtSchema }));
}

/** The last evaluation up to the time asked about, and the version that was evaluated. */
async function evaluationOf(
  options: PastOptions,
  question: PastQuestion,
  asked: StrategyAt,
): Promise<{ was: StrategyAt; instant: Instant | null }> {
  let was = asked;
  let { atMs } = question;
  for (;;) {
    const { timeframe, trigger, version } = was.strategy;
    const instant = await instantAt(options.db, { timeframe, on: trigger.on, atMs });
    if (instant === null || version === 1 || was.versionSavedAtMs <= judgedAtMs(instant)) return { was, instant };
    // Saved after that evaluation: what was evaluated is the version before. Versions only go down here.
    atMs = was.versionSavedAtMs - 1;
    was = await strategyAt(options, question, atMs);
  }
}

function notesOf(given: { asked: StrategyAt; was: StrategyAt; instant: Instant | null; askedAtMs: number }): string[] {
  const { asked, was, instant, askedAtMs } = given;
  const { version, timeframe } = was.strategy;
  const notes: string[] = [];
  if (asked !== was) {
    notes.push(`Version ${asked.strategy.version} was saved at ${utc(asked.versionSavedAtMs)}, after this evaluation.`);
  }
  if (version !== was.currentVersion) {
    notes.push(`This is about version ${version}; the strategy is at version ${was.currentVersion} now.`);
  }
  if (asked.enabledThen === false) notes.push('The strategy was switched off at the time asked about.');
  if (instant !== null && askedAtMs - instant.atMs >= 2 * TIMEFRAME_MS[timeframe]) {
    notes.push(`The last evaluation before the time asked about was at ${utc(instant.atMs)}.`);
  }
  return notes;
}

async function answerAbout(options: PastOptions, at: Case): Promise<About> {
  const { question, was, instant } = at;
  const stored = await storedAbout(options, at);
  const { alert } = stored;
  if (alert?.triggeredAtMs === instant.atMs) {
    const { values, candle } = alert;
    return {
      reason: 'sent',
      sentence: sentenceOfAlert('sent', alert),
      evaluatedAtMs: instant.atMs,
      values,
      candle,
      basis: 'alert',
      alert,
    };
  }
  if (was.versionSavedAtMs > judgedAtMs(instant)) {
    const sentence = `The strategy was made at ${utc(was.versionSavedAtMs)}, after the evaluation at ${utc(instant.atMs)}.`;
    return { ...NOTHING, reason: 'not_created', sentence };
  }
  const { enabledThen } = await strategyAt(options, question, judgedAtMs(instant));
  if (enabledThen === false) return { ...NOTHING, reason: 'silenced', sentence: SENTENCES.silenced };
  if (enabledThen === null) at.notes.push('Whether the strategy was switched on then is not recorded.');
  await requireEvaluated(options, at);
  return evaluatedAgain(options, at, stored);
}

/** The last that was sent, and written down, about the version and the coin up to the evaluation. */
interface Stored {
  readonly alert: AlertWithNotifications | null;
  readonly decision: DecisionRow | null;
}

async function storedAbout({ db }: PastOptions, { question, was, instant }: Case): Promise<Stored> {
  const { id: strategyId, versionId: strategyVersionId } = was.strategy;
  const wanted = { strategyId, strategyVersionId, coinId: question.coinId, upToMs: instant.atMs };
  return { alert: await lastAlertOf(db, wanted), decision: await lastDecisionOf(db, wanted) };
}

async function requireEvaluated({ db, shard }: PastOptions, { question, instant: { by } }: Case): Promise<void> {
  if (by === null || !isOnShard(question.strategyId, shard)) return;
  const cursor = (await readPosition(db, shard))[by.feed];
  if (cursor === null || cursor.takenAtMs < by.takenAtMs) {
    throw new UbotError('NOT_READY', `The snapshot of ${utc(by.takenAtMs)} is still being evaluated.`);
  }
}

async function evaluatedAgain(options: PastOptions, at: Case, stored: Stored): Promise<About> {
  const { question, was, notes } = at;
  const { coinId } = question;
  const compiled = await options.compileStrategy(was.strategy, was.coinIds);
  if (compiled === null) {
    const sentence =
      'The condition is one that this release of uBot no longer accepts, so it cannot be evaluated again.';
    return { ...NOTHING, reason: 'not_stored', sentence };
  }
  if (was.strategy.universe.kind === 'watchlist') notes.push('The watchlist is taken as it is now.');
  const again = await options.aside.judgePast({ ...compiled, coinId, instant: at.instant });
  if (again === null) return nothingStored(was);
  const { judged } = again;
  if (judged.reason === 'not_warm' && again.candle === null) await requireCoin(options, coinId);
  notes.push(...again.notes);
  const { reason, basis } = await decided(options, at, { judged, stored });
  return {
    reason,
    basis,
    sentence: judged.reason === 'true' ? SENTENCES[reason] : judged.sentence,
    evaluatedAtMs: again.atMs,
    values: judged.values,
    candle: again.candle,
  };
}

/** Errors: NOT_FOUND for a coin that the market has never had. */
async function requireCoin({ db }: PastOptions, coinId: number): Promise<void> {
  if ((await coinsByIds(db, [coinId])).length === 0) throw new UbotError('NOT_FOUND', `There is no coin ${coinId}.`);
}

/** What a true condition came to: what was written down, or what follows from the alerts that there are. */
async function decided(
  options: PastOptions,
  { was, instant, notes }: Case,
  { judged, stored: { alert, decision } }: { judged: Judged; stored: Stored },
): Promise<{ reason: DecisionReason; basis: PastDecision['basis'] }> {
  if (judged.reason !== 'true') return { reason: judged.reason, basis: 'evaluated_again' };
  // A reason is written down when it changes, so the last one holds until another one or an alert.
  if (decision !== null && (alert === null || decision.evaluatedAtMs >= alert.triggeredAtMs)) {
    return { reason: decision.reason, basis: 'stored_decision' };
  }
  const basis = 'evaluated_again';
  const { cooldownMs, expiresAtMs, maxPerDay } = was.strategy.trigger;
  if (options.nowMs() - instant.atMs <= DECISIONS_KEPT_MS) {
    if (alert !== null) return { reason: 'already_fired', basis };
    notes.push('Nothing was written down about it: uBot was not evaluating then.');
    return { reason: 'too_late', basis };
  }
  notes.push(
    'Why a true condition was not sent is kept for seven days; this reason follows from the alerts before it.',
  );
  if (expiresAtMs !== null && instant.atMs >= expiresAtMs) return { reason: 'expired', basis };
  if (alert !== null && instant.atMs - alert.triggeredAtMs < cooldownMs) return { reason: 'cooling_down', basis };
  if (maxPerDay !== null && (await sentThatDay(options, was.strategy.id, instant.atMs)) >= maxPerDay) {
    return { reason: 'over_daily_cap', basis };
  }
  return { reason: 'already_fired', basis };
}

async function sentThatDay({ db }: PastOptions, strategyId: string, atMs: number): Promise<number> {
  const { byStrategy } = await countAlerts(db, { fromMs: atMs - (atMs % TIMEFRAME_MS['1d']), toMs: atMs });
  return byStrategy.get(strategyId) ?? 0;
}

function nothingStored({ strategy }: StrategyAt): About {
  const what = strategy.trigger.on === 'snapshot' ? 'price' : `candle of ${strategy.timeframe}`;
  const sentence = `No ${what} of that time is stored: it is from before the first one, or older than what is kept.`;
  return { ...NOTHING, reason: 'not_stored', sentence };
}
