import { timingSafeEqual } from 'node:crypto';
import {
  CheckAnswerSchema,
  CheckInputSchema,
  DecisionAnswerSchema,
  DecisionQuerySchema,
  LIMITS,
  SnapshotMessageSchema,
  UbotError,
  type CheckAnswer,
  type SnapshotMessage,
} from '@ubot/contracts';
import { coinsNamed, lastSnapshotBefore, storePushedSnapshot, withTransaction, type Database } from '@ubot/db';
import { bearerToken, schemaIssues, type HttpApp, type InternalTokens } from '@ubot/service-kit';
import { checkCondition, checkTemplate, coinsNamedIn, createCoinResolver, LIVE_SOURCE } from '@ubot/strategy';
import { Type } from 'typebox';
import { answerDecision } from './explain.ts';
import { createLane } from './lane.ts';
import { answerPast, type PastOptions } from './past.ts';
import { addPreviewRoute } from './previewRoute.ts';

export interface RouteOptions extends PastOptions {
  readonly db: Database;
  readonly tokens: InternalTokens;
  /** Bearer token of feeds that post snapshots; null: services only. */
  readonly feedToken: string | null;
}

const TakenSchema = Type.Object({ id: Type.String(), repeated: Type.Boolean() });

export function addRoutes(app: HttpApp, options: RouteOptions): void {
  addSnapshotRoute(app, options);
  addPreviewRoute(app, options);

  app.post(
    '/checks',
    { schema: { body: CheckInputSchema, response: { 200: CheckAnswerSchema } } },
    async (request): Promise<CheckAnswer> => {
      const { condition, timeframe = '1h', indicators = [], on = 'candle_close', message } = request.body;
      const names = coinsNamedIn([condition, ...indicators.map(({ expression }) => expression)]);
      const coins = createCoinResolver(await coinsNamed(options.db, names), true);
      const checked = { text: condition, timeframe, indicators, on, coins, source: LIVE_SOURCE };
      const read = checkCondition(checked);
      const inMessage = typeof message === 'string' ? checkTemplate(message, read.ok ? read.plan : null) : [];
      const diagnostics = [
        ...read.diagnostics.map((diagnostic) => ({ field: 'condition' as const, ...diagnostic })),
        ...inMessage.map((diagnostic) => ({ field: 'message' as const, ...diagnostic })),
      ];
      return { ok: read.ok && inMessage.length === 0, diagnostics };
    },
  );

  // One question about the past at a time: the connections are there for the present.
  const past = createLane();
  app.get(
    '/decisions',
    {
      schema: {
        querystring: DecisionQuerySchema,
        response: { 200: DecisionAnswerSchema },
      },
    },
    async (request) => {
      if (request.identity === null) throw new UbotError('UNAUTHENTICATED');
      const { identity } = request;
      const { atMs, ...query } = request.query;
      if (atMs === undefined) return answerDecision(options, { ...query, identity });
      return past.run(() => answerPast(options, { ...query, atMs, identity }));
    },
  );
}

/**
 * Takes a snapshot from a feed that does not go through mother-app. It is stored before it is acknowledged, and then
 * evaluated like any other. The very same one again is acknowledged again; another one of that time is out of order.
 */
function addSnapshotRoute(app: HttpApp, options: RouteOptions): void {
  const { db, nowMs } = options;
  app.post(
    '/snapshots',
    // The body is checked below, so that a mistake is answered with the snapshot's own code.
    { config: { open: true }, bodyLimit: LIMITS.snapshotBodyBytes, schema: { response: { 202: TakenSchema } } },
    async (request, reply) => {
      await requireFeed(options, request.headers);
      const message = checkedSnapshot(request.body);
      const newest = await lastSnapshotBefore(db, Infinity);
      const afterMs = newest?.takenAtMs ?? -Infinity;
      const taken = await withTransaction(db, (tx) => storePushedSnapshot(tx, { message, afterMs, nowMs: nowMs() }));
      return reply.status(202).send(taken);
    },
  );
}

async function requireFeed(options: RouteOptions, headers: { authorization?: string | undefined }): Promise<void> {
  const token = bearerToken(headers);
  if (token === null) throw new UbotError('UNAUTHENTICATED');
  if (options.feedToken !== null && isSame(token, options.feedToken)) return;
  const verified = await options.tokens.verify(token);
  if (!verified.ok) throw new UbotError('UNAUTHENTICATED');
  if (verified.value.kind !== 'service') throw new UbotError('FORBIDDEN');
}

function isSame(given: string, expected: string): boolean {
  const [a, b] = [Buffer.from(given), Buffer.from(expected)];
  return a.length === b.length && timingSafeEqual(a, b);
}

const COLUMNS = [
  'priceUsd',
  'volume24hUsd',
  'marketCapUsd',
  'rank',
  'percentChange1h',
  'percentChange24h',
  'percentChange7d',
  'providerTimeMs',
] as const;

/** Errors: throws SNAPSHOT_INVALID with every issue of the schema, the first column of another length, or a coin twice. */
export function checkedSnapshot(body: unknown): SnapshotMessage {
  const errors = schemaIssues(SnapshotMessageSchema, body);
  if (errors.length > 0) {
    const [first] = errors;
    throw new UbotError('SNAPSHOT_INVALID', `${first!.path} ${first!.message}`, { particulars: { errors } });
  }
  const message = body as SnapshotMessage; // what the schema has just checked
  const count = message.coinIds.length;
  const uneven = COLUMNS.find((column) => message[column].length !== count);
  if (uneven !== undefined) {
    const detail = `${uneven} has ${message[uneven].length} entries for ${count} coins.`;
    throw new UbotError('SNAPSHOT_INVALID', detail);
  }
  if (new Set(message.coinIds).size !== count) throw new UbotError('SNAPSHOT_INVALID', 'A coin is there twice.');
  return message;
}
