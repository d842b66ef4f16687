/**
 * `npm run check`: everything that needs no database and takes seconds. Each step is named, all of them run, and the
 * exit code is 1 when any failed.
 */
import { execFileSync } from 'node:child_process';
import { readFileSync, readdirSync, existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const bin = (name) => join(root, 'node_modules', '.bin', name);

/** Fewer modules than this means that the import check read nothing (as it does under a TypeScript without an API). */
const MODULES_AT_LEAST = 100;

function run(command, args) {
  return execFileSync(command, args, {
    cwd: root,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
    maxBuffer: 1e8,
  });
}

function cruise(folders) {
  try {
    return JSON.parse(
      run(bin('depcruise'), ['--config', '.dependency-cruiser.mjs', '--output-type', 'json', ...folders]),
    );
  } catch (error) {
    // A violation makes it exit with the number of violations, the report still on stdout.
    if (typeof error.stdout === 'string' && error.stdout.startsWith('{')) return JSON.parse(error.stdout);
    throw error;
  }
}

function importTable() {
  const { summary } = cruise(['packages', 'services', 'web/src']);
  if (summary.totalCruised < MODULES_AT_LEAST) {
    throw new Error(`only ${summary.totalCruised} modules were read, expected at least ${MODULES_AT_LEAST}`);
  }
  if (summary.violations.length > 0) {
    throw new Error(summary.violations.map((v) => `${v.rule.name}: ${v.from} → ${v.to}`).join('\n'));
  }
  return `${summary.totalCruised} modules`;
}

/** The check must be able to fail: a planted import from the gateway into the database has to be refused. */
function importTableRefuses() {
  const planted = join(root, 'services/gateway/src/planted-import');
  mkdirSync(planted, { recursive: true });
  try {
    writeFileSync(
      join(planted, 'planted.ts'),
      "import { createDatabase } from '@ubot/db';\nexport const planted = createDatabase;\n",
    );
    const { summary } = cruise(['services/gateway/src/planted-import']);
    if (!summary.violations.some((v) => v.rule.name === 'table-services-gateway')) {
      throw new Error('a planted import of @ubot/db in the gateway was not refused');
    }
  } finally {
    rmSync(planted, { recursive: true, force: true });
  }
  return 'the planted import was refused';
}

function errorRegistry() {
  const registry = readFileSync(join(root, 'packages/contracts/src/errors.ts'), 'utf8');
  const inCode = new Set([...registry.matchAll(/^ {2}([A-Z][A-Z0-9_]+): \{/gm)].map((m) => m[1]));
  const docs = readFileSync(join(root, 'docs/errors.md'), 'utf8');
  const inDocs = new Set([...docs.matchAll(/^\| `([A-Z][A-Z0-9_]+)`/gm)].map((m) => m[1]));
  const missing = [...inCode].filter((code) => !inDocs.has(code));
  const unknown = [...inDocs].filter((code) => !inCode.has(code));
  if (inCode.size === 0) throw new Error('no code was found in the registry');
  if (missing.length + unknown.length > 0) {
    throw new Error(`not in docs/errors.md: ${missing.join(', ') || '—'}; only in docs: ${unknown.join(', ') || '—'}`);
  }
  return `${inCode.size} codes`;
}

/** A document that cites a path of this repository which is gone sends its reader nowhere. */
function citedPaths() {
  const documents = ['README.md', 'CONTRIBUTING.md', 'SECURITY.md', 'CHANGELOG.md', 'web/README.md'].filter((f) =>
    existsSync(join(root, f)),
  );
  const walk = (folder) =>
    readdirSync(join(root, folder), { withFileTypes: true }).flatMap((entry) =>
      entry.isDirectory() ? walk(join(folder, entry.name)) : [join(folder, entry.name)],
    );
  documents.push(...walk('docs').filter((f) => f.endsWith('.md')));
  const gone = [];
  for (const document of documents) {
    const text = readFileSync(join(root, document), 'utf8');
    const cited = [
      ...[
        ...text.matchAll(
          /`((?:packages|services|scripts|docs|test|bench|migrations|examples|deploy|spec|web)\/[\w./-]+)`/g,
        ),
      ].map((m) => m[1]),
      ...[...text.matchAll(/\]\((?!https?:|#|mailto:)([^)#\s]+)/g)].map((m) => join(dirname(document), m[1])),
    ];
    for (const path of cited) if (!existsSync(join(root, path))) gone.push(`${document}: ${path}`);
  }
  if (gone.length > 0) throw new Error(gone.join('\n'));
  return `${documents.length} documents`;
}

const steps = [
  ['format', () => run(bin('prettier'), ['--check', '--log-level', 'warn', '.'])],
  ['lint', () => run(bin('oxlint'), ['--quiet'])],
  ['types', () => run(bin('tsc'), ['-b'])],
  ['types of tests', () => run(bin('tsc'), ['-p', 'tsconfig.test.json'])],
  ['import table', importTable],
  ['import table refuses', importTableRefuses],
  ['unused code', () => run(bin('knip'), ['--no-progress'])],
  ['error registry and docs', errorRegistry],
  ['paths that documents cite', citedPaths],
  ['.env.example is current', () => run(process.execPath, ['scripts/env-example.mjs', '--check'])],
  ['the typed client is current', () => run(process.execPath, ['scripts/client-generate.mjs', '--check'])],
  ['docs/indicators.md is current', () => run(process.execPath, ['scripts/docs-indicators.mjs', '--check'])],
];

let failed = 0;
for (const [name, step] of steps) {
  const startedAt = performance.now();
  try {
    const note = step();
    const seconds = ((performance.now() - startedAt) / 1000).toFixed(1);
    console.log(
      `ok    ${name} (${seconds} s${typeof note === 'string' && note.length < 60 && note.trim() ? `, ${note.trim()}` : ''})`,
    );
  } catch (error) {
    failed += 1;
    console.log(`FAIL  ${name}`);
    console.log(
      [error.stdout, error.stderr, error.stdout === undefined ? error.message : '']
        .filter(Boolean)
        .join('\n')
        .trimEnd(),
    );
  }
}
console.log(failed === 0 ? `\nall ${steps.length} checks hold` : `\n${failed} of ${steps.length} checks failed`);
process.exitCode = failed === 0 ? 0 : 1;
