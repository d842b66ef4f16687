import { readFile, rm, writeFile } from 'node:fs/promises';
import { setTimeout as pause } from 'node:timers/promises';
import { UbotError } from '@ubot/contracts';
import { isAlive, startMarkOf } from './processes.ts';

/** A file is there a moment before its text is. */
const WRITTEN_WITHIN_MS = 1_000;
const LOOK_EVERY_MS = 25;

async function textOf(file: string): Promise<string> {
  const endMs = performance.now() + WRITTEN_WITHIN_MS;
  for (;;) {
    const text = await readFile(file, 'utf8').catch(() => null);
    if (text === null || text !== '' || performance.now() > endMs) return text ?? '';
    await pause(LOOK_EVERY_MS);
  }
}

/** The live process that has this directory; null when there is none. */
export async function ownerIn(file: string): Promise<number | null> {
  const [pidText, mark] = (await textOf(file)).split(' ');
  const pid = Number(pidText);
  const lives = Number.isInteger(pid) && pid > 0 && isAlive(pid) && (await startMarkOf(pid)) === (mark ?? '');
  return lives ? pid : null;
}

/**
 * One uBot per data directory: a file with our pid, taken over when its owner is gone.
 *
 * Errors: POSTGRES_START_FAILED, naming the pid that has it.
 */
export async function takeOwnership(file: string): Promise<{ release(): Promise<void> }> {
  const mine = `${process.pid} ${await startMarkOf(process.pid)}`;
  for (let tookOver = false; ; tookOver = true) {
    try {
      await writeFile(file, mine, { flag: 'wx', mode: 0o600 });
      // Two that found the same dead owner may have removed each other's file: the one that wrote last has it.
      if (tookOver) await pause(LOOK_EVERY_MS * 2);
      if ((await textOf(file)) === mine) return { release: () => rm(file, { force: true }) };
      continue;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    }
    const pid = await ownerIn(file);
    if (pid !== null) {
      throw new UbotError('POSTGRES_START_FAILED', `Another uBot (pid ${pid}) is using this data directory.`);
    }
    await rm(file, { force: true });
  }
}
