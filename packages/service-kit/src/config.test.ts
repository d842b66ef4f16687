import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, expectTypeOf, test } from 'vitest';
import { defineConfig, describeConfig, readConfig } from './config.ts';
import { envBoolean, envEnum, envInteger, envNumber, envSecret, envString, envUrl } from './settings.ts';

const folder = mkdtempSync(join(tmpdir(), 'ubot-config-'));
afterAll(() => rmSync(folder, { recursive: true }));
function file(text: string): string {
  const path = join(folder, String(Math.random()));
  writeFileSync(path, text);
  return path;
}

const definition = defineConfig({
  PORT: envInteger({ default: 3000, minimum: 1, maximum: 65_535, about: 'The port.' }),
  RATIO: envNumber({ default: 0.5, minimum: 0, maximum: 1, about: 'A ratio.' }),
  NAME: envString({ optional: true, maximumChars: 5, about: 'A name.' }),
  MODE: envEnum({ values: ['auto', 'demo'], default: 'auto', about: 'A mode.' }),
  LOUD: envBoolean({ default: false, about: 'Loud or not.' }),
  URL: envUrl({ default: 'http://localhost', about: 'An address.' }),
  KEY: envSecret({ optional: true, minimumChars: 8, about: 'A key.' }),
});
const sentence = (env: Record<string, string>) => {
  try {
    readConfig(definition, env);
    return null;
  } catch (error) {
    return (error as Error).message;
  }
};

describe('settings', () => {
  test('have their defaults where the environment says nothing, or an empty text', () => {
    const defaults = {
      PORT: 3000,
      RATIO: 0.5,
      NAME: undefined,
      MODE: 'auto',
      LOUD: false,
      URL: 'http://localhost',
      KEY: undefined,
    };
    expect(readConfig(definition, {})).toEqual(defaults);
    expect(readConfig(definition, { PORT: '', MODE: ' ', KEY: '', KEY_FILE: '' })).toEqual(defaults);
    const config = readConfig(definition, {});
    expectTypeOf(config.PORT).toEqualTypeOf<number>();
    expectTypeOf(config.NAME).toEqualTypeOf<string | undefined>();
    expectTypeOf(config.MODE).toEqualTypeOf<'auto' | 'demo'>();
  });

  test('are read as what they are', () => {
    const env = { PORT: '65535', RATIO: '0.25', NAME: 'abc', MODE: 'demo', LOUD: 'true', URL: 'https://x.org/a/' };
    expect(readConfig(definition, { ...env, KEY: 'a secret!' })).toEqual({
      PORT: 65_535,
      RATIO: 0.25,
      NAME: 'abc',
      MODE: 'demo',
      LOUD: true,
      URL: 'https://x.org/a',
      KEY: 'a secret!',
    });
  });

  test.each([
    [{ PORT: '0' }, 'PORT must be a whole number from 1 to 65535, not "0".'],
    [{ PORT: '65536' }, 'PORT must be a whole number from 1 to 65535, not "65536".'],
    [{ PORT: '80 ' }, 'PORT must be a whole number from 1 to 65535, not "80 ".'],
    [{ PORT: '0x50' }, 'PORT must be a whole number from 1 to 65535, not "0x50".'],
    [{ PORT: '1e3' }, 'PORT must be a whole number from 1 to 65535, not "1e3".'],
    [{ RATIO: '1.1' }, 'RATIO must be a number from 0 to 1, not "1.1".'],
    [{ NAME: 'abcdef' }, 'NAME must have at most 5 characters.'],
    [{ MODE: 'Auto' }, 'MODE must be one of auto, demo, not "Auto".'],
    [{ LOUD: 'yes' }, 'LOUD must be true or false, not "yes".'],
    [{ URL: 'ftp://x' }, 'URL must be an address that begins with http:// or https://, not "ftp://x".'],
    [{ KEY: 'short' }, 'KEY must have at least 8 characters.'],
    [{ KEY: 'long enough', KEY_FILE: '/x' }, 'KEY and KEY_FILE are both set; only one of them may be.'],
    [{ KEY_FILE: '/no/such/file' }, 'KEY_FILE names a file that cannot be read: /no/such/file'],
  ])('with a mistake are refused in one sentence: %o', (env, expected) => {
    expect(sentence(env)).toBe(expected);
  });

  test('that are secret can come from a file, whose last line break is not part of them', () => {
    expect(readConfig(definition, { KEY_FILE: file('a secret!\n') }).KEY).toBe('a secret!');
    expect(readConfig(definition, { KEY_FILE: file('') }).KEY).toBeUndefined();
  });

  test('that are secret are never shown in a mistake', () => {
    const url = defineConfig({ DB: envUrl({ protocols: ['postgres'], secret: true, about: 'The database.' }) });
    expect(() => readConfig(url, { DB: 'mysql://me:hunter2@x' })).toThrow(
      /^DB must be an address that begins with postgres:\/\/\.$/,
    );
    expect(() => readConfig(url, {})).toThrow('DB is not set: The database.');
  });
});

describe('the description of settings', () => {
  test('names each once, with what it accepts and its default, and no secret', () => {
    const secret = defineConfig({
      KEY: envSecret({ default: 'do not show me', about: 'A key.' }),
      PORT: envInteger({ default: 1, minimum: 1, maximum: 2, about: 'Another.' }),
    });
    const port = defineConfig({ PORT: definition.PORT, DB: envString({ about: 'A database.' }) });
    expect(
      describeConfig([
        { title: 'One', definition: port },
        { title: 'Two', definition: secret },
      ]),
    ).toBe(
      '## One\n\n# The port. (whole number from 1 to 65535)\n# PORT=3000\n\n# Required. A database. (text)\n# DB=\n\n' +
        '## Two\n\n# A key. (secret) Or KEY_FILE, a file that holds it.\n# KEY=\n',
    );
  });
});
