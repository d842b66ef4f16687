import { findInhibition } from '@ubot/alerting';
import { readFiringSources, readInhibitionsInForce, type FiringSource } from '@ubot/db';
import type { Stage, Verdict } from './frame.ts';

/**
 * Whether a strategy fires that the user has set above this one. Urgent alerts are muted too: a rule that is to spare some
 * names its targets.
 */
export const inhibition: Stage = async ({ tx, nowMs }, batch) => {
  const userIds = [...new Set(batch.map(({ alert }) => alert.userId))];
  const rules = await readInhibitionsInForce(tx, userIds);
  const verdicts = new Map<string, Verdict>();
  if (rules.length === 0) return verdicts;
  const strategyIds = [...new Set(rules.map(({ sourceStrategyId }) => sourceStrategyId))];
  const named = rules.flatMap(({ sourceCoinId }) => (sourceCoinId === null ? [] : [sourceCoinId]));
  const coinIds = [...new Set([...named, ...batch.map(({ alert }) => alert.coin.id)])];
  const firing = await readFiringSources(tx, { strategyIds, coinIds, nowMs });
  for (const { id, alert, tags } of batch) {
    const mine = rules.filter(({ userId }) => userId === alert.userId);
    const found = findInhibition(mine, firing, { strategyId: alert.strategyId, coinId: alert.coin.id, tags, nowMs });
    if (found === null) continue;
    const { rule, source } = found;
    const detail = `Muted by your rule "${rule.name}": the strategy "${source.strategyName}" fires for ${coinOf(source)}.`;
    verdicts.set(id, { end: 'not_sent', reason: 'inhibited', detail, mutedBy: rule.id });
  }
  return verdicts;
};

const coinOf = ({ coinSymbol, coinId }: FiringSource): string => coinSymbol ?? `coin ${coinId}`;
