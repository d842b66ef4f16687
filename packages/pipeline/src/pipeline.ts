import { UbotError, type Result } from '@ubot/contracts';
import { createLane, type Lane } from './lane.ts';
import {
  DECLINED,
  failed,
  isDeclined,
  type Answer,
  type Module,
  type Pipeline,
  type PipelineOptions,
  type Referee,
} from './types.ts';
import { textOf } from './run.ts';

/**
 * A chain of modules with one entrance, `submit`, and one exit, the result. A referee decides which modules an item is
 * offered to; the first that does not decline has it, and what none takes goes to the error module. Each module works
 * behind its own queue, time limit and circuit breaker, so a module that hangs, throws or is flooded holds up nobody
 * else's items. A pipeline is itself a module (a group), so pipelines nest.
 *
 * Errors: throws CONFIG_INVALID when a module refuses its options. Items end with QUEUE_FULL, MODULE_TIMED_OUT,
 *         CIRCUIT_OPEN (with retryAfterMs), ITEM_NOT_ACCEPTED, INTERNAL (the module threw), SERVICE_UNAVAILABLE (the
 *         pipeline is closed), and whatever failures the modules answer.
 */
export function createPipeline<Item, Outcome>(options: PipelineOptions<Item, Outcome>): Pipeline<Item, Outcome> {
  checkOptions(options);
  const { name, referee = firstThatAccepts } = options;
  const lanes = new Map<string, Lane<Item, Outcome>>();
  for (const module of options.modules) {
    if (lanes.has(module.name)) throw new UbotError('CONFIG_INVALID', `Two modules are named "${module.name}".`);
    lanes.set(module.name, laneOf(module, options));
  }
  const errorLane = options.errorModule === undefined ? null : laneOf(options.errorModule, options);
  const all = [...lanes.values(), ...(errorLane === null ? [] : [errorLane])];
  let closing: Promise<void> | undefined;

  async function route(item: Item, signal?: AbortSignal): Promise<Answer<Outcome>> {
    if (closing !== undefined) return failed('SERVICE_UNAVAILABLE', `Pipeline "${name}" is closed.`);
    try {
      for (const { name: chosen } of referee(item, lanes)) {
        const answer = await lanes.get(chosen)?.submit(item, signal);
        if (answer !== undefined && !isDeclined(answer)) return answer;
      }
    } catch (error) {
      options.onEvent?.({ event: 'module.threw', module: `referee of ${name}`, detail: textOf(error) });
      return failed('INTERNAL', `The referee of pipeline "${name}" failed unexpectedly.`);
    }
    return (await errorLane?.submit(item, signal)) ?? DECLINED;
  }

  async function drainAndClose(): Promise<void> {
    await Promise.all(all.map((lane) => lane.drained()));
    for (const lane of all.toReversed()) await lane.module.close?.();
  }

  return {
    name,
    config: () => ({
      ok: true,
      value: { accepts: (item) => [...lanes.values()].some((lane) => lane.accepts(item)) },
    }),
    async submit(item): Promise<Result<Outcome>> {
      const answer = await route(item);
      if (!isDeclined(answer)) return answer;
      return failed('ITEM_NOT_ACCEPTED', `No module of pipeline "${name}" accepts this item.`);
    },
    process: (item, { signal }) => route(item, signal),
    close() {
      closing ??= drainAndClose();
      return closing;
    },
    state: () => all.map((lane) => lane.state()),
  };
}

function* firstThatAccepts<Item>(item: Item, modules: Parameters<Referee<Item>>[1]): ReturnType<Referee<Item>> {
  for (const module of modules.values()) if (module.accepts(item)) yield module;
}

/** A referee for items that name their module: nobody else is asked. */
export function refereeByName<Item>(nameOf: (item: Item) => string): Referee<Item> {
  return (item, modules) => {
    const named = modules.get(nameOf(item));
    return named !== undefined && named.accepts(item) ? [named] : [];
  };
}

function laneOf<Item, Outcome>(module: Module<Item, Outcome>, options: PipelineOptions<Item, Outcome>) {
  const handles = module.config();
  if (handles.ok) return createLane(module, handles.value, options);
  const detail = `Module "${module.name}" of pipeline "${options.name}": ${handles.failure.detail}`;
  throw new UbotError('CONFIG_INVALID', detail);
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
