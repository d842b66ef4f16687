import { memoryUsage } from 'node:process';
import { MessageChannel, Worker } from 'node:worker_threads';
import type { Result } from '@ubot/contracts';
import { DECLINED, failed, type Answer } from '../types.ts';
import { readMessage, type FromThread, type ThreadStart, type ToThread } from './protocol.ts';

/** Why a thread was ended, or ended by itself. */
export type ThreadEnd = 'hung' | 'silent' | 'memory' | 'flooded' | 'threw' | 'exited' | 'refused' | 'closed';

export interface ThreadLimits {
  /** What its heap and its buffers may hold together. */
  readonly memoryMb: number;
  /** How long loading and config may take. */
  readonly startMs: number;
  /** Without a sign of life for so long (an endless loop), it is ended. */
  readonly silentMs: number;
  /** How long an item may go on after it was told to end. */
  readonly graceMs: number;
  /** Messages that nothing asked for. */
  readonly messagesPerSecond: number;
  readonly answerChars: number;
  /** How long it rests after its first end; twice as long after each that follows soon. */
  readonly restMs: number;
}

export interface ThreadOptions {
  readonly name: string;
  readonly url: string;
  readonly options: unknown;
  /** All that it sees of the environment. */
  readonly env: Readonly<Record<string, string>>;
  readonly limits: ThreadLimits;
  /** What the module logs, cut to a line now and then. */
  readonly onSaid: (text: string) => void;
  readonly onEnd: (end: ThreadEnd, detail: string) => void;
}

export interface Thread {
  /** What config said, and the functions that the module has. */
  readonly ready: Promise<Result<{ handles: unknown; verbs: readonly string[] }>>;
  /** false: it finishes what it has and takes no more. */
  takes(): boolean;
  /** Rejects when the module threw. */
  call(verb: string, item: unknown, signal: AbortSignal): Promise<Answer<unknown>>;
  end(why: ThreadEnd, detail: string): Promise<void>;
}

interface Pending {
  readonly settle: (answer: Answer<unknown>) => void;
  readonly reject: (error: Error) => void;
  /** It was told to end, and has had its grace. */
  overdue: boolean;
}

// From src as well as from dist: threads cannot load TypeScript, so it is always the built file.
const WORKER_FILE = new URL('../../dist/thread/worker.js', import.meta.url);
const PING_MS = 100;
const STDOUT_PAUSE_MS = 1_000;
/** A thread that answers no pings while this process outgrows itself by a thread's limit is taken to be the one. */
const SUSPECT_PINGS = 2;
// V8's own limit stands behind ours: a heap that meets it in the wrong place (a Map that grows) ends the whole process.
const HEAP_LIMIT_TIMES = 4;
const YOUNG_MB = 8;
const STACK_MB = 4;
const MB = 2 ** 20;

/** One life of a module in a thread of its own. It ends once, for the first reason there is. */
export function startThread(options: ThreadOptions): Thread {
  const { name, limits } = options;
  const { port1: port, port2 } = new MessageChannel();
  const start: ThreadStart = {
    port: port2,
    url: options.url,
    options: options.options,
    answerChars: limits.answerChars,
  };
  const worker = new Worker(WORKER_FILE, {
    name: `ubot-${name}`,
    workerData: start,
    transferList: [port2],
    env: { ...options.env },
    argv: [],
    // Not those of this process, which may name a loader.
    execArgv: [],
    stdout: true,
    stderr: true,
    resourceLimits: {
      maxOldGenerationSizeMb: limits.memoryMb * HEAP_LIMIT_TIMES,
      maxYoungGenerationSizeMb: Math.min(YOUNG_MB, limits.memoryMb),
      stackSizeMb: STACK_MB,
    },
  });
  const pending = new Map<number, Pending>();
  let lastId = 0;
  let ended: Promise<void> | null = null;
  let isReady = false;
  let isRetiring = false;
  let unansweredPings = 0;
  let unasked = 0;
  let rssBefore = 0;

  const tell = (message: ToThread): void => port.postMessage(message);
  let resolveReady: (result: Awaited<Thread['ready']>) => void;
  const ready: Thread['ready'] = new Promise((resolve) => {
    resolveReady = resolve;
  });

  function end(why: ThreadEnd, detail: string): Promise<void> {
    if (ended !== null) return ended;
    // First of all: what a flood has left in the queue is not read any more.
    port.close();
    clearInterval(watch);
    clearTimeout(startLimit);
    ended = worker.terminate().then(() => undefined);
    resolveReady(failed('CONFIG_INVALID', detail));
    for (const { settle } of pending.values()) {
      settle(failed('MODULE_ENDED', `Module "${name}" was ended while it had this item: ${detail}`));
    }
    pending.clear();
    options.onEnd(why, detail);
    return ended;
  }

  const startLimit = setTimeout(() => {
    void end('hung', `it was not ready within ${limits.startMs} ms`);
  }, limits.startMs);
  // Counts unanswered pings rather than time: when this process itself was busy, no module is to blame.
  const watch = setInterval(() => {
    if (!isReady) return;
    unasked = Math.max(0, unasked - (limits.messagesPerSecond * PING_MS) / 1_000);
    const rss = memoryUsage.rss();
    if (unansweredPings === 0) rssBefore = rss;
    if (unansweredPings >= SUSPECT_PINGS && rss - rssBefore > limits.memoryMb * MB) {
      void end('memory', `it used more than ${limits.memoryMb} MB`);
      return;
    }
    if (unansweredPings * PING_MS >= limits.silentMs) {
      void end('silent', `it gave no sign of life for ${limits.silentMs} ms`);
      return;
    }
    unansweredPings += 1;
    tell({ type: 'ping' });
  }, PING_MS);
  watch.unref();

  function onMessage(message: unknown): void {
    if (ended !== null) return;
    const told = readMessage(message);
    if (told === null || told.type === 'said' || !isExpected(told)) {
      unasked += 1;
      if (unasked > limits.messagesPerSecond) {
        void end('flooded', `it sent more than ${limits.messagesPerSecond} messages a second that nothing asked for`);
      } else if (told?.type === 'said') options.onSaid(told.text);
      return;
    }
    if (told.type === 'pong') return onPong(told.usedBytes);
    if (told.type === 'refused') return void end('refused', told.detail);
    if (told.type === 'configured') {
      clearTimeout(startLimit);
      isReady = true;
      const handles = parsed(told.json);
      if (!handles.ok) return void end('refused', 'its config gave no plain data');
      return resolveReady({ ok: true, value: { handles: handles.value, verbs: told.verbs } });
    }
    return onAnswer(told);
  }

  function isExpected(told: FromThread): boolean {
    if ('id' in told) return pending.has(told.id);
    return told.type === 'pong' ? unansweredPings > 0 : !isReady;
  }

  function onPong(usedBytes: number): void {
    unansweredPings = 0;
    if (usedBytes > limits.memoryMb * MB) void end('memory', `it used more than ${limits.memoryMb} MB`);
  }

  function onAnswer(told: Extract<FromThread, { id: number }>): void {
    const waiting = pending.get(told.id);
    pending.delete(told.id);
    if (told.type === 'declined') waiting?.settle(DECLINED);
    else if (told.type === 'threw') waiting?.reject(new Error(told.detail));
    else if (told.type === 'too-long' || told.json.length > limits.answerChars) {
      waiting?.settle(
        failed('MODULE_ANSWER_INVALID', `Module "${name}" answered over ${limits.answerChars} characters.`),
      );
    } else {
      const value = parsed(told.json);
      waiting?.settle(value.ok ? value : failed('MODULE_ANSWER_INVALID', `Module "${name}" answered no plain data.`));
    }
    endIfDone();
  }

  /** A thread with an item that does not end takes no more, and goes when its other items have had their time. */
  function endIfDone(): void {
    if (!isRetiring || [...pending.values()].some(({ overdue }) => !overdue)) return;
    void end('hung', 'it did not end an item when it was told to');
  }

  port.on('message', onMessage);
  worker.on('error', (error: NodeJS.ErrnoException) => {
    const isMemory = error.code === 'ERR_WORKER_OUT_OF_MEMORY';
    void end(isMemory ? 'memory' : 'threw', isMemory ? `it used more than ${limits.memoryMb} MB` : error.message);
  });
  worker.on('exit', (code) => void end('exited', `it exited with code ${code}`));
  for (const stream of [worker.stdout, worker.stderr]) {
    stream.on('data', (chunk: Buffer) => {
      options.onSaid(chunk.toString('utf8').slice(0, 1_000).trim());
      // Read no faster than anybody could want to: the rest waits in the thread's own memory.
      stream.pause();
      setTimeout(() => stream.resume(), STDOUT_PAUSE_MS).unref();
    });
  }

  return {
    ready,
    takes: () => ended === null && !isRetiring,
    end,
    call(verb, item, signal) {
      return new Promise((settle, reject) => {
        lastId += 1;
        const id = lastId;
        const waiting: Pending = { settle, reject, overdue: false };
        pending.set(id, waiting);
        const abort = () => {
          if (!pending.has(id)) return;
          tell({ type: 'abort', id });
          setTimeout(() => {
            if (!pending.has(id)) return;
            waiting.overdue = true;
            isRetiring = true;
            endIfDone();
          }, limits.graceMs).unref();
        };
        signal.addEventListener('abort', abort, { once: true });
        tell({ type: 'call', id, verb, item });
      });
    },
  };
}

function parsed(json: string): Result<unknown> {
  try {
    return { ok: true, value: JSON.parse(json) };
  } catch {
    return failed('MODULE_ANSWER_INVALID', 'The answer is not JSON.');
  }
}
