import { dirname, resolve } from 'node:path';
import { ModulesFileSchema, type ModuleEntry } from '@ubot/contracts';
import { Compile } from 'typebox/compile';
import { parseJson, readText } from './jsonFile.ts';
import { Mistake, type Setting } from './settings.ts';

/** One module of the operator's own, ready to be started. */
export interface ModuleSettings {
  readonly name: string;
  readonly module: string;
  /** Where its path or package is looked for. */
  readonly folder: string;
  /** With the values of its secrets. */
  readonly options: Readonly<Record<string, unknown>>;
  readonly memoryMb: number | undefined;
  readonly timeLimitMs: number | undefined;
}

export interface ModulesSettings {
  readonly channels: readonly ModuleSettings[];
  readonly source: ModuleSettings | null;
}

const modulesFile = Compile(ModulesFileSchema);

/** The file that names the operator's own modules. Its secrets are read with it. */
const setting: Setting<ModulesSettings | undefined> = {
  about: 'A JSON file that names channel modules and a source module of your own: docs/modules.md.',
  kind: 'path of a file',
  fallback: undefined,
  required: false,
  secret: false,
  parse(path) {
    const file = resolve(path);
    const value = parseJson(readText(file, 'names a file'));
    if (!modulesFile.Check(value)) {
      const [first] = modulesFile.Errors(value);
      throw new Mistake(`names a file with a mistake at ${first?.instancePath || '/'}: ${first?.message}`);
    }
    const { channels = [], source } = value;
    const names = channels.map(({ name }) => name);
    const twice = names.find((name, position) => names.indexOf(name) !== position);
    if (twice !== undefined) throw new Mistake(`names a file with two modules named "${twice}"`);
    const folder = dirname(file);
    return {
      channels: channels.map((entry) => settingsOf(entry, folder)),
      source: source === undefined ? null : settingsOf(source, folder),
    };
  },
};

export const MODULES_CONFIG = { UBOT_MODULES_FILE: setting } as const;

function settingsOf(entry: ModuleEntry, folder: string): ModuleSettings {
  const { name, module, options = {}, secrets = {}, memoryMb, timeLimitMs } = entry;
  const values = Object.entries(secrets).map(([option, path]) => {
    const text = readText(resolve(folder, path), `gives module "${name}" a secret "${option}" in a file`);
    return [option, text.replace(/\r?\n$/, '')] as const;
  });
  return { name, module, folder, options: { ...options, ...Object.fromEntries(values) }, memoryMb, timeLimitMs };
}
