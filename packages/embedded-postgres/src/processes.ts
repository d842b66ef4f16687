import { readFileSync } from 'node:fs';
import { readFile, readlink, realpath } from 'node:fs/promises';
import { join } from 'node:path';

export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return !isZombie(pid);
  } catch (error) {
    // EPERM: it is there, and not ours to signal.
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/** Dead, but not yet waited for by its parent: some containers have a first process that never does. */
function isZombie(pid: number): boolean {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return stat.slice(stat.lastIndexOf(')') + 2).startsWith('Z');
  } catch {
    return false; // no /proc here
  }
}

/** What the postmaster writes about itself: pid, data directory, start time, port. null: no server says it runs. */
export async function readPostmasterFile(clusterDir: string): Promise<{ pid: number; port: number } | null> {
  try {
    const lines = (await readFile(join(clusterDir, 'postmaster.pid'), 'utf8')).split('\n');
    const pid = Number(lines[0]);
    return Number.isInteger(pid) && pid > 0 ? { pid, port: Number(lines[3]) } : null;
  } catch {
    return null;
  }
}

/** Whether this pid is a server of this very directory, and not another process that got the number since. */
export async function isServerOf(clusterDir: string, pid: number): Promise<boolean> {
  if (!isAlive(pid)) return false;
  if (process.platform !== 'linux') return true;
  try {
    const [cwd, name] = await Promise.all([readlink(`/proc/${pid}/cwd`), readFile(`/proc/${pid}/comm`, 'utf8')]);
    return name.trim() === 'postgres' && cwd === (await realpath(clusterDir));
  } catch {
    return false;
  }
}

/** Distinguishes a process from a later one with the same pid. Without /proc the pid has to do. */
export async function startMarkOf(pid: number): Promise<string> {
  try {
    const stat = await readFile(`/proc/${pid}/stat`, 'utf8');
    // Field 22 counts from after the command, which is in parentheses and may hold spaces.
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? '';
  } catch {
    return '';
  }
}
