import { CHANNEL_KINDS, type ChannelKind, type ErrorCode, type Failure, type Result } from '@ubot/contracts';
import type { ChannelDriver, LookUpOutcome, LookUpRequest, SendOutcome, SendRequest } from '@ubot/notify';
import { createPipeline, type Pipeline, type PipelineEvent } from '@ubot/pipeline';

export type Job =
  | {
      readonly verb: 'send';
      readonly request: Omit<SendRequest, 'signal'>;
      /** After this the send must not begin: the claim is too old to be sure that it is still ours. */
      readonly notAfterMs: number;
    }
  | { readonly verb: 'lookUp'; readonly request: Omit<LookUpRequest, 'signal'> };

export interface Lanes {
  driver(kind: ChannelKind): ChannelDriver | undefined;
  /** How many more jobs of a kind may be taken now. */
  room(kind: ChannelKind): number;
  /** Names of the providers that a repeated send does not harm. */
  repeatable(): readonly string[];
  send(kind: ChannelKind, job: Extract<Job, { verb: 'send' }>): Promise<SendOutcome>;
  lookUp(kind: ChannelKind, job: Extract<Job, { verb: 'lookUp' }>): Promise<LookUpOutcome>;
  close(): Promise<void>;
}

/** Jobs that one driver works on at a time. */
const CONCURRENCY: Readonly<Record<ChannelKind, number>> = {
  sms: 8,
  whatsapp: 8,
  webhook: 16,
  log: 32,
  email: 8,
  telegram: 8,
  discord: 8,
  slack: 8,
  ntfy: 8,
  pushover: 4,
};
/** Of a kind that has no driver: each is only written down as failed. */
const WITHOUT_DRIVER = 100;
const CIRCUIT = { failures: 5, restMs: 10_000 };

type Answer = SendOutcome | LookUpOutcome;

/**
 * The drivers, each behind its own queue, time limit and circuit breaker: one that hangs or fails delays no other.
 * Nothing waits in these queues for long: no more is claimed than there is room for.
 */
export function createLanes(options: {
  drivers: ReadonlyMap<ChannelKind, ChannelDriver>;
  timeLimitMs: number;
  nowMs: () => number;
  onEvent: (event: PipelineEvent) => void;
}): Lanes {
  const { drivers, nowMs } = options;
  const running = new Map<ChannelKind, number>(CHANNEL_KINDS.map((kind) => [kind, 0]));
  const pipelines = new Map<ChannelKind, Pipeline<Job, Answer>>();
  for (const [kind, driver] of drivers) {
    pipelines.set(
      kind,
      createPipeline<Job, Answer>({
        name: driver.name,
        modules: [moduleOf(driver, nowMs)],
        queueLimit: CONCURRENCY[kind],
        concurrency: CONCURRENCY[kind],
        timeLimitMs: options.timeLimitMs,
        circuit: CIRCUIT,
        countsAsOutage: (failure) => kind !== 'webhook' && OUTAGES.has(failure.code),
        nowMs,
        onEvent: options.onEvent,
      }),
    );
  }

  const submit = async (kind: ChannelKind, job: Job): Promise<Result<Answer>> => {
    const pipeline = pipelines.get(kind);
    if (pipeline === undefined) throw new Error(`no driver for ${kind}`);
    running.set(kind, (running.get(kind) ?? 0) + 1);
    try {
      return await pipeline.submit(job);
    } finally {
      running.set(kind, (running.get(kind) ?? 1) - 1);
    }
  };

  return {
    driver: (kind) => drivers.get(kind),
    room: (kind) => (drivers.has(kind) ? CONCURRENCY[kind] - (running.get(kind) ?? 0) : WITHOUT_DRIVER),
    repeatable: () => [...drivers.values()].filter(({ lookUp }) => lookUp === undefined).map(({ name }) => name),
    async send(kind, job) {
      const result = await submit(kind, job);
      if (!result.ok) return outcomeOfFailure(result.failure, drivers.get(kind)?.lookUp === undefined);
      if (isSendOutcome(result.value)) return result.value;
      throw new Error('a send answered as a look-up');
    },
    async lookUp(kind, job) {
      const result = await submit(kind, job);
      if (!result.ok) return { kind: 'inconclusive', failure: result.failure };
      if (isSendOutcome(result.value)) throw new Error('a look-up answered as a send');
      return result.value;
    },
    async close() {
      await Promise.all([...pipelines.values()].map((pipeline) => pipeline.close()));
    },
  };
}

/** What says that the provider itself is in trouble, rather than one recipient or our settings. */
const OUTAGES: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
  'CHANNEL_UNREACHABLE',
  'CHANNEL_OUTCOME_UNKNOWN',
  'CHANNEL_RATE_LIMITED',
  'MODULE_TIMED_OUT',
  'INTERNAL',
]);

/** Failures that leave a doubt go on as failures, so that the circuit sees them. */
function moduleOf(driver: ChannelDriver, nowMs: () => number) {
  return {
    name: driver.name,
    config: () => ({ ok: true as const, value: { accepts: () => true } }),
    async process(job: Job, { signal }: { signal: AbortSignal }): Promise<Result<Answer>> {
      if (job.verb === 'lookUp') {
        if (driver.lookUp === undefined) throw new Error(`${driver.name} cannot look up`);
        const found = await driver.lookUp({ ...job.request, signal });
        return found.kind === 'inconclusive' ? { ok: false, failure: found.failure } : { ok: true, value: found };
      }
      if (nowMs() > job.notAfterMs) {
        const failure: Failure = { code: 'QUEUE_FULL', detail: 'The claim grew too old before the send began.' };
        return { ok: true, value: { kind: 'deferred', failure } };
      }
      const outcome = await driver.send({ ...job.request, signal });
      return outcome.kind === 'retry' || outcome.kind === 'unknown'
        ? { ok: false, failure: outcome.failure }
        : { ok: true, value: outcome };
    },
    close: () => driver.close(),
  };
}

function isSendOutcome(answer: Answer): answer is SendOutcome {
  return answer.kind !== 'found' && answer.kind !== 'absent' && answer.kind !== 'inconclusive';
}

const NOTHING_TRIED: ReadonlySet<ErrorCode> = new Set<ErrorCode>(['QUEUE_FULL', 'CIRCUIT_OPEN', 'SERVICE_UNAVAILABLE']);
const SURELY_NOT_TAKEN: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
  'CHANNEL_UNREACHABLE',
  'CHANNEL_RATE_LIMITED',
  'CHANNEL_NOT_CONFIGURED',
]);

function outcomeOfFailure(failure: Failure, repeatable: boolean): SendOutcome {
  if (NOTHING_TRIED.has(failure.code)) return { kind: 'deferred', failure };
  return { kind: repeatable || SURELY_NOT_TAKEN.has(failure.code) ? 'retry' : 'unknown', failure };
}
