import { createHash } from 'node:crypto';
import type { LiveFormat, Photo } from '@ubot/contracts';
import { deltaBytes, snapshotBytes } from './binaryFrames.ts';
import { makeFrame, type SharedFrame } from './frame.ts';
import {
  changeOf,
  deltaText,
  marketStateOf,
  snapshotText,
  type FrameHead,
  type MarketChange,
  type MarketState,
} from './marketFrames.ts';
import { createTopicTable, type NextNumber, type TopicTable } from './topics.ts';

/** Each costs the ids of its list, and one frame a snapshot. */
const TOPICS = 20_000;

export interface MarketSubject {
  /** null: all coins. */
  readonly coins: ReadonlySet<number> | null;
  readonly format: LiveFormat;
}

export interface MarketTopics extends TopicTable<MarketSubject> {
  /** A new snapshot of the market: every topic moves on by one. */
  take(photo: Photo): void;
}

/** Whoever wants the same coins in the same format reads the same topic. */
export function marketKey({ coins, format }: MarketSubject): string {
  if (coins === null) return `${format} all`;
  const ids = [...coins].toSorted((a, b) => a - b).join(' ');
  return `${format} ${createHash('sha256').update(ids).digest('base64url')}`;
}

export function createMarketTopics(options: {
  nextNumber: NextNumber;
  onError: (error: unknown) => void;
}): MarketTopics {
  let state: MarketState | null = null;
  let taking: Promise<void> = Promise.resolve();
  const table = createTopicTable<MarketSubject>({
    limit: TOPICS,
    nextNumber: options.nextNumber,
    topicOf: (subject, topic) => ({
      keepsSnapshot: subject.coins === null,
      build: async (sequence) =>
        state === null ? null : snapshotFrame(state, subject, { topic, sequence, coins: subject.coins }),
    }),
  });

  const takeNow = async (photo: Photo): Promise<void> => {
    const [before, after] = [state, marketStateOf(photo)];
    const change = before === null ? null : changeOf(before, after);
    // The frames are made while readers still have the state before: then all of them move on in one go.
    const ready = [...table.entries()].map(async ({ topic, subject }) => {
      const head = { topic: topic.number, sequence: topic.sequence() + 1, coins: subject.coins };
      return { topic, delta: change === null ? null : await deltaFrame(after, change, { subject, head }) };
    });
    const frames = await Promise.all(ready);
    state = after;
    const told = new Set(frames.map(({ topic }) => topic));
    for (const { topic, delta } of frames) topic.publish(delta);
    // Whoever began meanwhile was given the state before, or none.
    for (const { topic } of table.entries()) if (!told.has(topic)) topic.publish(null);
  };

  return {
    ...table,
    take(photo) {
      taking = taking.then(() => takeNow(photo)).catch(options.onError);
    },
  };
}

function snapshotFrame(state: MarketState, { format }: MarketSubject, head: FrameHead): Promise<SharedFrame> {
  return makeFrame(format === 'json' ? snapshotText(state, head) : snapshotBytes(state, head));
}

function deltaFrame(
  after: MarketState,
  change: MarketChange,
  { subject, head }: { subject: MarketSubject; head: FrameHead },
): Promise<SharedFrame> {
  return makeFrame(subject.format === 'json' ? deltaText(after, change, head) : deltaBytes(after, change, head));
}
