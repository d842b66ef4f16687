import { readFileSync } from 'node:fs';
import { UbotError } from '@ubot/contracts';
import { Mistake, type Setting } from './settings.ts';

export type ConfigDefinition = Readonly<Record<string, Setting<unknown>>>;
export type Config<D extends ConfigDefinition> = {
  readonly [K in keyof D]: D[K] extends Setting<infer T> ? T : never;
};
export type Env = Readonly<Record<string, string | undefined>>;

const NAME = /^[A-Z][A-Z0-9_]*$/;

/** Names the settings of one service; the type of what `readConfig` returns follows from it. */
export function defineConfig<const D extends ConfigDefinition>(definition: D): D {
  for (const name of Object.keys(definition)) {
    if (!NAME.test(name)) throw new Error(`${name} is not a name for an environment variable`);
  }
  return definition;
}

/**
 * The settings of a service from the environment.
 *
 * Edges:  an empty value counts as not set. A secret may stand in a file named by NAME_FILE (a line break at its end is
 *         dropped); NAME and NAME_FILE together are a mistake.
 * Errors: throws CONFIG_INVALID at the first mistake, with one sentence that names the variable and shows no secret.
 */
export function readConfig<D extends ConfigDefinition>(definition: D, env: Env): Config<D> {
  const values: [string, unknown][] = Object.entries(definition).map(([name, setting]) => [
    name,
    readSetting(name, setting, env),
  ]);
  return Object.fromEntries(values) as Config<D>;
}

function readSetting(name: string, setting: Setting<unknown>, env: Env): unknown {
  const text = setting.secret ? secretText(name, env) : notEmpty(env[name]);
  if (text === undefined) {
    if (setting.required) throw new UbotError('CONFIG_INVALID', `${name} is not set: ${setting.about}`);
    return setting.fallback;
  }
  try {
    return setting.parse(text);
  } catch (error) {
    if (error instanceof Mistake) throw new UbotError('CONFIG_INVALID', `${name} ${error.message}.`);
    throw error;
  }
}

function secretText(name: string, env: Env): string | undefined {
  const direct = notEmpty(env[name]);
  const file = notEmpty(env[`${name}_FILE`]);
  if (file === undefined) return direct;
  if (direct !== undefined) {
    throw new UbotError('CONFIG_INVALID', `${name} and ${name}_FILE are both set; only one of them may be.`);
  }
  try {
    return notEmpty(readFileSync(file, 'utf8').replace(/\r?\n$/, ''));
  } catch {
    throw new UbotError('CONFIG_INVALID', `${name}_FILE names a file that cannot be read: ${file}`);
  }
}

function notEmpty(text: string | undefined): string | undefined {
  return text === undefined || text.trim() === '' ? undefined : text;
}

export interface ConfigSection {
  title: string;
  definition: ConfigDefinition;
}

/** The text of `.env.example`: every setting once, with what it is for, what it accepts and its default. */
export function describeConfig(sections: readonly ConfigSection[]): string {
  const shown = new Set<string>();
  const blocks = sections.map(({ title, definition }) => {
    const entries = Object.entries(definition).filter(([name]) => !shown.has(name));
    for (const [name] of entries) shown.add(name);
    return entries.length === 0 ? '' : [`## ${title}`, '', ...entries.map(describeSetting)].join('\n');
  });
  return `${blocks.filter((block) => block !== '').join('\n')}`;
}

function describeSetting([name, setting]: [string, Setting<unknown>]): string {
  const needed = setting.required ? 'Required. ' : '';
  const file = setting.secret ? ` Or ${name}_FILE, a file that holds it.` : '';
  const shownDefault = setting.fallback === undefined || setting.secret ? '' : String(setting.fallback);
  return `# ${needed}${setting.about} (${setting.kind})${file}\n# ${name}=${shownDefault}\n`;
}
