import { adminRoutes } from './admin.ts';
import { accountRoutes } from './account.ts';
import { alertRoutes } from './alert.ts';
import { channelRoutes } from './channel.ts';
import { costRoutes } from './costs.ts';
import { marketRoutes } from './market.ts';
import { mutingRoutes } from './muting.ts';
import { signInRoutes } from './signIn.ts';
import { quotaRoutes } from './quota.ts';
import { strategyRoutes } from './strategy.ts';
import { watchlistRoutes } from './watchlist.ts';
import type { ApiRoute } from './route.ts';

/** Every public route that one service answers; what the gateway answers itself has a file beside `relay.ts`. */
export const API_ROUTES: readonly ApiRoute[] = [
  ...signInRoutes,
  ...accountRoutes,
  ...channelRoutes,
  ...watchlistRoutes,
  ...strategyRoutes,
  ...quotaRoutes,
  ...costRoutes,
  ...alertRoutes,
  ...mutingRoutes,
  ...marketRoutes,
  ...adminRoutes,
];
