import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { isAbsolute, join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';

/**
 * The file of a module that a configuration in `folder` names: by a path (`./pager.mjs`, relative to the folder) or by
 * the name of a package that is installed there or above, by its `exports` or `main`. null when there is none.
 */
export function resolveModule(specifier: string, folder: string): string | null {
  const file =
    /^\.{0,2}\//.test(specifier) || isAbsolute(specifier) ? resolve(folder, specifier) : packageFile(specifier, folder);
  return file === null || !existsSync(file) ? null : pathToFileURL(file).href;
}

// By hand, because Node resolves packages from a given folder only in their CommonJS form.
function packageFile(name: string, folder: string): string | null {
  const places = createRequire(join(folder, 'modules.json')).resolve.paths(name) ?? [];
  const root = places.map((place) => join(place, name)).find((place) => existsSync(join(place, 'package.json')));
  if (root === undefined) return null;
  const { exports, main } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as Record<string, unknown>;
  const entry = entryOf(exports) ?? (typeof main === 'string' ? main : 'index.js');
  return join(root, entry);
}

const CONDITIONS = ['node', 'import', 'module-sync', 'default', 'require'];

function entryOf(exports: unknown): string | null {
  if (typeof exports === 'string') return exports;
  if (typeof exports !== 'object' || exports === null) return null;
  const conditions = exports as Record<string, unknown>;
  if ('.' in conditions) return entryOf(conditions['.']);
  // The first of ours in the package's own order, as Node does it.
  const condition = Object.keys(conditions).find((key) => CONDITIONS.includes(key));
  return condition === undefined ? null : entryOf(conditions[condition]);
}
