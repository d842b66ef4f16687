import { getHeapStatistics } from 'node:v8';
import { parentPort, workerData } from 'node:worker_threads';
import type { FromThread, ThreadStart, ToThread } from './protocol.ts';

// What runs in a module's own thread: loads the module, asks its config, and hands it one item per call. Nothing of
// uBot but this file and its types is here.

type Verb = (item: unknown, context: { signal: AbortSignal; log: (text: string) => void }) => unknown;

const SAID_CHARS = 1_000;
const { port, url, options, answerChars } = workerData as ThreadStart;
// The one way out is our own port, which is not to be found by accident.
parentPort?.close();

const tell = (message: FromThread): void => port.postMessage(message);
const textOf = (error: unknown): string =>
  (error instanceof Error ? error.message : String(error)).slice(0, SAID_CHARS);
const log = (text: string): void => tell({ type: 'said', text: String(text).slice(0, SAID_CHARS) });
const isObject = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null;

// Of this thread alone: its heap, and its buffers, which no heap limit counts.
const usedBytes = (): number => getHeapStatistics().used_heap_size + process.memoryUsage().arrayBuffers;

/** The verbs of a module: of its default export, or of the file itself. */
async function load(): Promise<{ config: (options: unknown) => unknown; verbs: Map<string, Verb> }> {
  const loaded: unknown = await import(url);
  const module = isObject(loaded) && isObject(loaded['default']) ? loaded['default'] : loaded;
  if (!isObject(module) || typeof module['config'] !== 'function' || typeof module['process'] !== 'function') {
    throw new Error('it has no functions named config and process');
  }
  const functions = Object.entries(module).filter(([name, value]) => name !== 'config' && typeof value === 'function');
  const verbs = new Map(functions.map(([name, verb]) => [name, (verb as Verb).bind(module)]));
  return { config: (module['config'] as (options: unknown) => unknown).bind(module), verbs };
}

async function answer(verb: Verb | undefined, id: number, item: unknown, signal: AbortSignal): Promise<FromThread> {
  try {
    if (verb === undefined) throw new Error('it has no such function');
    const value = await verb(item, { signal, log });
    if (isObject(value) && value['declined'] === true) return { type: 'declined', id };
    const json = JSON.stringify(value) ?? 'null';
    return json.length > answerChars ? { type: 'too-long', id } : { type: 'answer', id, json };
  } catch (error) {
    return { type: 'threw', id, detail: textOf(error) };
  }
}

async function start(): Promise<void> {
  const { config, verbs } = await load();
  const json = JSON.stringify((await config(options)) ?? null);
  const running = new Map<number, AbortController>();
  port.on('message', (message: ToThread) => {
    if (message.type === 'ping') return tell({ type: 'pong', usedBytes: usedBytes() });
    if (message.type === 'abort') return running.get(message.id)?.abort();
    const { id, verb, item } = message;
    const controller = new AbortController();
    running.set(id, controller);
    void answer(verbs.get(verb), id, item, controller.signal).then((told) => {
      running.delete(id);
      tell(told);
    });
    return undefined;
  });
  tell({ type: 'configured', json, verbs: [...verbs.keys()] });
}

// Until the module is ready the port has no listener, and nothing else may keep the thread alive.
port.ref();
try {
  await start();
} catch (error) {
  tell({ type: 'refused', detail: textOf(error) });
}
