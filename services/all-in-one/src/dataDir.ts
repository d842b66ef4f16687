import { randomBytes } from 'node:crypto';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { UbotError } from '@ubot/contracts';

export interface DataDir {
  readonly path: string;
  readonly logFile: string;
  readonly passwordFile: string;
  /** The secret that the services share, made at first start. */
  internalSecret(): Promise<string>;
  keepOneTimePassword(password: string): Promise<void>;
  oneTimePassword(): Promise<string | null>;
  forgetOneTimePassword(): Promise<void>;
}

/** Only its owner may look into it: it holds the database's password and the services' secret. */
export async function openDataDir(path: string): Promise<DataDir> {
  try {
    await mkdir(path, { recursive: true, mode: 0o700 });
    await writeFile(join(path, '.writable'), '');
    await rm(join(path, '.writable'));
  } catch (error) {
    throw new UbotError(
      'CONFIG_INVALID',
      `UBOT_DATA_DIR must name a folder that can be written to, and ${path} cannot.`,
      {
        cause: error,
      },
    );
  }
  const passwordFile = join(path, 'operator-password');
  const secretFile = join(path, 'internal-secret');
  return {
    path,
    logFile: join(path, 'ubot.log'),
    passwordFile,
    async internalSecret() {
      const known = await readFile(secretFile, 'utf8').catch(() => '');
      if (known !== '') return known.trim();
      const secret = randomBytes(32).toString('hex');
      await writeFile(secretFile, `${secret}\n`, { mode: 0o600 });
      return secret;
    },
    keepOneTimePassword: (password) => writeFile(passwordFile, `${password}\n`, { mode: 0o600 }),
    oneTimePassword: () =>
      readFile(passwordFile, 'utf8').then(
        (text) => text.trim(),
        () => null,
      ),
    forgetOneTimePassword: () => rm(passwordFile, { force: true }),
  };
}
