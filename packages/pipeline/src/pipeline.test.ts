import type { Result } from '@ubot/contracts';
import { describe, expect, it } from 'vitest';
import {
  ABANDONED_RUNS_MAX,
  createPipeline,
  DECLINED,
  refereeByName,
  type Module,
  type PipelineEvent,
  type PipelineOptions,
} from './index.ts';

type Item = { for: string; n?: number };
type TestModule = Module<Item, string>;

const ok = (value: string): Result<string> => ({ ok: true, value });
const codeOf = (result: Result<string>) => (result.ok ? `ok ${result.value}` : result.failure.code);

const accepting = (accepts: (item: Item) => boolean) => (): ReturnType<TestModule['config']> => ({
  ok: true,
  value: { accepts },
});

function answers(name: string, process: TestModule['process'] = async () => ok(name)): TestModule {
  return { name, config: accepting((item) => item.for === name), process };
}

function pipelineOf(modules: TestModule[], options: Partial<PipelineOptions<Item, string>> = {}) {
  const clock = { ms: 1_000 };
  const events: PipelineEvent[] = [];
  const pipeline = createPipeline<Item, string>({
    name: 'test',
    modules,
    queueLimit: 2,
    concurrency: 1,
    timeLimitMs: 1_000,
    circuit: { failures: 3, restMs: 60_000 },
    nowMs: () => clock.ms,
    onEvent: (event) => events.push(event),
    ...options,
  });
  return { pipeline, clock, events };
}

/** A module whose runs end when the test says so. */
function held(name: string) {
  const runs: { item: Item; signal: AbortSignal; end: (result: Result<string>) => void }[] = [];
  const module: TestModule = answers(
    name,
    (item, { signal }) => new Promise((end) => runs.push({ item, signal, end })),
  );
  return { module, runs };
}

describe('which module gets an item', () => {
  it('gives it to the first module that accepts it', async () => {
    const greedy: TestModule = { name: 'greedy', config: accepting(() => true), process: async () => ok('greedy') };
    const { pipeline } = pipelineOf([answers('sms'), greedy, answers('webhook')]);
    expect(await pipeline.submit({ for: 'sms' })).toEqual(ok('sms'));
    expect(await pipeline.submit({ for: 'webhook' })).toEqual(ok('greedy'));
  });

  it('gives what none accepts to the error module', async () => {
    const errorModule: TestModule = {
      name: 'errors',
      config: accepting(() => false),
      process: async (item) => ok(`error module saw ${item.for}`),
    };
    const { pipeline } = pipelineOf([answers('sms')], { errorModule });
    expect(await pipeline.submit({ for: 'pigeon' })).toEqual(ok('error module saw pigeon'));
  });

  it('answers ITEM_NOT_ACCEPTED where there is no error module', async () => {
    const { pipeline } = pipelineOf([answers('sms')]);
    expect(await pipeline.submit({ for: 'pigeon' })).toEqual({
      ok: false,
      failure: { code: 'ITEM_NOT_ACCEPTED', detail: 'No module of pipeline "test" accepts this item.' },
    });
  });

  it('passes over a module whose accepts throws', async () => {
    const broken: TestModule = {
      ...answers('broken'),
      config: accepting(() => {
        throw new Error('no idea');
      }),
    };
    const { pipeline, events } = pipelineOf([broken, answers('sms')]);
    expect(await pipeline.submit({ for: 'sms' })).toEqual(ok('sms'));
    expect(events).toEqual([{ event: 'module.threw', module: 'broken', detail: 'no idea' }]);
  });
});

describe('a module that declines', () => {
  const declines: TestModule = { name: 'picky', config: accepting(() => true), process: async () => DECLINED };

  it('leaves the item to the next one that accepts it, and to the error module when nobody takes it', async () => {
    const errorModule = answers('errors', async () => ok('nobody took it'));
    const { pipeline } = pipelineOf([declines, answers('sms')], { errorModule });
    expect(await pipeline.submit({ for: 'sms' })).toEqual(ok('sms'));
    expect(await pipeline.submit({ for: 'pigeon' })).toEqual(ok('nobody took it'));
  });

  it('is no failure: its circuit stays closed', async () => {
    const { pipeline } = pipelineOf([declines]);
    for (let n = 0; n < 5; n += 1) expect(codeOf(await pipeline.submit({ for: 'sms' }))).toBe('ITEM_NOT_ACCEPTED');
    expect(pipeline.state()[0]?.circuit).toBe('closed');
  });

  it('makes its group decline, so that the outer pipeline goes on', async () => {
    const group = pipelineOf([declines]).pipeline;
    const { pipeline } = pipelineOf([group, answers('sms')]);
    expect(await pipeline.submit({ for: 'sms' })).toEqual(ok('sms'));
  });
});

describe('a referee', () => {
  it('decides in which order modules are offered an item', async () => {
    const greedy = (name: string): TestModule => ({ ...answers(name), config: accepting(() => true) });
    const { pipeline } = pipelineOf([greedy('first'), greedy('second')], {
      referee: (_item, modules) => [...modules.values()].toReversed(),
    });
    expect(await pipeline.submit({ for: 'anybody' })).toEqual(ok('second'));
  });

  it('by name asks the named module alone, and respects what it accepts', async () => {
    const asked: string[] = [];
    const module = (name: string): TestModule => ({
      name,
      config: accepting((item) => {
        asked.push(name);
        return item.n !== 13;
      }),
      process: async () => ok(name),
    });
    const options = { referee: refereeByName<Item>((item) => item.for) };
    const { pipeline } = pipelineOf([module('sms'), module('webhook')], options);
    expect(await pipeline.submit({ for: 'webhook' })).toEqual(ok('webhook'));
    expect(codeOf(await pipeline.submit({ for: 'webhook', n: 13 }))).toBe('ITEM_NOT_ACCEPTED');
    expect(codeOf(await pipeline.submit({ for: 'pigeon' }))).toBe('ITEM_NOT_ACCEPTED');
    expect(asked).toEqual(['webhook', 'webhook']);
  });

  it('that throws fails the item, and the next one goes on', async () => {
    const { pipeline, events } = pipelineOf([answers('sms')], {
      referee: (item, modules) => {
        if (item.n === 1) throw new Error('red card for everybody');
        return modules.values();
      },
    });
    expect(codeOf(await pipeline.submit({ for: 'sms', n: 1 }))).toBe('INTERNAL');
    expect(await pipeline.submit({ for: 'sms' })).toEqual(ok('sms'));
    expect(events).toEqual([{ event: 'module.threw', module: 'referee of test', detail: 'red card for everybody' }]);
  });
});

describe('the config of a module', () => {
  it('that refuses its options stops the making of the pipeline, naming both', () => {
    const refusing: TestModule = {
      ...answers('sms'),
      config: () => ({ ok: false, failure: { code: 'CONFIG_INVALID', detail: 'a sender is missing.' } }),
    };
    expect(() => pipelineOf([refusing])).toThrow(
      expect.objectContaining({
        code: 'CONFIG_INVALID',
        message: 'Module "sms" of pipeline "test": a sender is missing.',
      }),
    );
  });

  it('is refused a name that another module of the pipeline has', () => {
    expect(() => pipelineOf([answers('sms'), answers('sms')])).toThrow('Two modules are named "sms".');
  });
});

describe('a module that throws', () => {
  it('fails its item with INTERNAL, tells the reason to the log only, and the next item goes on', async () => {
    let calls = 0;
    const module = answers('sms', async () => {
      calls += 1;
      if (calls === 1) throw new Error('secret inside');
      return ok('second');
    });
    const { pipeline, events } = pipelineOf([module]);
    expect(await pipeline.submit({ for: 'sms' })).toEqual({
      ok: false,
      failure: { code: 'INTERNAL', detail: 'Module "sms" failed unexpectedly.' },
    });
    expect(await pipeline.submit({ for: 'sms' })).toEqual(ok('second'));
    expect(events).toEqual([{ event: 'module.threw', module: 'sms', detail: 'secret inside' }]);
  });

  it('may throw before its first await as well', async () => {
    const module = answers('sms', () => {
      throw new Error('at once');
    });
    const { pipeline } = pipelineOf([module]);
    expect(codeOf(await pipeline.submit({ for: 'sms' }))).toBe('INTERNAL');
  });
});

describe('a module that hangs', () => {
  it('is told to end at its time limit, its item fails, and others are not held up', async () => {
    const hanging = held('sms');
    const { pipeline, events } = pipelineOf([hanging.module, answers('webhook')], { timeLimitMs: 30 });
    const first = pipeline.submit({ for: 'sms' });
    expect(await pipeline.submit({ for: 'webhook' })).toEqual(ok('webhook'));
    expect(await first).toEqual({
      ok: false,
      failure: { code: 'MODULE_TIMED_OUT', detail: 'Module "sms" did not finish within 30 ms.' },
    });
    expect(hanging.runs[0]?.signal.aborted).toBe(true);
    expect(events).toEqual([{ event: 'module.timed-out', module: 'sms', timeLimitMs: 30 }]);
  });

  it('gets its next item after the time limit, though the first run never ends', async () => {
    const hanging = held('sms');
    const { pipeline } = pipelineOf([hanging.module], { timeLimitMs: 20 });
    const results = await Promise.all([pipeline.submit({ for: 'sms' }), pipeline.submit({ for: 'sms' })]);
    expect(results.map(codeOf)).toEqual(['MODULE_TIMED_OUT', 'MODULE_TIMED_OUT']);
    expect(hanging.runs).toHaveLength(2);
  });

  it('gets nothing more while too many of its runs are unfinished', async () => {
    const hanging = held('sms');
    const { pipeline } = pipelineOf([hanging.module], {
      timeLimitMs: 5,
      concurrency: ABANDONED_RUNS_MAX,
      circuit: { failures: 10_000, restMs: 1_000 },
    });
    await Promise.all(Array.from({ length: ABANDONED_RUNS_MAX }, () => pipeline.submit({ for: 'sms' })));
    expect(await pipeline.submit({ for: 'sms' })).toEqual({
      ok: false,
      failure: {
        code: 'CIRCUIT_OPEN',
        detail: `Module "sms" has ${ABANDONED_RUNS_MAX} unfinished runs past their time limit.`,
        retryAfterMs: 1_000,
      },
    });
    hanging.runs[0]?.end(ok('late'));
    await new Promise((resolve) => {
      setImmediate(resolve);
    });
    expect(codeOf(await pipeline.submit({ for: 'sms' }))).toBe('MODULE_TIMED_OUT');
  });
});

describe('a flooded module', () => {
  it('runs `concurrency` items, keeps `queueLimit` waiting, and refuses the rest at once', async () => {
    const busy = held('sms');
    const { pipeline } = pipelineOf([busy.module, answers('webhook')], { concurrency: 2, queueLimit: 3 });
    const taken = Array.from({ length: 5 }, (_, n) => pipeline.submit({ for: 'sms', n }));
    expect(await pipeline.submit({ for: 'sms', n: 5 })).toEqual({
      ok: false,
      failure: { code: 'QUEUE_FULL', detail: 'The queue of module "sms" holds 3 items already.' },
    });
    expect(pipeline.state()).toEqual([
      { module: 'sms', waiting: 3, running: 2, circuit: 'closed' },
      { module: 'webhook', waiting: 0, running: 0, circuit: 'closed' },
    ]);
    expect(await pipeline.submit({ for: 'webhook' })).toEqual(ok('webhook'));
    for (let n = 0; n < 5; n += 1) {
      busy.runs[n]?.end(ok(`item ${busy.runs[n]?.item.n}`));
      expect(await taken[n]).toEqual(ok(`item ${n}`));
    }
  });
});

describe('the circuit of a module', () => {
  const down: Result<string> = { ok: false, failure: { code: 'CHANNEL_UNREACHABLE', detail: 'down' } };
  const refused: Result<string> = { ok: false, failure: { code: 'CHANNEL_REFUSED', detail: 'no such number' } };

  it('opens at the third failure in a row, rests, tries one item, and closes when that succeeds', async () => {
    let answer: Result<string> = down;
    const { pipeline, clock, events } = pipelineOf([answers('sms', async () => answer)]);
    const codes: string[] = [];
    for (let n = 0; n < 4; n += 1) codes.push(codeOf(await pipeline.submit({ for: 'sms' })));
    expect(codes).toEqual(['CHANNEL_UNREACHABLE', 'CHANNEL_UNREACHABLE', 'CHANNEL_UNREACHABLE', 'CIRCUIT_OPEN']);

    clock.ms += 59_999;
    expect(await pipeline.submit({ for: 'sms' })).toEqual({
      ok: false,
      failure: {
        code: 'CIRCUIT_OPEN',
        detail: 'Module "sms" failed too often and is resting.',
        retryAfterMs: 1,
      },
    });
    clock.ms += 1;
    answer = ok('up again');
    expect(await pipeline.submit({ for: 'sms' })).toEqual(ok('up again'));
    expect(events).toEqual([
      { event: 'module.circuit-opened', module: 'sms', restMs: 60_000 },
      { event: 'module.circuit-closed', module: 'sms' },
    ]);
    expect(pipeline.state()[0]?.circuit).toBe('closed');
  });

  it('opens again at once when the trying item fails', async () => {
    const { pipeline, clock } = pipelineOf([answers('sms', async () => down)]);
    for (let n = 0; n < 3; n += 1) await pipeline.submit({ for: 'sms' });
    clock.ms += 60_000;
    expect(codeOf(await pipeline.submit({ for: 'sms' }))).toBe('CHANNEL_UNREACHABLE');
    expect(codeOf(await pipeline.submit({ for: 'sms' }))).toBe('CIRCUIT_OPEN');
  });

  it('lets a single item try', async () => {
    const trying = held('sms');
    const { pipeline, clock } = pipelineOf([trying.module], { concurrency: 3 });
    const first = [1, 2, 3].map(() => pipeline.submit({ for: 'sms' }));
    for (const run of trying.runs) run.end(down);
    await Promise.all(first);
    clock.ms += 60_000;
    const second = pipeline.submit({ for: 'sms' });
    expect(codeOf(await pipeline.submit({ for: 'sms' }))).toBe('CIRCUIT_OPEN');
    expect(pipeline.state()[0]?.circuit).toBe('trying');
    trying.runs[3]?.end(ok('back'));
    expect(await second).toEqual(ok('back'));
  });

  it('is not opened by failures that are the item’s own fault', async () => {
    const { pipeline } = pipelineOf([answers('sms', async () => refused)]);
    for (let n = 0; n < 5; n += 1) expect(codeOf(await pipeline.submit({ for: 'sms' }))).toBe('CHANNEL_REFUSED');
  });

  it('counts failures in a row: a success between them starts anew', async () => {
    const script = [down, down, ok('fine'), down, down, ok('fine')];
    const { pipeline } = pipelineOf([answers('sms', async () => script.shift() ?? ok('end'))]);
    const codes: string[] = [];
    for (let n = 0; n < 7; n += 1) codes.push(codeOf(await pipeline.submit({ for: 'sms' })));
    expect(codes).not.toContain('CIRCUIT_OPEN');
  });

  it('fails the waiting items at once when it opens', async () => {
    const trying = held('sms');
    const { pipeline } = pipelineOf([trying.module], { circuit: { failures: 1, restMs: 500 } });
    const both = [pipeline.submit({ for: 'sms' }), pipeline.submit({ for: 'sms' })];
    trying.runs[0]?.end(down);
    expect((await Promise.all(both)).map(codeOf)).toEqual(['CHANNEL_UNREACHABLE', 'CIRCUIT_OPEN']);
  });
});

describe('a group: a pipeline as a module', () => {
  it('accepts what one of its modules accepts, and answers as they do', async () => {
    const inner = pipelineOf([answers('sms'), answers('whatsapp')]).pipeline;
    const { pipeline } = pipelineOf([inner, answers('webhook')]);
    expect(await pipeline.submit({ for: 'whatsapp' })).toEqual(ok('whatsapp'));
    expect(await pipeline.submit({ for: 'webhook' })).toEqual(ok('webhook'));
    expect(codeOf(await pipeline.submit({ for: 'pigeon' }))).toBe('ITEM_NOT_ACCEPTED');
  });

  it('hands the outer time limit down to the running item', async () => {
    const hanging = held('sms');
    const inner = pipelineOf([hanging.module], { timeLimitMs: 60_000 }).pipeline;
    const { pipeline } = pipelineOf([inner], { timeLimitMs: 30 });
    expect(codeOf(await pipeline.submit({ for: 'sms' }))).toBe('MODULE_TIMED_OUT');
    expect(hanging.runs.map((run) => run.signal.aborted)).toEqual([true]);
    expect(inner.state()).toEqual([{ module: 'sms', waiting: 0, running: 0, circuit: 'closed' }]);
  });

  it('takes a withdrawn item out of the queue at once, never started', async () => {
    const busy = held('sms');
    const { pipeline } = pipelineOf([busy.module]);
    const outer = new AbortController();
    const first = pipeline.submit({ for: 'sms', n: 1 });
    const second = pipeline.process({ for: 'sms', n: 2 }, { signal: outer.signal });
    outer.abort();
    expect(await second).toEqual({
      ok: false,
      failure: {
        code: 'MODULE_TIMED_OUT',
        detail: 'The item was withdrawn from module "sms" before it finished.',
      },
    });
    expect(pipeline.state()[0]).toMatchObject({ waiting: 0, running: 1 });
    busy.runs[0]?.end(ok('first'));
    expect(await first).toEqual(ok('first'));
    expect(busy.runs.map((run) => run.item.n)).toEqual([1]);
  });
});

describe('close', () => {
  it('handles what it has taken, takes nothing more, and closes the modules in reverse order', async () => {
    const closed: string[] = [];
    const busy = held('sms');
    const closing = (module: TestModule): TestModule => ({
      ...module,
      close: async () => {
        closed.push(module.name);
      },
    });
    const { pipeline } = pipelineOf([closing(busy.module), closing(answers('webhook'))]);
    const both = [pipeline.submit({ for: 'sms' }), pipeline.submit({ for: 'sms' })];
    const end = pipeline.close();
    expect(codeOf(await pipeline.submit({ for: 'sms' }))).toBe('SERVICE_UNAVAILABLE');
    expect(closed).toEqual([]);
    busy.runs[0]?.end(ok('first'));
    await both[0];
    busy.runs[1]?.end(ok('second'));
    expect((await Promise.all(both)).map(codeOf)).toEqual(['ok first', 'ok second']);
    await end;
    await pipeline.close();
    expect(closed).toEqual(['webhook', 'sms']);
  });

  it('does not wait for a hanging module longer than its time limit', async () => {
    const { pipeline } = pipelineOf([held('sms').module], { timeLimitMs: 20 });
    const item = pipeline.submit({ for: 'sms' });
    await pipeline.close();
    expect(codeOf(await item)).toBe('MODULE_TIMED_OUT');
  });
});

it('refuses limits that make no sense', () => {
  expect(() => pipelineOf([], { concurrency: 0 })).toThrow(
    'concurrency of pipeline "test" must be an integer of at least 1.',
  );
  expect(() => pipelineOf([], { timeLimitMs: Number.POSITIVE_INFINITY })).toThrow(RangeError);
});
