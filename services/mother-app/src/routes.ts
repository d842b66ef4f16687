import {
  CandlesAnswerSchema,
  CoinId,
  CoinSchema,
  EpochMs,
  GLOBAL_METRICS,
  GlobalAnswerSchema,
  GlobalCandlesAnswerSchema,
  LIMITS,
  SourceStateSchema,
  TimeframeSchema,
  UbotError,
  type CandlesAnswer,
  type CandleWire,
  type GlobalCandlesAnswer,
  type SourceState,
} from '@ubot/contracts';
import { coinById, readCandles, readGlobalCandles, searchCoins, type Database } from '@ubot/db';
import type { Candle } from '@ubot/market';
import type { HttpApp } from '@ubot/service-kit';
import { Type } from 'typebox';
import { matchesEtag, pickEncoding } from './photo.ts';
import type { MarketView } from './view.ts';

const CANDLES_DEFAULT = 500;
const COINS_DEFAULT = 50;
const SEARCH_CHARS = 100;

const strict = { additionalProperties: false } as const;
const CandleLimit = Type.Optional(Type.Integer({ minimum: 1, maximum: LIMITS.candlesPerRequest }));
const CandlesQuery = Type.Object(
  { timeframe: TimeframeSchema, limit: CandleLimit, before: Type.Optional(EpochMs) },
  strict,
);
const GlobalCandlesQuery = Type.Object(
  {
    metric: Type.Enum(GLOBAL_METRICS),
    timeframe: TimeframeSchema,
    limit: CandleLimit,
    before: Type.Optional(EpochMs),
  },
  strict,
);
const CoinsQuery = Type.Object(
  {
    search: Type.Optional(Type.String({ maxLength: SEARCH_CHARS })),
    limit: Type.Optional(Type.Integer({ minimum: 1, maximum: LIMITS.listPage })),
  },
  strict,
);
const CoinParams = Type.Object({ id: CoinId }, strict);

export interface RouteOptions {
  db: Database;
  view: MarketView;
  nowMs: () => number;
  sources: () => Promise<SourceState[]>;
}

export function addRoutes(app: HttpApp, options: RouteOptions): void {
  addPhotoRoute(app, options);
  addCoinRoutes(app, options);
  addMarketRoutes(app, options);
}

function addPhotoRoute(app: HttpApp, { view, nowMs }: RouteOptions): void {
  app.get(
    '/photo',
    // No response schema: the body is the finished bytes of contracts' PhotoSchema.
    {},
    (request, reply) => {
      const answer = view.photo();
      const state = view.marketState(nowMs());
      if (answer === null || state === null) throw new UbotError('NO_SNAPSHOT_YET');
      const encoding = pickEncoding(request.headers['accept-encoding']);
      const { body, etag } = answer[encoding];
      reply.header('etag', etag);
      reply.header('vary', 'accept-encoding');
      reply.header('cache-control', 'no-cache');
      reply.header('age', Math.floor(state.ageMs / 1_000));
      // Present only when true: the prices are older than three polls and say nothing about now.
      if (state.stale) reply.header('x-ubot-stale', 'true');
      if (matchesEtag(request.headers['if-none-match'], etag)) return reply.status(304).send();
      reply.header('content-type', 'application/json; charset=utf-8');
      if (encoding !== 'identity') reply.header('content-encoding', encoding);
      return reply.send(body);
    },
  );
}

function addCoinRoutes(app: HttpApp, { db, view, nowMs }: RouteOptions): void {
  app.get(
    '/coins',
    {
      schema: {
        summary: 'Coins by symbol, name or slug',
        querystring: CoinsQuery,
        response: { 200: Type.Array(CoinSchema) },
      },
    },
    (request) => searchCoins(db, { search: request.query.search ?? '', limit: request.query.limit ?? COINS_DEFAULT }),
  );

  app.get(
    '/coins/:id',
    { schema: { summary: 'One coin', params: CoinParams, response: { 200: CoinSchema } } },
    async (request) => {
      const coin = await coinById(db, request.params.id);
      if (coin === null) throw new UbotError('NOT_FOUND');
      return coin;
    },
  );

  app.get(
    '/coins/:id/candles',
    {
      schema: {
        summary: 'Candles of one coin, oldest first; the last one may still be open',
        params: CoinParams,
        querystring: CandlesQuery,
        response: { 200: CandlesAnswerSchema },
      },
    },
    async (request): Promise<CandlesAnswer> => {
      const { id: coinId } = request.params;
      const { timeframe, limit = CANDLES_DEFAULT, before } = request.query;
      const open = before === undefined ? (view.folders()?.coins.openCandle(timeframe, coinId) ?? null) : null;
      const closed = await readClosed(open, { limit, beforeMs: Math.min(before ?? Infinity, nowMs() + 1) }, (range) =>
        readCandles(db, { coinId, timeframe, ...range }),
      );
      if (closed.length === 0 && open === null && (await coinById(db, coinId)) === null) {
        throw new UbotError('NOT_FOUND');
      }
      return { coinId, timeframe, candles: withOpen(closed, open).map(toWire) };
    },
  );
}

function addMarketRoutes(app: HttpApp, { db, view, nowMs, sources }: RouteOptions): void {
  app.get(
    '/global',
    { schema: { summary: 'The market as a whole', response: { 200: GlobalAnswerSchema } } },
    async () => {
      const global = view.global();
      if (global === null) throw new UbotError('NO_SNAPSHOT_YET');
      return global;
    },
  );

  app.get(
    '/global/candles',
    {
      schema: {
        summary: "Candles of one of the market's metrics, oldest first; the last one may still be open",
        querystring: GlobalCandlesQuery,
        response: { 200: GlobalCandlesAnswerSchema },
      },
    },
    async (request): Promise<GlobalCandlesAnswer> => {
      const { metric, timeframe, limit = CANDLES_DEFAULT, before } = request.query;
      const open = before === undefined ? (view.folders()?.global.openCandle(timeframe, metric) ?? null) : null;
      const closed = await readClosed(open, { limit, beforeMs: Math.min(before ?? Infinity, nowMs() + 1) }, (range) =>
        readGlobalCandles(db, { metric, timeframe, ...range }),
      );
      const candles = withOpen(closed, open).map((entry) => {
        const { volume24hUsd: _volume, marketCapUsd: _cap, ...rest } = toWire(entry);
        return rest;
      });
      return { metric, timeframe, candles };
    },
  );

  app.get(
    '/sources',
    {
      schema: {
        summary: 'Where prices come from and how current they are',
        response: { 200: Type.Array(SourceStateSchema) },
      },
    },
    () => sources(),
  );
}

/** The open candle is one of those asked for, and closed ones come before it. */
function readClosed(
  open: Candle | null,
  asked: { limit: number; beforeMs: number },
  read: (range: { limit: number; beforeMs: number }) => Promise<Candle[]>,
): Promise<Candle[]> {
  const limit = open === null ? asked.limit : asked.limit - 1;
  if (limit === 0) return Promise.resolve([]);
  return read({ limit, beforeMs: open?.openAtMs ?? asked.beforeMs });
}

interface Entry {
  candle: Candle;
  closed: boolean;
}

function withOpen(closed: readonly Candle[], open: Candle | null): Entry[] {
  const entries = closed.map((candle) => ({ candle, closed: true }));
  return open === null ? entries : [...entries, { candle: open, closed: false }];
}

const orNull = (value: number): number | null => (Number.isFinite(value) ? value : null);

function toWire({ candle, closed }: Entry): CandleWire {
  const { openAtMs, open, high, low, close, samples } = candle;
  return {
    openAtMs,
    open,
    high,
    low,
    close,
    volume24hUsd: orNull(candle.volume24hUsd),
    marketCapUsd: orNull(candle.marketCapUsd),
    samples,
    closed,
  };
}
