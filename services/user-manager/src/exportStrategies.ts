import { isDeepStrictEqual } from 'node:util';
import { DEFAULT_SET, DEFAULT_TRIGGER, type StrategyEntry, type StrategyFile, type Trigger } from '@ubot/contracts';
import { appliedMarks, listChannels, listStrategies, type Database } from '@ubot/db';
import { channelsForFile } from './channelNames.ts';

/**
 * A user's strategies as a file that `apply` takes and finds unchanged. `set` null: all that no other set manages, and
 * the default one's; otherwise those of that set. What has its default is left out.
 */
export async function exportStrategies(
  db: Database,
  { userId, set }: { userId: string; set: string | null },
): Promise<StrategyFile> {
  const marks = await appliedMarks(db, userId);
  const all = await listStrategies(db, { userId, after: null, limit: marks.size });
  const channels = await listChannels(db, userId);
  const chosen = all.filter(({ id }) => {
    const managedBy = marks.get(id)?.set ?? null;
    return set === null ? managedBy === null || managedBy === DEFAULT_SET : managedBy === set;
  });
  const strategies = chosen.map((strategy): StrategyEntry => {
    const { id, name, enabled, universe, timeframe, indicators, condition, message, channelIds, tags, urgent } =
      strategy;
    const key = marks.get(id)?.key;
    const trigger = changedFrom(strategy.trigger);
    return {
      ...(key !== undefined && key !== name && { id: key }),
      name,
      enabled,
      universe,
      timeframe,
      ...(indicators.length > 0 && { indicators }),
      condition,
      ...(Object.keys(trigger).length > 0 && { trigger }),
      ...(message !== null && { message }),
      ...channelsForFile(channelIds, channels),
      ...(tags.length > 0 && { tags }),
      ...(urgent && { urgent }),
    };
  });
  return { ...(set !== null && set !== DEFAULT_SET && { set }), strategies };
}

function changedFrom(trigger: Trigger): Partial<Trigger> {
  const entries = Object.entries(trigger).filter(
    ([name, value]) => !isDeepStrictEqual(value, DEFAULT_TRIGGER[name as keyof Trigger]),
  );
  return Object.fromEntries(entries);
}
