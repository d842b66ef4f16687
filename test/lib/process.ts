import { spawn, type ChildProcess } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

export const repositoryRoot = join(import.meta.dirname, '..', '..');

/** Enough to explain a failure, not enough to drown in. */
const KEPT_LINES = 20_000;

export interface ServiceProcess {
  readonly name: string;
  readonly pid: () => number | undefined;
  /** Every line of stdout and stderr of all its lives, oldest first, the newest `KEPT_LINES`. */
  readonly lines: readonly string[];
  start(): void;
  /** SIGKILL: no handler runs. Resolves when the process is gone. */
  kill(): Promise<void>;
  /** SIGTERM: the orderly way. Resolves with the exit code. */
  stop(): Promise<number | null>;
}

/** A process of the product that a story can kill and start again, with the environment it is given and no other. */
export function createServiceProcess(options: {
  name: string;
  command: readonly string[];
  env: Readonly<Record<string, string>>;
}): ServiceProcess {
  const lines: string[] = [];
  let child: ChildProcess | undefined;
  let gone: Promise<number | null> = Promise.resolve(0);

  const keep = (line: string): void => {
    lines.push(line);
    if (lines.length > KEPT_LINES) lines.splice(0, lines.length - KEPT_LINES);
  };

  return {
    name: options.name,
    lines,
    pid: () => child?.pid,
    start() {
      const [program, ...args] = options.command;
      if (program === undefined) throw new Error(`${options.name} has no command`);
      const started = spawn(program === 'node' ? process.execPath : program, args, {
        cwd: repositoryRoot,
        env: { PATH: process.env['PATH'] ?? '', HOME: process.env['HOME'] ?? '', ...options.env },
        stdio: ['ignore', 'pipe', 'pipe'],
      });
      child = started;
      for (const stream of [started.stdout, started.stderr]) createInterface({ input: stream }).on('line', keep);
      gone = new Promise((resolve) => {
        started.once('exit', (code) => {
          keep(`-- ${options.name} exited with ${code ?? 'a signal'}`);
          if (child === started) child = undefined;
          resolve(code);
        });
      });
    },
    async kill() {
      child?.kill('SIGKILL');
      await gone;
    },
    async stop() {
      child?.kill('SIGTERM');
      return gone;
    },
  };
}

/** Waits until `condition` gives something, looking every few milliseconds; says what it waited for when it gives up. */
export async function until<T>(
  what: string,
  condition: () => Promise<T | undefined | false | null> | T | undefined | false | null,
  deadlineMs = 60_000,
): Promise<T> {
  const endMs = performance.now() + deadlineMs;
  let lastError: unknown;
  while (performance.now() < endMs) {
    try {
      const value = await condition();
      if (value !== undefined && value !== false && value !== null) return value;
    } catch (error) {
      lastError = error;
    }
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error(`waited ${deadlineMs} ms in vain for: ${what}`, { cause: lastError });
}
