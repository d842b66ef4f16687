/**
 * The one registry of failures. A code is never renamed; `docs/errors.md` lists exactly these, and a check holds the
 * two together. `status` is the HTTP status at the gateway, `sentence` is shown to people as it stands.
 */
export const ERRORS = {
  // The request itself
  VALIDATION_FAILED: { status: 400, retryable: false, sentence: 'The request does not have the expected shape.' },
  BODY_NOT_JSON: { status: 400, retryable: false, sentence: 'The body is not valid JSON.' },
  BODY_TOO_LARGE: { status: 413, retryable: false, sentence: 'The body is larger than this route accepts.' },
  HEADERS_TOO_LARGE: { status: 431, retryable: false, sentence: 'The head of the request is larger than we accept.' },
  REQUEST_TOO_SLOW: { status: 408, retryable: true, sentence: 'The request did not arrive whole in time.' },
  MEDIA_TYPE_UNSUPPORTED: { status: 415, retryable: false, sentence: 'This route does not accept that content type.' },
  ROUTE_NOT_FOUND: { status: 404, retryable: false, sentence: 'There is nothing at this address.' },
  NOT_FOUND: { status: 404, retryable: false, sentence: 'There is no such thing, or it is not yours.' },
  CONFLICT: { status: 409, retryable: false, sentence: 'Something with these properties already exists.' },
  LIMIT_REACHED: { status: 409, retryable: false, sentence: 'You have as many of these as your account allows.' },
  QUOTA_STRATEGIES: { status: 409, retryable: false, sentence: 'You have as many strategies as your account allows.' },
  QUOTA_ALL_COIN_STRATEGIES: {
    status: 409,
    retryable: false,
    sentence: 'You have as many strategies over all coins as your account allows.',
  },
  COIN_UNKNOWN: { status: 422, retryable: false, sentence: 'The list names a coin that the market does not have.' },
  DECISION_IN_FUTURE: {
    status: 400,
    retryable: false,
    sentence: 'That time has not come yet; ask about now or the past.',
  },
  GRAPHQL_TOO_COMPLEX: {
    status: 400,
    retryable: false,
    sentence: 'The query is too deep, too long or asks for too much at once.',
  },
  RATE_LIMITED: { status: 429, retryable: true, sentence: 'Too many requests; try again a little later.' },
  IDEMPOTENCY_KEY_REUSED: {
    status: 422,
    retryable: false,
    sentence: 'This Idempotency-Key came with another request before; take a new one.',
  },
  IDEMPOTENCY_IN_PROGRESS: {
    status: 409,
    retryable: true,
    sentence: 'The first request with this Idempotency-Key is still under way.',
  },
  IDEMPOTENCY_OUTCOME_UNKNOWN: {
    status: 409,
    retryable: false,
    sentence:
      'The first request with this Idempotency-Key broke off and may have been done; look, then take a new key.',
  },
  // Who asks
  UNAUTHENTICATED: {
    status: 401,
    retryable: false,
    sentence: 'Sign in first: the token is missing, wrong or expired.',
  },
  FORBIDDEN: { status: 403, retryable: false, sentence: 'Your account may not do this.' },
  SIGN_IN_FAILED: { status: 401, retryable: false, sentence: 'The e-mail address and the password do not match.' },
  PASSWORD_CHANGE_REQUIRED: {
    status: 403,
    retryable: false,
    sentence: 'This password works once: sign in again with a newPassword of your own beside it.',
  },
  EMAIL_NOT_VERIFIED: {
    status: 403,
    retryable: false,
    sentence: 'Open the link that was sent to your address first; another one can be asked for.',
  },
  ACCOUNT_DISABLED: { status: 403, retryable: false, sentence: 'This account has been switched off by the operator.' },
  PASSWORD_WRONG: { status: 403, retryable: false, sentence: 'That is not your password.' },
  SECOND_FACTOR_FAILED: { status: 401, retryable: false, sentence: 'That code is wrong, or it has been used.' },
  SIGN_UP_CLOSED: { status: 403, retryable: false, sentence: 'New accounts are made by invitation, or not at all.' },
  LINK_INVALID: { status: 400, retryable: false, sentence: 'This link is wrong, too old, or has been used.' },
  SESSION_REQUIRED: {
    status: 403,
    retryable: false,
    sentence: 'This needs you to be signed in; a token for machines will not do.',
  },
  TOKEN_READ_ONLY: { status: 403, retryable: false, sentence: 'This token may read but not change anything.' },
  CROSS_SITE: { status: 403, retryable: false, sentence: 'The request came from another site.' },
  ISSUER_FAILED: { status: 401, retryable: false, sentence: 'The sign-in at the other provider did not succeed.' },
  LAST_OPERATOR: { status: 409, retryable: false, sentence: 'Somebody has to remain who can run the place.' },
  // The state of the house
  INTERNAL: { status: 500, retryable: true, sentence: 'Something went wrong on our side; it has been logged.' },
  SERVICE_UNAVAILABLE: { status: 503, retryable: true, sentence: 'A part of uBot is not reachable right now.' },
  ANSWER_TOO_SLOW: { status: 504, retryable: true, sentence: 'uBot did not finish this in time.' },
  DATABASE_UNAVAILABLE: { status: 503, retryable: true, sentence: 'The database is not reachable right now.' },
  NOT_READY: { status: 503, retryable: true, sentence: 'uBot is still starting.' },
  NO_SNAPSHOT_YET: { status: 503, retryable: true, sentence: 'No market snapshot has been taken yet.' },
  CONFIG_INVALID: { status: 500, retryable: false, sentence: 'A setting has a value that cannot be used.' },
  MIGRATION_FAILED: { status: 500, retryable: false, sentence: 'The database could not be brought to this version.' },
  // Snapshots
  SNAPSHOT_INVALID: { status: 400, retryable: false, sentence: 'The snapshot does not have the expected shape.' },
  SNAPSHOT_OUT_OF_ORDER: {
    status: 409,
    retryable: false,
    sentence: 'A snapshot of this time or a later one has been taken already.',
  },
  // Conditions (LANGUAGE.md)
  CONDITION_SYNTAX: { status: 422, retryable: false, sentence: 'The condition cannot be read.' },
  CONDITION_UNKNOWN_NAME: { status: 422, retryable: false, sentence: 'The condition uses a name that does not exist.' },
  CONDITION_ARITY: { status: 422, retryable: false, sentence: 'A function has too many or too few parameters.' },
  CONDITION_PARAM_RANGE: { status: 422, retryable: false, sentence: 'A parameter is outside its allowed range.' },
  CONDITION_TYPE: {
    status: 422,
    retryable: false,
    sentence: 'A number stands where a yes/no is wanted, or the other way round.',
  },
  CONDITION_UNKNOWN_OUTPUT: { status: 422, retryable: false, sentence: 'The indicator has no output of that name.' },
  CONDITION_LIMIT: { status: 422, retryable: false, sentence: 'The condition is too long, too deep or too costly.' },
  CONDITION_AMBIGUOUS_COIN: {
    status: 422,
    retryable: false,
    sentence: 'The condition names a coin by a symbol, which several coins may share.',
  },
  CONDITION_SERIES_UNAVAILABLE: {
    status: 422,
    retryable: false,
    sentence: 'The condition reads a series that the source of prices does not have.',
  },
  TEMPLATE_UNKNOWN_PLACEHOLDER: {
    status: 422,
    retryable: false,
    sentence: 'The message names a placeholder that does not exist.',
  },
  TEMPLATE_SYNTAX: { status: 422, retryable: false, sentence: 'A placeholder of the message is empty or not closed.' },
  STRATEGY_INVALID: { status: 422, retryable: false, sentence: 'The strategy has mistakes; each is listed.' },
  PREVIEW_SUPERSEDED: {
    status: 409,
    retryable: false,
    sentence: 'A newer preview of yours has taken the place of this one.',
  },
  STRATEGY_WATCHLIST_UNKNOWN: {
    status: 422,
    retryable: false,
    sentence: 'The strategy names a watchlist that is not yours.',
  },
  WATCHLIST_IN_USE: {
    status: 409,
    retryable: false,
    sentence: 'A strategy watches this list; give it other coins first.',
  },
  STRATEGY_CHANNEL_UNKNOWN: {
    status: 422,
    retryable: false,
    sentence: 'The strategy names a channel that is not yours.',
  },
  // Indicators
  INDICATOR_UNKNOWN: { status: 422, retryable: false, sentence: 'There is no indicator of that name.' },
  INDICATOR_PARAM_OUT_OF_RANGE: {
    status: 422,
    retryable: false,
    sentence: 'An indicator parameter is outside its range.',
  },
  // Sources
  SOURCE_KEY_REFUSED: { status: 502, retryable: false, sentence: 'The source does not accept the API key.' },
  SOURCE_PLAN_REFUSED: {
    status: 502,
    retryable: false,
    sentence: 'The plan of the API key does not include this call.',
  },
  SOURCE_RATE_LIMITED: { status: 502, retryable: true, sentence: 'The source asks us to slow down.' },
  SOURCE_ALLOWANCE_SPENT: { status: 502, retryable: true, sentence: 'The credits of this period are used up.' },
  SOURCE_BAD_REQUEST: { status: 502, retryable: false, sentence: 'The source did not understand the request.' },
  SOURCE_UNREACHABLE: { status: 502, retryable: true, sentence: 'The source could not be reached.' },
  SOURCE_TIMEOUT: { status: 502, retryable: true, sentence: 'The source did not answer in time.' },
  SOURCE_FAILED: { status: 502, retryable: true, sentence: 'The source reported an error of its own.' },
  SOURCE_ANSWER_INVALID: { status: 502, retryable: true, sentence: 'The answer of the source could not be read.' },
  SOURCE_GONE: { status: 502, retryable: false, sentence: 'The address of the source no longer exists.' },
  SOURCE_SCHEDULE_UNPAYABLE: {
    status: 502,
    retryable: false,
    sentence: 'The plan does not pay for the configured schedule.',
  },
  // Channels and delivery
  CHANNEL_TARGET_INVALID: { status: 422, retryable: false, sentence: 'The address of the channel is not valid.' },
  CHANNEL_REFUSED: { status: 502, retryable: false, sentence: 'The provider refuses this message for good.' },
  CHANNEL_RATE_LIMITED: { status: 502, retryable: true, sentence: 'The provider asks us to slow down.' },
  CHANNEL_UNREACHABLE: { status: 502, retryable: true, sentence: 'The provider could not be reached.' },
  CHANNEL_OUTCOME_UNKNOWN: {
    status: 502,
    retryable: true,
    sentence: 'The provider did not say whether it took the message; it is looked up.',
  },
  CHANNEL_NOT_CONFIGURED: {
    status: 422,
    retryable: false,
    sentence: 'The operator has not configured this kind of channel.',
  },
  CHANNEL_GONE: { status: 422, retryable: false, sentence: 'The channel was deleted or switched off.' },
  CHANNEL_OPTED_OUT: {
    status: 409,
    retryable: false,
    sentence: 'STOP was written from this number: START has to be written from it first.',
  },
  CHANNEL_UNVERIFIED: {
    status: 422,
    retryable: false,
    sentence: 'The channel has not been shown to be yours yet, so no alert goes there.',
  },
  OVER_CAP: { status: 409, retryable: false, sentence: 'A cap on messages or on what they cost has been reached.' },
  VERIFICATION_SENDS_SPENT: {
    status: 429,
    retryable: true,
    sentence: 'Too many codes have been sent there; wait a little.',
  },
  VERIFICATION_CHECKS_SPENT: {
    status: 429,
    retryable: true,
    sentence: 'Too many codes have been tried; wait a little.',
  },
  VERIFICATION_EXPIRED: { status: 422, retryable: false, sentence: 'No code is waiting; ask for a new one.' },
  VERIFICATION_CODE_WRONG: { status: 422, retryable: false, sentence: 'This is not the code.' },
  VERIFICATION_NOT_ECHOED: {
    status: 422,
    retryable: false,
    sentence: 'The webhook did not send the challenge back.',
  },
  CALLBACK_SIGNATURE_INVALID: {
    status: 403,
    retryable: false,
    sentence: 'The callback is not signed by the provider.',
  },
  // Modules and pipelines
  QUEUE_FULL: { status: 503, retryable: true, sentence: 'A queue is full; the item was not taken.' },
  MODULE_TIMED_OUT: { status: 503, retryable: true, sentence: 'A module did not finish in its time.' },
  CIRCUIT_OPEN: { status: 503, retryable: true, sentence: 'A module failed too often and is resting.' },
  MODULE_ENDED: {
    status: 503,
    retryable: true,
    sentence: 'A module had to be ended while it had this item; nobody knows how far it came.',
  },
  MODULE_ANSWER_INVALID: { status: 502, retryable: true, sentence: 'The answer of a module could not be read.' },
  ITEM_NOT_ACCEPTED: { status: 422, retryable: false, sentence: 'No module accepts this item.' },
  // Files given to the command line
  CSV_INVALID: { status: 400, retryable: false, sentence: 'The candle file cannot be read.' },
  // Embedded PostgreSQL
  POSTGRES_START_FAILED: { status: 500, retryable: true, sentence: 'The embedded PostgreSQL could not be started.' },
  POSTGRES_PLATFORM_UNSUPPORTED: {
    status: 500,
    retryable: false,
    sentence: 'There is no embedded PostgreSQL for this platform; set DATABASE_URL.',
  },
} as const;

export type ErrorCode = keyof typeof ERRORS;

/** An expected failure as a value. `detail` is for people; it never holds a secret. */
export interface Failure {
  readonly code: ErrorCode;
  readonly detail: string;
  readonly retryAfterMs?: number;
  /** What was asked for may have been done all the same: the connection broke after it had been asked for. */
  readonly outcomeUnknown?: true;
}

/** The header of an answer that says so. */
export const OUTCOME_UNKNOWN_HEADER = 'outcome-unknown';

export type Result<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly failure: Failure };

/** Carries a failure through code that can only throw (Fastify handlers, start-up). */
export class UbotError extends Error {
  readonly code: ErrorCode;
  readonly retryAfterMs: number | undefined;
  /** Machine-readable particulars for the problem body, such as diagnostics. */
  readonly particulars: Readonly<Record<string, unknown>> | undefined;
  /** As of a Failure. */
  readonly outcomeUnknown: boolean;

  constructor(
    code: ErrorCode,
    detail?: string,
    options: {
      cause?: unknown;
      retryAfterMs?: number;
      particulars?: Readonly<Record<string, unknown>>;
      outcomeUnknown?: boolean;
    } = {},
  ) {
    super(detail ?? ERRORS[code].sentence, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = 'UbotError';
    this.code = code;
    this.retryAfterMs = options.retryAfterMs;
    this.particulars = options.particulars;
    this.outcomeUnknown = options.outcomeUnknown ?? false;
  }

  get status(): number {
    return ERRORS[this.code].status;
  }

  toFailure(): Failure {
    return {
      code: this.code,
      detail: this.message,
      ...(this.retryAfterMs !== undefined && { retryAfterMs: this.retryAfterMs }),
      ...(this.outcomeUnknown && { outcomeUnknown: true }),
    };
  }
}
