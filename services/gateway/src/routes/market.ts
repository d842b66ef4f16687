import {
  CANDLES_RANGE,
  CandlesAnswerSchema,
  CoinMatchSchema,
  CoinSchema,
  GLOBAL_METRICS,
  GlobalAnswerSchema,
  GlobalCandlesAnswerSchema,
  LIMITS,
  SourceStateSchema,
} from '@ubot/contracts';
import { Type } from 'typebox';
import { type ApiRoute, byCoinId, limit, strict } from './route.ts';

export const marketRoutes: readonly ApiRoute[] = [
  {
    method: 'GET',
    path: '/coins',
    service: 'mother-app',
    tag: 'market',
    summary: 'Coins by id, symbol, slug or name, best first; says when a symbol is shared',
    query: Type.Object(
      { search: Type.Optional(Type.String({ maxLength: 100 })), limit: limit(LIMITS.listPage) },
      strict,
    ),
    answer: Type.Array(CoinMatchSchema),
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
    csv: true,
    query: Type.Object(CANDLES_RANGE, strict),
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
    csv: true,
    query: Type.Object({ metric: Type.Enum(GLOBAL_METRICS), ...CANDLES_RANGE }, strict),
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
