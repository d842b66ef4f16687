/**
 * Every address of the app, by page; `:name` stands for one part. The gateway serves the app at these and answers 404
 * anywhere else, so a page is reachable once its path is here.
 */
export const PATHS = {
  market: '/',
  coin: '/coins/:id',
  strategies: '/strategies',
  newStrategy: '/strategies/new',
  strategy: '/strategies/:id',
  alerts: '/alerts',
  /** Where the link in a message leads. */
  alert: '/alerts/:id',
  /** What keeps alerts from being sent: silences, and rules by which one strategy mutes others. */
  silences: '/silences',
  channels: '/channels',
  settings: '/settings',
  operator: '/operator',
  account: '/account',
  /** Links in letters that were sent before there was an app. */
  accountOfOldLetters: '/account.html',
} as const;

export type PagePath = (typeof PATHS)[keyof typeof PATHS];
