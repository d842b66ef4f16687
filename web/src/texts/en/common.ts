export const shell = {
  skip: 'Skip to the content',
  mainNavigation: 'Main',
  market: 'Market',
  account: 'Account',
  signOut: 'Sign out',
  apiReference: 'API reference',
  language: 'Language',
  theme: 'Appearance',
  themeSystem: 'System',
  themeLight: 'Light',
  themeDark: 'Dark',
  more: 'More',
  shortcuts: 'Keyboard shortcuts',
  close: 'Close',
  cancel: 'Cancel',
  save: 'Save',
  delete: 'Delete',
  dismiss: 'Dismiss',
} as const;

export const keys = {
  title: 'Keyboard shortcuts',
  search: 'Search coins',
  help: 'Show this list',
  market: 'Go to the market',
  rows: 'Move through the rows of a list',
  open: 'Open the row',
  escape: 'Close, or clear the search',
} as const;

export const source = {
  age: '{{label}}, {{age}}',
  demo: 'Demo market',
  demoAbout: 'These prices are simulated. Set CMC_API_KEY for real ones.',
  stale: '{{label}}, stale since {{time}}',
  offline: 'No connection, trying again',
  none: 'Waiting for the first prices',
  seconds: '{{count}} s ago',
  minutes: '{{count}} min ago',
  hours: '{{count}} h ago',
} as const;

export const states = {
  loading: 'Loading…',
  failedTitle: 'That did not work',
  retry: 'Try again',
  offlineTitle: 'You are offline',
  offlineAbout: 'What you see is from before. It goes on by itself once uBot can be reached; no alert is lost.',
  unreachable: 'uBot cannot be reached right now.',
  unreachedAbout:
    'What this page needs has not been loaded yet. It comes by itself once uBot can be reached; no alert is lost.',
  brokenTitle: 'This page ran into a mistake of ours',
  brokenAbout: 'The rest of uBot goes on working. Load the page again; if it comes back, tell your operator.',
  reload: 'Load again',
  notFoundTitle: 'There is nothing here',
  notFoundAbout: 'The address may be mistyped, or what was here is gone.',
  toMarket: 'To the market',
} as const;
