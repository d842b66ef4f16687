import type { ErrorCode, Failure, Result } from '@ubot/contracts';

// Two type parameters, against the house rule of one: what goes in and what comes out are the two halves of a module.

/**
 * What an operator plugs in: it handles one kind of item. A module shares nothing with the others and may do its worst
 * (hang, throw, answer late): its pipeline keeps that from the rest.
 */
export interface Module<Item, Outcome> {
  readonly name: string;
  /** Checks the module's options and says what it can handle. Asked once, when its pipeline is made. */
  config(): Result<Handles<Item>>;
  /** Handles one item, or declines it. The signal ends it: at its time limit, or when the item is withdrawn. */
  process(item: Item, context: ProcessContext): Promise<Answer<Outcome>>;
  /** Called once, after the last item. */
  close?(): Promise<void>;
}

export interface Handles<Item> {
  /** Whether an item is for the module. Cheap and free of side effects: it is asked for every item. */
  accepts(item: Item): boolean;
}

/** "Not for me after all": the item goes on to the next module that accepts it. */
export const DECLINED = { ok: false, declined: true } as const;
export type Answer<Outcome> = Result<Outcome> | typeof DECLINED;

export interface ProcessContext {
  readonly signal: AbortSignal;
}

export interface CircuitOptions {
  /** So many failures in a row open the circuit. */
  readonly failures: number;
  /** How long a module rests before one item tries it again. */
  readonly restMs: number;
}

/** What happened behind the door, for logs and counters; never the item itself. */
export type PipelineEvent =
  | { readonly event: 'module.threw'; readonly module: string; readonly detail: string }
  | { readonly event: 'module.timed-out'; readonly module: string; readonly timeLimitMs: number }
  | { readonly event: 'module.circuit-opened'; readonly module: string; readonly restMs: number }
  | { readonly event: 'module.circuit-closed'; readonly module: string };

/** A module as its referee sees it. */
export interface Candidate<Item> {
  readonly name: string;
  accepts(item: Item): boolean;
}

/**
 * Decides who gets an item: the modules in the order in which they are offered it, until one does not decline. It gets
 * them in the order of the pipeline, by their names.
 */
export type Referee<Item> = (item: Item, modules: ReadonlyMap<string, Candidate<Item>>) => Iterable<Candidate<Item>>;

export interface PipelineOptions<Item, Outcome> {
  readonly name: string;
  /** Each under a name of its own. */
  readonly modules: readonly Module<Item, Outcome>[];
  /** Without one, an item is offered to the modules that accept it, in their order. */
  readonly referee?: Referee<Item>;
  /** Gets what no module takes. Without one such an item is answered ITEM_NOT_ACCEPTED. */
  readonly errorModule?: Module<Item, Outcome>;
  /** Items that may wait for one module; every module has its own queue. */
  readonly queueLimit: number;
  /** Items that one module handles at a time. */
  readonly concurrency: number;
  /** From the start of an item's handling to MODULE_TIMED_OUT. */
  readonly timeLimitMs: number;
  readonly circuit: CircuitOptions;
  /** Which failures count towards the circuit; by default those whose code the registry calls retryable. */
  readonly countsAsOutage?: (failure: Failure) => boolean;
  readonly nowMs: () => number;
  readonly onEvent?: (event: PipelineEvent) => void;
}

export interface Pipeline<Item, Outcome> extends Module<Item, Outcome> {
  /** Never rejects: every end of an item is a result. */
  submit(item: Item): Promise<Result<Outcome>>;
  /** Takes no more items, handles those it has, then closes its modules in reverse order. */
  close(): Promise<void>;
  state(): readonly ModuleState[];
}

export interface ModuleState {
  readonly module: string;
  readonly waiting: number;
  readonly running: number;
  readonly circuit: 'closed' | 'open' | 'trying';
}

export function failed(code: ErrorCode, detail: string, retryAfterMs?: number): { ok: false; failure: Failure } {
  return { ok: false, failure: { code, detail, ...(retryAfterMs !== undefined && { retryAfterMs }) } };
}

export function isDeclined(answer: object): answer is typeof DECLINED {
  return 'declined' in answer;
}
