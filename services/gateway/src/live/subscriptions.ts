import {
  CoinId,
  LIVE_LIMITS,
  UbotError,
  type LiveServerMessage,
  type LiveSubscribe,
  type LiveUniverse,
} from '@ubot/contracts';
import { unwrap, type CallIdentity, type Logger, type ServiceClient } from '@ubot/service-kit';
import { Type } from 'typebox';
import { newestAlertSequence, startAlertStream } from '../alertStream.ts';
import type { AlertWakes } from './alertWakes.ts';
import { candleKey, type CandleTopics } from './candleTopics.ts';
import type { DeliveryHub } from './deliveryHub.ts';
import { createDeliveryReader } from './deliveryReader.ts';
import type { Line } from './line.ts';
import { marketKey, type MarketTopics } from './marketTopics.ts';
import { createReader, type ConnectedReader, type Topic } from './topic.ts';
import type { TopicTable } from './topics.ts';

/** A watchlist as far as this reads it. */
const WatchlistSchema = Type.Object({ coinIds: Type.Array(CoinId) });

const CANDLES_DEFAULT = 500;

/** What all connections share. */
export interface LiveSources {
  readonly market: MarketTopics;
  readonly candles: CandleTopics;
  readonly alertWakes: AlertWakes;
  readonly deliveries: DeliveryHub;
  readonly notifier: ServiceClient;
  readonly userManager: ServiceClient;
  readonly logger: Logger;
}

export interface Subscriptions {
  /** Errors: throws NOT_FOUND, CONFLICT, LIMIT_REACHED or what the asked service said; nothing is followed then. */
  subscribe(message: LiveSubscribe): Promise<void>;
  /** Errors: both throw NOT_FOUND for an id that is not followed. */
  unsubscribe(id: string): void;
  resync(id: string): void;
  stop(): void;
}

interface Subscription {
  readonly stream: LiveSubscribe['stream'];
  resync(): void;
  stop(): void;
}

/** What one connection follows. */
export function createSubscriptions(options: {
  line: Line;
  identity: Extract<CallIdentity, { kind: 'user' }>;
  sources: LiveSources;
}): Subscriptions {
  const { line, identity, sources } = options;
  const { notifier, logger } = sources;
  const byId = new Map<string, Subscription>();
  const followTopic = createTopicFollower(line, logger);

  const subscribed = (answer: Omit<Extract<LiveServerMessage, { type: 'subscribed' }>, 'type'>): void =>
    line.say({ type: 'subscribed', ...answer });

  const start = async (message: LiveSubscribe): Promise<Subscription | null> => {
    const { id, stream } = message;
    if (stream === 'market') {
      const format = message.format ?? 'json';
      const subject = { coins: await coinsOf(message.universe ?? { kind: 'all' }, sources, identity), format };
      const tell = (topic: Topic) => subscribed({ id, stream, topic: topic.number, format });
      return followTopic({ stream, table: sources.market, key: marketKey(subject), subject, tell });
    }
    if (stream === 'candles') {
      const { coinId, timeframe, limit = CANDLES_DEFAULT } = message;
      const subject = { coinId, timeframe, limit, told: new Map<number, string>() };
      const tell = (topic: Topic) => subscribed({ id, stream, topic: topic.number });
      return followTopic({ stream, table: sources.candles, key: candleKey(subject), subject, tell });
    }
    if (stream === 'deliveries') {
      subscribed({ id, stream });
      const reader = createDeliveryReader({ id, hub: sources.deliveries, notifier, identity, line, logger });
      return { stream, resync: reader.restart, stop: reader.stop };
    }
    const after = message.afterSequence ?? (await newestAlertSequence(notifier, identity));
    if (!line.isOpen()) return null;
    subscribed({ id, stream, afterSequence: after });
    const bus = sources.alertWakes.busOf(identity.userId);
    const deliver = (alert: Extract<LiveServerMessage, { type: 'alert' }>['alert']) =>
      line.deliver({ type: 'alert', id, alert });
    const feed = startAlertStream({ notifier, bus, identity, after, deliver, logger });
    return { stream, resync: refuseResync, stop: () => void feed.stop() };
  };
  const known = (id: string): Subscription => {
    const subscription = byId.get(id);
    if (subscription === undefined) throw new UbotError('NOT_FOUND', 'This connection has no subscription of that id.');
    return subscription;
  };

  return {
    async subscribe(message) {
      refuseTooMany(byId, message);
      const subscription = await start(message);
      if (subscription === null) return;
      if (line.isOpen()) byId.set(message.id, subscription);
      else subscription.stop();
    },
    unsubscribe(id) {
      known(id).stop();
      byId.delete(id);
      line.say({ type: 'unsubscribed', id });
    },
    resync: (id) => known(id).resync(),
    stop() {
      for (const subscription of byId.values()) subscription.stop();
      byId.clear();
    },
  };
}

function refuseTooMany(byId: ReadonlyMap<string, Subscription>, { id, stream }: LiveSubscribe): void {
  if (byId.has(id)) throw new UbotError('CONFLICT', 'This connection has a subscription of that id.');
  const alike = [...byId.values()].filter((subscription) => subscription.stream === stream).length;
  if ((stream === 'alerts' || stream === 'deliveries') && alike > 0) {
    throw new UbotError('CONFLICT', `This connection follows your ${stream} already.`);
  }
  const { subscriptions, candleSubscriptions } = LIVE_LIMITS;
  if (byId.size >= subscriptions || (stream === 'candles' && alike >= candleSubscriptions)) {
    throw new UbotError(
      'LIMIT_REACHED',
      `A connection has at most ${subscriptions} subscriptions, ${candleSubscriptions} of them to candles.`,
    );
  }
}

function refuseResync(): never {
  throw new UbotError('VALIDATION_FAILED', 'Alerts have no snapshot: subscribe with afterSequence.');
}

async function coinsOf(
  universe: LiveUniverse,
  { userManager }: LiveSources,
  identity: CallIdentity,
): Promise<ReadonlySet<number> | null> {
  if (universe.kind === 'all') return null;
  if (universe.kind === 'coins') return new Set(universe.ids);
  const request = { method: 'GET', path: `/watchlists/${universe.id}`, identity, answer: WatchlistSchema } as const;
  return new Set(unwrap(await userManager.request(request)).coinIds);
}

interface Following<Subject> {
  readonly stream: 'market' | 'candles';
  readonly table: TopicTable<Subject>;
  readonly key: string;
  readonly subject: Subject;
  /** Tells the client which topic it is, before the first frame. */
  readonly tell: (topic: Topic) => void;
}

/** Two subscriptions of one connection to the same topic share its frames. */
function createTopicFollower(line: Line, logger: Logger) {
  const followed = new Map<Topic, { reader: ConnectedReader; count: number }>();

  return async <Subject>(given: Following<Subject>): Promise<Subscription> => {
    const { stream, table, key, subject, tell } = given;
    const topic = table.get(key, subject);
    const leave = (): void => {
      const entry = followed.get(topic);
      if (entry === undefined) return;
      entry.count -= 1;
      if (entry.count > 0) return;
      entry.reader.stop();
      followed.delete(topic);
      topic.leave(entry.reader);
      table.release(key);
    };
    const again = followed.get(topic);
    const entry = again ?? { reader: createReader({ topic, line, logger }), count: 0 };
    entry.count += 1;
    followed.set(topic, entry);
    topic.join(entry.reader);
    try {
      const snapshot = again === undefined ? await topic.snapshot() : null;
      tell(topic);
      if (again === undefined) entry.reader.begin(snapshot);
      else entry.reader.resync(null);
    } catch (error) {
      leave();
      throw error;
    }
    return { stream, resync: () => entry.reader.resync('requested'), stop: leave };
  };
}
