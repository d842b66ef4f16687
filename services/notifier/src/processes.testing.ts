import { spawn, type ChildProcess } from 'node:child_process';
import { createServer, type AddressInfo } from 'node:net';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

/**
 * A notifier as a process of its own, as it is built or from its source.
 *
 * Shape: `listening` resolves when it listens, and rejects with its last words when it ends before.
 */
export function startNotifierProcess(
  run: 'dist' | 'source',
  env: Readonly<Record<string, string>>,
): { readonly child: ChildProcess; readonly listening: Promise<void> } {
  const source = ['--conditions=ubot-source', '--import', 'tsx', fileURLToPath(new URL('./main.ts', import.meta.url))];
  const dist = [fileURLToPath(new URL('../dist/main.js', import.meta.url))];
  const child = spawn(process.execPath, run === 'dist' ? dist : source, {
    env: { PATH: process.env['PATH'] ?? '', HOME: process.env['HOME'] ?? '', ...env },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const listening = new Promise<void>((resolve, reject) => {
    let lastLine = '';
    child.once('exit', (code) => reject(new Error(`the notifier ended with ${code}: ${lastLine}`)));
    createInterface({ input: child.stdout! }).on('line', (line) => {
      lastLine = line;
      if (line.includes('"notifier.listening"')) resolve();
    });
  });
  return { child, listening };
}

/** Kills a process at once, as a crash would; resolves when it is gone. */
export async function killProcess(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGKILL');
  await gone;
}

export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}
