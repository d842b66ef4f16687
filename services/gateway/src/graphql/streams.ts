import type { Bus } from '@ubot/bus';
import { CoinId, LIMITS, Sequence, type AlertWithNotifications, type Photo } from '@ubot/contracts';
import { parseWith, type Logger } from '@ubot/service-kit';
import type { GraphQLSchema } from 'graphql';
import { Type } from 'typebox';
import { newestAlertSequence, startAlertStream } from '../alertStream.ts';
import type { PhotoStore } from '../photo.ts';
import type { Services } from '../services.ts';
import type { SocketMeter } from '../socketMetrics.ts';
import type { ReadContext } from './context.ts';
import { tickersOf, type Ticker } from './resolvers.ts';
import { createSlot, type Slot } from './slot.ts';

const AlertArgs = Type.Object({ after: Type.Optional(Type.Union([Sequence, Type.Null()])) });
const PriceArgs = Type.Object({
  ids: Type.Array(CoinId, { minItems: 1, maxItems: LIMITS.listPage, uniqueItems: true }),
});

interface PriceUpdate extends Pick<Photo, 'snapshotId' | 'takenAtMs' | 'source' | 'demo'> {
  readonly tickers: readonly Ticker[];
}

export interface StreamOptions {
  readonly services: Services;
  readonly photos: PhotoStore;
  /** As one user's alerts listen to it. */
  readonly busOf: (userId: string) => Pick<Bus, 'listen'>;
  readonly logger: Logger;
  readonly meter: SocketMeter;
}

/** Gives the subscriptions of the schema their events. */
export function addStreams(schema: GraphQLSchema, options: StreamOptions): void {
  const prices = createPrices(options.photos, options.meter);
  const fields = schema.getSubscriptionType()?.getFields() ?? {};
  fields['alertAdded']!.subscribe = (_root, args, context: ReadContext) => alertsOf(options, args, context);
  fields['coinPrices']!.subscribe = async (_root, args, context: ReadContext) =>
    prices.open(parseWith(PriceArgs, args).ids, await context.photo());
}

/** The ledger is the queue: an alert is read when the one before it has been sent, so none is held here but that one. */
async function alertsOf(
  { services, busOf, logger }: StreamOptions,
  args: unknown,
  { identity }: ReadContext,
): Promise<Slot<{ alertAdded: AlertWithNotifications }>> {
  const { notifier } = services;
  const { after } = parseWith(AlertArgs, args);
  const from = after ?? (await newestAlertSequence(notifier, identity));
  const slot = createSlot<{ alertAdded: AlertWithNotifications }>(() => void feed.stop());
  const feed = startAlertStream({
    notifier,
    bus: busOf(identity.userId),
    identity,
    after: from,
    deliver: (alert) => slot.offer({ alertAdded: alert }),
    logger,
  });
  return slot;
}

/** A snapshot that comes while a reader has one in hand takes the place of the one that waits for it. */
function createPrices(photos: PhotoStore, meter: SocketMeter) {
  const readers = new Map<Slot<{ coinPrices: PriceUpdate }>, readonly number[]>();
  const give = (slot: Slot<{ coinPrices: PriceUpdate }>, ids: readonly number[], photo: Photo): void => {
    const { snapshotId, takenAtMs, source, demo } = photo;
    const tickers = ids.map((id) => tickersOf(photo).get(id)).filter((ticker) => ticker !== undefined);
    void slot.offer({ coinPrices: { snapshotId, takenAtMs, source, demo, tickers } });
  };
  photos.onNew(({ photo }) => {
    for (const [slot, ids] of readers) give(slot, ids, photo);
  });
  return {
    open(ids: readonly number[], photo: Photo) {
      const slot = createSlot<{ coinPrices: PriceUpdate }>(
        () => readers.delete(slot),
        () => meter.slow('skipped'),
      );
      readers.set(slot, ids);
      give(slot, ids, photo);
      return slot;
    },
  };
}
