import { AlertQuerySchema, LIMITS, NotificationQuerySchema, Sequence, UbotError, Uuid } from '@ubot/contracts';
import {
  countNotificationQueue,
  readAlert,
  readAlertPage,
  readAlertsAfter,
  readAlertsOfStrategies,
  readNotificationPage,
  readNotificationsById,
  type Database,
} from '@ubot/db';
import { requireService, requireUser, type HttpApp } from '@ubot/service-kit';
import { Type } from 'typebox';

const strict = { additionalProperties: false } as const;
const PAGE = 50;
const IDS_AT_ONCE = 100;
const Limit = Type.Optional(Type.Integer({ minimum: 1, maximum: LIMITS.listPage }));

/** A user's own alerts with their deliveries; a service may follow everybody's. */
export async function addAlertRoutes(app: HttpApp, db: Database): Promise<void> {
  app.get(
    '/alerts',
    {
      schema: {
        querystring: AlertQuerySchema,
      },
    },
    async (request) => {
      const { userId } = requireUser(request);
      const limit = request.query.limit ?? PAGE;
      const alerts = await readAlertPage(db, {
        ...request.query,
        before: bigintText(request.query.before),
        userId,
        limit,
      });
      // A full page may be the last one; then the next is empty.
      const last = alerts.length === limit ? alerts.at(-1) : undefined;
      return { alerts, nextBefore: last?.sequence ?? null };
    },
  );

  app.get('/alerts/:id', { schema: { params: Type.Object({ id: Uuid }, strict) } }, async (request) => {
    const { userId } = requireUser(request);
    const alert = await readAlert(db, { userId, id: request.params.id });
    if (alert === null) throw new UbotError('NOT_FOUND');
    return alert;
  });

  app.get('/notifications', { schema: { querystring: NotificationQuerySchema } }, async (request) => {
    const { userId } = requireUser(request);
    const limit = request.query.limit ?? PAGE;
    const notifications = await readNotificationPage(db, { ...request.query, userId, limit });
    const last = notifications.length === limit ? notifications.at(-1) : undefined;
    return { notifications, nextBefore: last?.id ?? null };
  });

  app.post(
    '/alerts-of-strategies',
    {
      schema: {
        body: Type.Object(
          {
            strategyIds: Type.Array(Uuid, { maxItems: LIMITS.idsPerBatch }),
            limit: Type.Integer({ minimum: 1, maximum: PAGE }),
          },
          strict,
        ),
      },
    },
    async (request) => ({
      alerts: await readAlertsOfStrategies(db, { userId: requireUser(request).userId, ...request.body }),
    }),
  );

  app.get(
    '/alerts-after',
    { schema: { querystring: Type.Object({ sequence: Sequence, limit: Limit }, strict) } },
    async (request) => {
      const { identity } = request;
      if (identity === null) throw new UbotError('UNAUTHENTICATED');
      const userId = identity.kind === 'user' ? identity.userId : null;
      const sequence = bigintText(request.query.sequence) ?? '0';
      return { alerts: await readAlertsAfter(db, { userId, sequence, limit: request.query.limit ?? PAGE }) };
    },
  );

  // What the bus announces is an id; the gateway asks whose it is and how it stands.
  app.post(
    '/notifications-by-id',
    { schema: { body: Type.Object({ ids: Type.Array(Uuid, { minItems: 1, maxItems: IDS_AT_ONCE }) }, strict) } },
    async (request) => {
      requireService(request);
      return { deliveries: await readNotificationsById(db, request.body.ids) };
    },
  );
}

/** How much waits to be delivered, for the operator's view of the whole. */
export function addQueueRoute(app: HttpApp, { db, nowMs }: { db: Database; nowMs: () => number }): void {
  app.get('/queue', async (request) => {
    requireService(request);
    return countNotificationQueue(db, nowMs());
  });
}

const LARGEST_BIGINT = 9_223_372_036_854_775_807n;

/** 19 digits may exceed what the database counts with; nothing lies beyond its largest number. */
function bigintText(sequence: string): string;
function bigintText(sequence: string | undefined): string | undefined;
function bigintText(sequence: string | undefined): string | undefined {
  if (sequence === undefined) return undefined;
  return BigInt(sequence) > LARGEST_BIGINT ? String(LARGEST_BIGINT) : sequence;
}
