import { ERRORS, type Failure, type Result } from '@ubot/contracts';
import { createCircuit } from './circuit.ts';
import { runModule, textOf, withdrawn, type RunEnd } from './run.ts';
import {
  failed,
  isDeclined,
  type Answer,
  type Candidate,
  type Handles,
  type Module,
  type ModuleState,
  type PipelineEvent,
  type PipelineOptions,
} from './types.ts';

/** A module that ignores its signal leaves runs behind; with this many of them it gets nothing more until they end. */
export const ABANDONED_RUNS_MAX = 32;

interface Waiting<Item, Outcome> {
  readonly item: Item;
  readonly signal: AbortSignal | undefined;
  readonly settle: (answer: Answer<Outcome>) => void;
}

export interface Lane<Item, Outcome> extends Candidate<Item> {
  readonly module: Module<Item, Outcome>;
  submit(item: Item, signal?: AbortSignal): Promise<Answer<Outcome>>;
  /** Resolves when nothing waits and nothing runs. */
  drained(): Promise<void>;
  state(): ModuleState;
}

/** One module behind its own queue, time limit and circuit breaker. */
export function createLane<Item, Outcome>(
  module: Module<Item, Outcome>,
  handles: Handles<Item>,
  options: PipelineOptions<Item, Outcome>,
): Lane<Item, Outcome> {
  const { queueLimit, concurrency, timeLimitMs } = options;
  const tell = (event: PipelineEvent) => options.onEvent?.(event);
  const gate = createGate(module.name, options);
  const queue: Waiting<Item, Outcome>[] = [];
  const drainWaiters: (() => void)[] = [];
  let running = 0;

  function next(): void {
    while (running < concurrency) {
      const waiting = queue.shift();
      if (waiting === undefined) break;
      const refused = gate.refusal();
      if (refused === null) void start(waiting);
      else waiting.settle(refused);
    }
    if (running === 0 && queue.length === 0) {
      for (const resolve of drainWaiters.splice(0)) resolve();
    }
  }

  async function start({ item, signal, settle }: Waiting<Item, Outcome>): Promise<void> {
    running += 1;
    gate.began();
    const { onAbandoned } = gate;
    const end = await runModule({ module, item, outer: signal, timeLimitMs, tell, onAbandoned });
    running -= 1;
    gate.ended(end);
    settle(end.answer);
    next();
  }

  function enqueue(item: Item, signal: AbortSignal | undefined): Promise<Answer<Outcome>> {
    return new Promise((resolve) => {
      const waiting: Waiting<Item, Outcome> = { item, signal, settle: resolve };
      queue.push(waiting);
      // A withdrawn item leaves the queue at once: it must not hold the place of one that is still wanted.
      const withdraw = () => {
        const position = queue.indexOf(waiting);
        if (position === -1) return;
        queue.splice(position, 1);
        resolve(withdrawn(module.name));
        next();
      };
      signal?.addEventListener('abort', withdraw, { once: true });
      next();
    });
  }

  return {
    module,
    name: module.name,
    accepts(item) {
      try {
        return handles.accepts(item);
      } catch (error) {
        tell({ event: 'module.threw', module: module.name, detail: textOf(error) });
        return false;
      }
    },
    async submit(item, signal) {
      if (signal?.aborted === true) return withdrawn(module.name);
      const refused = gate.refusal();
      if (refused !== null) return refused;
      if (running >= concurrency && queue.length >= queueLimit) {
        return failed('QUEUE_FULL', `The queue of module "${module.name}" holds ${queueLimit} items already.`);
      }
      return enqueue(item, signal);
    },
    async drained() {
      if (running === 0 && queue.length === 0) return;
      await new Promise<void>((resolve) => {
        drainWaiters.push(resolve);
      });
    },
    state: () => ({ module: module.name, waiting: queue.length, running, circuit: gate.circuitState() }),
  };
}

/** Decides whether the module may get an item now, from how its last ones ended. */
function createGate<Item, Outcome>(name: string, options: PipelineOptions<Item, Outcome>) {
  const { restMs } = options.circuit;
  const circuit = createCircuit(options.circuit, options.nowMs);
  const countsAsOutage = options.countsAsOutage ?? ((failure: Failure) => ERRORS[failure.code].retryable);
  let abandoned = 0;

  return {
    circuitState: () => circuit.state(),
    began: () => circuit.began(),
    onAbandoned(change: 1 | -1): void {
      abandoned += change;
    },
    ended({ by, answer }: RunEnd<Outcome>): void {
      if (by === 'withdrawal' || isDeclined(answer)) {
        circuit.undecided();
      } else if (!answer.ok && countsAsOutage(answer.failure)) {
        if (circuit.failed()) options.onEvent?.({ event: 'module.circuit-opened', module: name, restMs });
      } else if (circuit.succeeded()) {
        options.onEvent?.({ event: 'module.circuit-closed', module: name });
      }
    },
    refusal(): Result<never> | null {
      const waitMs = circuit.waitMs();
      if (waitMs > 0) return failed('CIRCUIT_OPEN', `Module "${name}" failed too often and is resting.`, waitMs);
      if (abandoned >= ABANDONED_RUNS_MAX) {
        const detail = `Module "${name}" has ${abandoned} unfinished runs past their time limit.`;
        return failed('CIRCUIT_OPEN', detail, restMs);
      }
      return null;
    },
  };
}
