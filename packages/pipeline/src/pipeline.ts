import type { Result } from '@ubot/contracts';
import { createLane } from './lane.ts';
import { failed, type Pipeline, type PipelineOptions } from './types.ts';

/**
 * A chain of modules with one entrance, `submit`, and one exit, the result. An item goes to the first module that
 * accepts it, else to the error module. Each module works behind its own queue, time limit and circuit breaker, so a
 * module that hangs, throws or is flooded holds up nobody else's items. A pipeline is itself a module, so pipelines nest.
 *
 * Errors: QUEUE_FULL, MODULE_TIMED_OUT, CIRCUIT_OPEN (with retryAfterMs), ITEM_NOT_ACCEPTED, INTERNAL (the module
 *         threw), SERVICE_UNAVAILABLE (the pipeline is closed), and whatever failures the modules answer.
 */
export function createPipeline<Item, Outcome>(options: PipelineOptions<Item, Outcome>): Pipeline<Item, Outcome> {
  checkOptions(options);
  const lanes = options.modules.map((module) => createLane(module, options));
  const errorLane = options.errorModule === undefined ? undefined : createLane(options.errorModule, options);
  let closing: Promise<void> | undefined;

  function route(item: Item, signal?: AbortSignal): Promise<Result<Outcome>> {
    if (closing !== undefined) {
      return Promise.resolve(failed('SERVICE_UNAVAILABLE', `Pipeline "${options.name}" is closed.`));
    }
    const lane = lanes.find((candidate) => candidate.accepts(item)) ?? errorLane;
    if (lane === undefined) {
      return Promise.resolve(failed('ITEM_NOT_ACCEPTED', `No module of pipeline "${options.name}" accepts this item.`));
    }
    return lane.submit(item, signal);
  }

  async function drainAndClose(): Promise<void> {
    const all = errorLane === undefined ? lanes : [...lanes, errorLane];
    await Promise.all(all.map((lane) => lane.drained()));
    for (const lane of all.toReversed()) await lane.module.close?.();
  }

  return {
    name: options.name,
    accepts: (item) => lanes.some((lane) => lane.accepts(item)),
    submit: (item) => route(item),
    process: (item, { signal }) => route(item, signal),
    close() {
      closing ??= drainAndClose();
      return closing;
    },
    state: () => [...lanes, ...(errorLane === undefined ? [] : [errorLane])].map((lane) => lane.state()),
  };
}

function checkOptions<Item, Outcome>(options: PipelineOptions<Item, Outcome>): void {
  const limits: [string, number, number][] = [
    ['queueLimit', options.queueLimit, 0],
    ['concurrency', options.concurrency, 1],
    ['timeLimitMs', options.timeLimitMs, 1],
    ['circuit.failures', options.circuit.failures, 1],
    ['circuit.restMs', options.circuit.restMs, 1],
  ];
  for (const [name, value, minimum] of limits) {
    if (!Number.isInteger(value) || value < minimum) {
      throw new RangeError(`${name} of pipeline "${options.name}" must be an integer of at least ${minimum}.`);
    }
  }
}
