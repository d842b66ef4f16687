/**
 * The closed import table of the architecture: what it does not name is forbidden. `allowed` below is the table; each
 * row says which of our workspaces a workspace may import, besides itself. `scripts/check.mjs` runs this twice: once
 * over the tree, once over a planted bad import that must be refused, and fails when too few modules were read.
 */
const table = {
  'packages/contracts': [],
  'packages/market': ['contracts'],
  'packages/indicators': ['contracts', 'market'],
  'packages/strategy': ['contracts', 'market', 'indicators'],
  'packages/engine': ['contracts', 'market', 'indicators', 'strategy'],
  'packages/alerting': ['contracts', 'market'],
  'packages/pipeline': ['contracts'],
  'packages/sources': ['contracts', 'market', 'pipeline'],
  'packages/notify': ['contracts', 'pipeline'],
  'packages/db': ['contracts', 'market'],
  'packages/bus': ['contracts'],
  'packages/service-kit': ['contracts'],
  'packages/embedded-postgres': ['contracts'],
  'packages/testing': ['contracts', 'market', 'strategy', 'db', 'service-kit', 'embedded-postgres'],
  'services/gateway': ['contracts', 'bus', 'service-kit'],
  'services/mother-app': ['contracts', 'market', 'pipeline', 'sources', 'db', 'bus', 'service-kit'],
  'services/scanner': [
    'contracts',
    'market',
    'indicators',
    'strategy',
    'engine',
    'alerting',
    'db',
    'bus',
    'service-kit',
  ],
  'services/notifier': ['contracts', 'pipeline', 'notify', 'alerting', 'db', 'bus', 'service-kit'],
  'services/user-manager': ['contracts', 'market', 'strategy', 'alerting', 'db', 'bus', 'service-kit'],
  web: ['contracts', 'market', 'indicators', 'strategy'],
};
const services = ['gateway', 'mother-app', 'scanner', 'notifier', 'user-manager'];
const packages = Object.keys(table)
  .filter((folder) => folder.startsWith('packages/'))
  .map((folder) => folder.slice('packages/'.length));
const cliMay = packages.filter((name) => name !== 'testing');
const allInOneMay = [...packages.filter((name) => name !== 'testing'), ...services];

const ours = '^(packages|services)/([^/]+)/';
const test = '\\.(test|testing)\\.tsx?$';

/** Whole folders that may be entered from `folder`; tests may use the test kit as well. */
const row = (folder, may) => [
  {
    name: `table-${folder.replace('/', '-')}`,
    comment: `${folder} imports only what the table in .dependency-cruiser.mjs gives it.`,
    severity: 'error',
    from: { path: `^${folder}/`, pathNot: test },
    to: {
      path: ours,
      pathNot: [`^${folder}/`, ...may.map((name) => `^(packages|services)/${name}/`)],
    },
  },
];

const pure = '^packages/(market|indicators|strategy|engine|alerting)/src/';

const forbidden = [
  ...Object.entries(table).flatMap(([folder, may]) => row(folder, may)),
  ...row('packages/cli', cliMay),
  ...row('services/all-in-one', allInOneMay),
  {
    name: 'door-only',
    comment: 'A package is entered only through src/index.ts.',
    severity: 'error',
    from: { path: ours },
    to: { path: ours, pathNot: ['^(packages|services)/$2/', '/src/index\\.ts$'] },
  },
  {
    name: 'pure-packages',
    comment: 'Pure packages use no Node built-ins: clock, random and the outside are handed in.',
    severity: 'error',
    from: { path: pure, pathNot: test },
    to: { dependencyTypes: ['core'] },
  },
  ...['sources', 'notify'].map((name) => ({
    name: `islands-${name}`,
    comment: 'A driver imports nothing of another driver.',
    severity: 'error',
    from: { path: `^packages/${name}/src/([^/]+)/` },
    to: { path: `^packages/${name}/src/([^/]+)/`, pathNot: `^packages/${name}/src/($1|shared)/` },
  })),
  {
    name: 'sql-in-one-place',
    comment: 'SQL lives in packages/db; the bus, the embedded server, doctor and the test kit only open connections.',
    severity: 'error',
    from: {
      path: ours,
      pathNot: ['^packages/(db|bus|embedded-postgres|testing)/', test],
    },
    to: { path: '^node_modules/(pg|pg-copy-streams|drizzle-orm)/' },
  },
  {
    name: 'no-test-kit-in-production',
    severity: 'error',
    from: { path: ours, pathNot: ['^packages/testing/', test] },
    to: { path: '^packages/testing/' },
  },
  { name: 'no-cycles', severity: 'error', from: {}, to: { circular: true } },
  { name: 'no-unresolved', severity: 'error', from: {}, to: { couldNotResolve: true } },
];

export default {
  forbidden,
  options: {
    doNotFollow: { path: ['node_modules', '/dist/'] },
    exclude: { path: ['/dist/', '/generated/'] },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.base.json' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['ubot-source', 'import', 'types', 'default'],
    },
  },
};
