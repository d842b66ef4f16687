import { markAccepted } from '@ubot/db';
import { hasSharedData, NO_SHARED_DATA, sharedData } from '@ubot/testing';
import { describe, expect, test } from 'vitest';
import { createStageWorld, type StageWorld } from './stage.testing.ts';

interface TimelineAlert {
  readonly labels: Readonly<Record<string, string>>;
  /** It has ended. */
  readonly until?: number;
}
interface Timeline {
  readonly name: string;
  readonly config: { readonly group_wait_s: number; readonly group_interval_s: number };
  readonly push: readonly { readonly at: number; readonly alerts: readonly TimelineAlert[] }[];
  readonly want: readonly { readonly between: readonly [number, number]; readonly alerts: readonly TimelineAlert[] }[];
}

const START_MS = Date.parse('2026-11-21T12:00:00Z');
const TICK_MS = 100;
/** As the timelines have it. */
const TOLERANCE_S = 0.15;
/** A message that nobody wants would come within this after the last that somebody does. */
const AFTER_MS = 1_500;

const keyOf = ({ labels }: TimelineAlert): string => JSON.stringify(labels);

/** What of a wanted message uBot tells: alerts that no message has told before. Alertmanager also repeats, and tells ends. */
function newsOf({ want }: Timeline): { between: readonly [number, number]; news: string[]; because: string | null }[] {
  const told = new Set<string>();
  return want.map(({ between, alerts }) => {
    const news = alerts.filter((alert) => alert.until === undefined && !told.has(keyOf(alert))).map(keyOf);
    for (const key of news) told.add(key);
    const isEnd = alerts.every(({ until }) => until !== undefined);
    const because = news.length > 0 ? null : isEnd ? 'an alert is an event and has no end' : 'nothing is told twice';
    return { between, news: news.toSorted(), because };
  });
}

interface Told {
  readonly atS: number;
  readonly alerts: string[];
}

/** The messages of a channel that gathers as the timeline's group does; an alert that is pushed again is no new one. */
async function play({ config, push, want }: Timeline): Promise<Told[]> {
  const stage: StageWorld = await createStageWorld(START_MS);
  try {
    const digest = { waitMs: config.group_wait_s * 1_000, intervalMs: config.group_interval_s * 1_000 };
    const channelId = await stage.world.addChannel({ kind: 'log' }, { digest });
    const keys: string[] = [];
    const messages: Told[] = [];
    const endMs = Math.max(...want.map(({ between }) => between[1])) * 1_000 + AFTER_MS;
    for (let ms = 0; ms <= endMs; ms += TICK_MS) {
      stage.clock.nowMs = START_MS + ms;
      const pushed = push.filter(({ at }) => Math.round(at * 1_000) === ms).flatMap(({ alerts }) => alerts);
      for (const alert of pushed) {
        const key = keyOf(alert);
        if (keys.includes(key)) continue;
        keys.push(key);
        const coinId = keys.length;
        await stage.world.addAlert({ channelIds: [channelId], triggeredAtMs: stage.clock.nowMs, coinId });
      }
      for (const { notification, digest: members } of await stage.claim()) {
        const alerts = (members ?? [notification.alert]).map(({ coin }) => keys[coin.id - 1]!).toSorted();
        messages.push({ atS: ms / 1_000, alerts });
        const { nowMs } = stage.clock;
        const taken = { id: notification.id, providerMessageId: null, providerStatus: null, segments: null, nowMs };
        await markAccepted(stage.world.db, [taken]);
      }
    }
    return messages;
  } finally {
    await stage.close();
  }
}

/** `group_wait` and `group_interval` are a channel's digest; the rest of Alertmanager's grouping is not meant to be here. */
describe.skipIf(!hasSharedData)(`timelines of Alertmanager${NO_SHARED_DATA}`, () => {
  const timelines = hasSharedData
    ? (JSON.parse(sharedData('alerts/alertmanager-timelines.json').toString('utf8')) as Timeline[])
    : [];

  test.each(timelines)('$name: each news is told once, when Alertmanager tells it', async (timeline) => {
    const wanted = newsOf(timeline).filter(({ because }) => because === null);
    const messages = await play(timeline);
    expect(messages.map(({ alerts }) => alerts)).toEqual(wanted.map(({ news }) => news));
    for (const [index, { atS }] of messages.entries()) {
      const [from, to] = wanted[index]!.between;
      expect(atS).toBeGreaterThanOrEqual(from - TOLERANCE_S);
      expect(atS).toBeLessThanOrEqual(to + TOLERANCE_S);
    }
  });

  test('differ on purpose in these messages, which tell no news', () => {
    const differing = timelines.flatMap((timeline) =>
      newsOf(timeline).flatMap(({ because, between }) =>
        because === null ? [] : [`${timeline.name}, ${between[0]} s: ${because}`],
      ),
    );
    expect(differing).toEqual([
      'repeat then resolve (TestRepeat), 3 s: nothing is told twice',
      'repeat then resolve (TestRepeat), 4 s: an alert is an event and has no end',
      'batching (TestBatching), 9.1 s: nothing is told twice',
      'resolve by timeout (TestResolved), 12 s: an alert is an event and has no end',
    ]);
  });
});
