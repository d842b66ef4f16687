import {
  CANDLES_RANGE,
  CoinId,
  CoinMatchSchema,
  CoinSchema,
  GLOBAL_METRICS,
  GlobalAnswerSchema,
  LIMITS,
  SourceStateSchema,
  UbotError,
  type CandlesAnswer,
  type GlobalCandlesAnswer,
  type SourceState,
} from '@ubot/contracts';
import { coinById, coinsByIds, readCandles, readGlobalCandles, searchCoins, type Database } from '@ubot/db';
import { CSV_TYPE, csvHeaders, wantsCsv, type HttpApp } from '@ubot/service-kit';
import { Type } from 'typebox';
import { candlesOf, csvOf } from './candlesAnswer.ts';
import { matchesEtag, pickEncoding } from './photo.ts';
import type { MarketView } from './view.ts';

const COINS_DEFAULT = 50;
const SEARCH_CHARS = 100;

const strict = { additionalProperties: false } as const;
const CandlesQuery = Type.Object(CANDLES_RANGE, strict);
const GlobalCandlesQuery = Type.Object({ metric: Type.Enum(GLOBAL_METRICS), ...CANDLES_RANGE }, strict);
const PRICE_COLUMNS = ['openAtMs', 'open', 'high', 'low', 'close'] as const;
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
        summary: 'Coins by id, symbol, slug or name',
        querystring: CoinsQuery,
        response: { 200: Type.Array(CoinMatchSchema) },
      },
    },
    (request) => searchCoins(db, { search: request.query.search ?? '', limit: request.query.limit ?? COINS_DEFAULT }),
  );

  app.post(
    '/coins/by-ids',
    {
      schema: {
        summary: 'Those of the ids that are coins',
        body: Type.Object({ ids: Type.Array(CoinId, { maxItems: LIMITS.idsPerBatch }) }, strict),
        response: { 200: Type.Object({ coins: Type.Array(CoinSchema) }) },
      },
    },
    async (request) => ({ coins: await coinsByIds(db, request.body.ids) }),
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
      },
    },
    async (request, reply) => {
      const { id: coinId } = request.params;
      const { timeframe } = request.query;
      const candles = await candlesOf(request.query, {
        open: view.folders()?.coins.openCandle(timeframe, coinId) ?? null,
        nowMs: nowMs(),
        read: (asked) => readCandles(db, { coinId, timeframe, ...asked }),
      });
      if (candles.length === 0 && (await coinById(db, coinId)) === null) throw new UbotError('NOT_FOUND');
      if (wantsCsv(request.headers.accept, request.query.format)) {
        const columns = [...PRICE_COLUMNS, 'volume24hUsd', 'marketCapUsd', 'samples', 'closed'] as const;
        return reply
          .headers(csvHeaders(`candles-${coinId}-${timeframe}`))
          .type(CSV_TYPE)
          .send(csvOf(columns, candles));
      }
      const answer: CandlesAnswer = { coinId, timeframe, candles };
      return reply.send(answer);
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
      },
    },
    async (request, reply) => {
      const { metric, timeframe } = request.query;
      const whole = await candlesOf(request.query, {
        open: view.folders()?.global.openCandle(timeframe, metric) ?? null,
        nowMs: nowMs(),
        read: (asked) => readGlobalCandles(db, { metric, timeframe, ...asked }),
      });
      const candles = whole.map(({ volume24hUsd: _volume, marketCapUsd: _cap, ...rest }) => rest);
      if (wantsCsv(request.headers.accept, request.query.format)) {
        const columns = [...PRICE_COLUMNS, 'samples', 'closed'] as const;
        return reply
          .headers(csvHeaders(`${metric}-${timeframe}`))
          .type(CSV_TYPE)
          .send(csvOf(columns, candles));
      }
      const answer: GlobalCandlesAnswer = { metric, timeframe, candles };
      return reply.send(answer);
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
