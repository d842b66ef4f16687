import { readFile, rm, writeFile } from 'node:fs/promises';
import { UbotError } from '@ubot/contracts';
import { isAlive, startMarkOf } from './processes.ts';

/**
 * One uBot per data directory: a file with our pid, taken over when its owner is gone.
 *
 * Errors: POSTGRES_START_FAILED, naming the pid that has it.
 */
export async function takeOwnership(file: string): Promise<{ release(): Promise<void> }> {
  const mine = `${process.pid} ${await startMarkOf(process.pid)}`;
  for (;;) {
    try {
      await writeFile(file, mine, { flag: 'wx', mode: 0o600 });
      return { release: () => rm(file, { force: true }) };
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    }
    const text = await readFile(file, 'utf8').catch(() => '');
    const [pidText, mark] = text.split(' ');
    const pid = Number(pidText);
    const lives = Number.isInteger(pid) && pid > 0 && isAlive(pid) && (await startMarkOf(pid)) === (mark ?? '');
    if (lives) {
      throw new UbotError('POSTGRES_START_FAILED', `Another uBot (pid ${pid}) is using this data directory.`);
    }
    await rm(file, { force: true });
  }
}
