import {
  CandlesAnswerSchema,
  CoinSchema,
  EpochMs,
  GLOBAL_METRICS,
  GlobalAnswerSchema,
  GlobalCandlesAnswerSchema,
  LIMITS,
  SourceStateSchema,
  TimeframeSchema,
} from '@ubot/contracts';
import { Type } from 'typebox';
import { type ApiRoute, byCoinId, limit, strict } from './route.ts';

const candleQuery = {
  timeframe: TimeframeSchema,
  limit: limit(LIMITS.candlesPerRequest),
  before: Type.Optional(EpochMs),
};

export const marketRoutes: readonly ApiRoute[] = [
  {
    method: 'GET',
    path: '/coins',
    service: 'mother-app',
    tag: 'market',
    summary: 'Coins by name, symbol or slug',
    query: Type.Object(
      { search: Type.Optional(Type.String({ maxLength: 100 })), limit: limit(LIMITS.listPage) },
      strict,
    ),
    answer: Type.Array(CoinSchema),
  },
  {
    method: 'GET',
    path: '/coins/:id',
    service: 'mother-app',
    tag: 'market',
    summary: 'One coin by its CoinMarketCap id',
    params: byCoinId,
    answer: CoinSchema,
  },
  {
    method: 'GET',
    path: '/coins/:id/candles',
    service: 'mother-app',
    tag: 'market',
    summary: "A coin's candles, oldest first, the open one included",
    params: byCoinId,
    query: Type.Object(candleQuery, strict),
    answer: CandlesAnswerSchema,
  },
  {
    method: 'GET',
    path: '/global',
    service: 'mother-app',
    tag: 'market',
    summary: 'The whole market: capitalisation, volume, dominance',
    answer: GlobalAnswerSchema,
  },
  {
    method: 'GET',
    path: '/global/candles',
    service: 'mother-app',
    tag: 'market',
    summary: 'Candles of one figure of the whole market, oldest first',
    query: Type.Object({ metric: Type.Enum(GLOBAL_METRICS), ...candleQuery }, strict),
    answer: GlobalCandlesAnswerSchema,
  },
  {
    method: 'GET',
    path: '/sources',
    service: 'mother-app',
    tag: 'market',
    summary: 'Where the prices come from, how often, how old they are',
    answer: Type.Array(SourceStateSchema),
  },
];
