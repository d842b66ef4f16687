import {
  CHANNEL_KINDS,
  kindOfLane,
  type ChannelKind,
  type ChannelLane,
  type ErrorCode,
  type Failure,
  type Result,
} from '@ubot/contracts';
import type { ChannelDriver, LookUpOutcome, LookUpRequest, Picture, SendOutcome, SendRequest } from '@ubot/notify';
import { createPipeline, type Pipeline, type PipelineEvent } from '@ubot/pipeline';
import { createLimits, type Limits } from './limits.ts';

export type Job =
  | {
      readonly verb: 'send';
      readonly request: Omit<SendRequest, 'signal' | 'picture'>;
      /** What goes with the text, asked for once the driver has a place for the message. */
      readonly picture?: () => Promise<Picture | null>;
      /** After this the send must not begin: the claim is too old to be sure that it is still ours. */
      readonly notAfterMs: number;
    }
  | { readonly verb: 'lookUp'; readonly request: Omit<LookUpRequest, 'signal'> };

export interface Lanes {
  /** All that notifications are claimed for: each kind, and each module by itself. */
  names(): readonly ChannelLane[];
  driver(kind: ChannelLane): ChannelDriver | undefined;
  /** How many more messages of a kind may be claimed now: by the driver's places, its circuit and its sender's rate. */
  room(kind: ChannelLane): number;
  /** When there is room again by itself; null: when a message that is under way has ended. */
  roomAtMs(kind: ChannelLane): number | null;
  readonly limits: Limits;
  /** Drivers whose circuit is open: they have failed too often and are tried once in a while. */
  resting(): readonly ChannelLane[];
  /** Names of the providers that a repeated send does not harm. */
  repeatable(): readonly string[];
  send(kind: ChannelLane, job: Extract<Job, { verb: 'send' }>): Promise<SendOutcome>;
  lookUp(kind: ChannelLane, job: Extract<Job, { verb: 'lookUp' }>): Promise<LookUpOutcome>;
  close(): Promise<void>;
}

/** Messages that one driver works on at a time. */
export type Concurrency = Readonly<Record<ChannelKind, number>>;

/**
 * A third of a second is a usual answer, so that 32 places make a hundred a second. Mail servers and Pushover ask for few
 * connections.
 */
export const CONCURRENCY: Concurrency = {
  sms: 32,
  whatsapp: 32,
  // Calls go out one a second.
  voice: 4,
  webhook: 64,
  log: 64,
  email: 8,
  telegram: 32,
  discord: 32,
  slack: 32,
  ntfy: 16,
  pushover: 4,
  module: 8,
  web_push: 32,
};

const kindOf = (lane: ChannelLane): ChannelKind => kindOfLane(lane) ?? 'module';
/** Of a kind that has no driver: each is only written down as failed. */
const WITHOUT_DRIVER = 100;
const CIRCUIT = { failures: 5, restMs: 10_000 };
/** Look-ups come beside the messages that there was room for. */
const LOOK_UPS_BESIDE = 16;

type Answer = SendOutcome | LookUpOutcome;

/**
 * The drivers, each behind its own queue, time limit and circuit breaker: one that hangs or fails delays no other.
 * Nothing waits in these queues for long: no more is claimed than there is room for.
 */
export function createLanes(options: {
  drivers: ReadonlyMap<ChannelLane, ChannelDriver>;
  timeLimitMs: number;
  /** Of single lanes, where they have one of their own; never longer than that of all. */
  timeLimits?: ReadonlyMap<ChannelLane, number>;
  /** Modules that users have channels of and that are not here: their notifications are ended, not left behind. */
  missing?: readonly ChannelLane[];
  nowMs: () => number;
  concurrency?: Concurrency;
  /** Without them nothing is limited. */
  limits?: Limits;
  onEvent: (event: PipelineEvent) => void;
}): Lanes {
  const { drivers, nowMs, concurrency = CONCURRENCY } = options;
  const limits = options.limits ?? createLimits({ rules: { senders: {}, targets: {} }, nowMs });
  const running = new Map<ChannelLane, number>();
  const pipelines = new Map<ChannelLane, Pipeline<Job, Answer>>();
  const restUntilMs = new Map<ChannelLane, number>();
  const onEvent = (kind: ChannelLane, event: PipelineEvent): void => {
    if (event.event === 'module.circuit-opened') restUntilMs.set(kind, nowMs() + event.restMs);
    if (event.event === 'module.circuit-closed') restUntilMs.delete(kind);
    options.onEvent(event);
  };
  for (const [kind, driver] of drivers) {
    pipelines.set(
      kind,
      createPipeline<Job, Answer>({
        name: driver.name,
        modules: [moduleOf(driver, nowMs)],
        queueLimit: concurrency[kindOf(kind)] + LOOK_UPS_BESIDE,
        concurrency: concurrency[kindOf(kind)],
        timeLimitMs: Math.min(options.timeLimitMs, options.timeLimits?.get(kind) ?? Infinity),
        circuit: CIRCUIT,
        countsAsOutage: (failure) => kind !== 'webhook' && OUTAGES.has(failure.code),
        nowMs,
        onEvent: (event) => onEvent(kind, event),
      }),
    );
  }

  const submit = async (kind: ChannelLane, job: Job): Promise<Result<Answer>> => {
    const pipeline = pipelines.get(kind);
    if (pipeline === undefined) throw new Error(`no driver for ${kind}`);
    running.set(kind, (running.get(kind) ?? 0) + 1);
    try {
      return await pipeline.submit(job);
    } finally {
      running.set(kind, (running.get(kind) ?? 1) - 1);
    }
  };

  /** A rested driver is tried with one message before it gets more. */
  const placesOf = (kind: ChannelLane): number => {
    const untilMs = restUntilMs.get(kind);
    if (untilMs === undefined) return concurrency[kindOf(kind)];
    return nowMs() >= untilMs ? 1 : 0;
  };

  const names = new Set<ChannelLane>([...CHANNEL_KINDS, ...drivers.keys(), ...(options.missing ?? [])]);
  // Every module is a lane of its own.
  names.delete('module');

  return {
    names: () => [...names],
    limits,
    driver: (kind) => drivers.get(kind),
    room(kind) {
      if (!drivers.has(kind)) return WITHOUT_DRIVER;
      return Math.max(0, Math.min(placesOf(kind) - (running.get(kind) ?? 0), limits.senderRoom(kindOf(kind))));
    },
    roomAtMs(kind) {
      const now = nowMs();
      const atMs = Math.max(restUntilMs.get(kind) ?? 0, limits.senderFreeAtMs(kindOf(kind)));
      return atMs > now ? atMs : null;
    },
    resting: () => [...restUntilMs.keys()],
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
  'MODULE_ENDED',
  'MODULE_ANSWER_INVALID',
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
      const picture = (await job.picture?.()) ?? null;
      if (nowMs() > job.notAfterMs) {
        const failure: Failure = { code: 'QUEUE_FULL', detail: 'The claim grew too old before the send began.' };
        return { ok: true, value: { kind: 'deferred', failure } };
      }
      const outcome = await driver.send({ ...job.request, picture, signal });
      return outcome.kind === 'retry' || outcome.kind === 'unknown'
        ? { ok: false, failure: outcome.failure }
        : { ok: true, value: outcome };
    },
    close: () => driver.close(),
  };
}

const FOUND_OUT: ReadonlySet<Answer['kind']> = new Set(['found', 'absent', 'inconclusive', 'cannot_be_asked']);

function isSendOutcome(answer: Answer): answer is SendOutcome {
  return !FOUND_OUT.has(answer.kind);
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
