import type { ComponentType, LazyExoticComponent } from 'react';
import { lazyPage } from './lib/lazyPage.ts';
import { PATHS, type PagePath } from './paths.ts';
import type { TextKey } from './texts/i18n.ts';
import type { IconName } from './ui/Icon.tsx';

export interface Page {
  readonly path: PagePath;
  readonly title: TextKey;
  /** Given: in the side bar, and on a phone in the bar at the bottom, in the order of this table. */
  readonly icon?: IconName;
  /** For operators only. */
  readonly operator?: boolean;
  readonly component: LazyExoticComponent<ComponentType>;
}

/** Every page of who is signed in. Each comes when it is first shown. */
export const PAGES: readonly Page[] = [
  {
    path: PATHS.market,
    title: 'shell.market',
    icon: 'market',
    component: lazyPage(async () => (await import('./pages/market/MarketPage.tsx')).MarketPage),
  },
  {
    path: PATHS.strategies,
    title: 'strategies.title',
    icon: 'strategy',
    component: lazyPage(async () => (await import('./pages/strategies/StrategiesPage.tsx')).StrategiesPage),
  },
  {
    path: PATHS.alerts,
    title: 'alerts.title',
    icon: 'alert',
    component: lazyPage(async () => (await import('./pages/alerts/AlertsPage.tsx')).AlertsPage),
  },
  {
    path: PATHS.alert,
    title: 'alerts.title',
    component: lazyPage(async () => (await import('./pages/alerts/AlertPage.tsx')).AlertPage),
  },
  {
    path: PATHS.silences,
    title: 'muting.title',
    component: lazyPage(async () => (await import('./pages/muting/SilencesPage.tsx')).SilencesPage),
  },
  {
    path: PATHS.channels,
    title: 'channels.title',
    icon: 'channel',
    component: lazyPage(async () => (await import('./pages/channels/ChannelsPage.tsx')).ChannelsPage),
  },
  {
    path: PATHS.settings,
    title: 'settings.title',
    icon: 'settings',
    component: lazyPage(async () => (await import('./pages/settings/SettingsPage.tsx')).SettingsPage),
  },
  {
    path: PATHS.operator,
    title: 'operator.title',
    icon: 'server',
    operator: true,
    component: lazyPage(async () => (await import('./pages/operator/OperatorPage.tsx')).OperatorPage),
  },
  {
    path: PATHS.newStrategy,
    title: 'strategies.newTitle',
    component: lazyPage(async () => (await import('./pages/strategies/StrategyPage.tsx')).NewStrategyPage),
  },
  {
    path: PATHS.strategy,
    title: 'strategies.edit',
    component: lazyPage(async () => (await import('./pages/strategies/StrategyPage.tsx')).StrategyPage),
  },
  {
    path: PATHS.coin,
    title: 'market.coin',
    component: lazyPage(async () => (await import('./pages/coin/CoinPage.tsx')).CoinPage),
  },
];
