import { CandlesAnswerSchema, type CandleWire, type LiveServerMessage, type Timeframe } from '@ubot/contracts';
import { unwrap, type ServiceClient } from '@ubot/service-kit';
import { makeFrame } from './frame.ts';
import type { Topic } from './topic.ts';
import { createTopicTable, type NextNumber, type TopicTable } from './topics.ts';

/** Each costs one request to mother-app a snapshot. */
const TOPICS = 4_000;
const REQUESTS_AT_ONCE = 8;
/** The newest candles that are compared with what was sent: the open one, those that closed, a poll or two missed. */
const COMPARED = 10;

type CandlesMessage = Extract<LiveServerMessage, { stream: 'candles' }>;

export interface CandleSubject {
  readonly coinId: number;
  readonly timeframe: Timeframe;
  /** How many the snapshot has. */
  readonly limit: number;
  /** What readers have been told of the newest candles, by opening time. */
  readonly told: Map<number, string>;
}

export interface CandleTopics extends TopicTable<CandleSubject> {
  /** A new snapshot of the market was taken: looks what it did to every candle that is followed. */
  refresh(): void;
  close(): void;
}

export const candleKey = ({ coinId, timeframe, limit }: CandleSubject): string => `${coinId} ${timeframe} ${limit}`;

export function createCandleTopics(options: {
  motherApp: ServiceClient;
  nextNumber: NextNumber;
  onError: (error: unknown) => void;
}): CandleTopics {
  const { motherApp } = options;
  let isRefreshing = false;
  let isAskedAgain = false;
  let isClosed = false;

  const read = async ({ coinId, timeframe }: CandleSubject, limit: number): Promise<CandleWire[]> => {
    const request = { method: 'GET', path: `/coins/${coinId}/candles`, query: { timeframe, limit } } as const;
    return unwrap(await motherApp.request({ ...request, answer: CandlesAnswerSchema })).candles;
  };
  const table = createTopicTable<CandleSubject>({
    limit: TOPICS,
    nextNumber: options.nextNumber,
    topicOf: (subject, topic) => ({
      keepsSnapshot: false,
      build: async (sequence) => {
        const candles = await read(subject, subject.limit);
        if (subject.told.size === 0) remember(subject, candles.slice(-COMPARED));
        const { coinId, timeframe } = subject;
        return makeFrame(textOf({ type: 'snapshot', stream: 'candles', topic, sequence, coinId, timeframe, candles }));
      },
    }),
  });

  const refreshOne = async (topic: Topic, subject: CandleSubject): Promise<void> => {
    // Its first snapshot is still being read.
    if (subject.told.size === 0) return;
    const newest = await read(subject, COMPARED);
    // Of a topic of three candles the fourth was never told, and is no news.
    const oldestMs = Math.min(...subject.told.keys());
    const changed = newest.filter(
      (candle) => candle.openAtMs >= oldestMs && subject.told.get(candle.openAtMs) !== JSON.stringify(candle),
    );
    if (changed.length === 0) return;
    // None of them is known: some in between may never have been told.
    const hasGap = newest.every(({ openAtMs }) => !subject.told.has(openAtMs));
    const { coinId, timeframe } = subject;
    const head = { topic: topic.number, sequence: topic.sequence() + 1, coinId, timeframe };
    const delta = await makeFrame(textOf({ type: 'delta', stream: 'candles', ...head, candles: changed }));
    remember(subject, newest);
    topic.publish(hasGap ? null : delta);
  };
  const refreshAll = async (): Promise<void> => {
    const waiting = [...table.entries()];
    const work = async (): Promise<void> => {
      for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
        if (isClosed) return;
        await refreshOne(next.topic, next.subject).catch(options.onError);
      }
    };
    await Promise.all(Array.from({ length: REQUESTS_AT_ONCE }, work));
  };
  const refresh = (): void => {
    if (isRefreshing) {
      isAskedAgain = true;
      return;
    }
    isRefreshing = true;
    void refreshAll().finally(() => {
      isRefreshing = false;
      if (!isAskedAgain || isClosed) return;
      isAskedAgain = false;
      refresh();
    });
  };

  return {
    ...table,
    refresh,
    close() {
      isClosed = true;
    },
  };
}

function remember({ told }: CandleSubject, newest: readonly CandleWire[]): void {
  told.clear();
  for (const candle of newest) told.set(candle.openAtMs, JSON.stringify(candle));
}

const textOf = (message: CandlesMessage): string => JSON.stringify(message);
