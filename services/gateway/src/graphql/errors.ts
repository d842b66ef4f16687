import { UbotError } from '@ubot/contracts';
import { asUbotError, problemOf } from '@ubot/service-kit';
import { GraphQLError, type GraphQLFormattedError } from 'graphql';

export interface ErrorOptions {
  readonly requestId: string;
  /** false: nobody is helped to guess the names of a schema that is not shown. */
  readonly introspection: boolean;
  /** What is nobody's expected failure, to the log. */
  onBug(error: unknown): void;
  /** Something that was asked for may have been done all the same. */
  onOutcomeUnknown?(): void;
}

/**
 * A failure as GraphQL clients read it, with what the problem+json body of the same failure has: `message` is its
 * detail, `extensions` hold its code, request id and particulars.
 */
export function formatError(thrown: unknown, options: ErrorOptions): GraphQLFormattedError {
  const error = codedError(thrown);
  if (error.code === 'INTERNAL') options.onBug(error.cause ?? error);
  if (error.outcomeUnknown) options.onOutcomeUnknown?.();
  const { code, requestId, errors, detail } = problemOf(error, options.requestId);
  const { locations, path } = thrown instanceof GraphQLError ? thrown : {};
  return {
    message: options.introspection ? detail : detail.replace(/ Did you mean .*\?$/, ''),
    ...(locations !== undefined && { locations }),
    ...(path !== undefined && { path }),
    extensions: {
      code,
      requestId,
      ...(errors !== undefined && { errors }),
      ...(error.retryAfterMs !== undefined && { retryAfterMs: error.retryAfterMs }),
    },
  };
}

function codedError(thrown: unknown): UbotError {
  if (!(thrown instanceof GraphQLError)) return asUbotError(thrown);
  if (thrown.originalError instanceof UbotError) return thrown.originalError;
  // Without a path it is about the query itself: its grammar, its names, its variables.
  if (thrown.path === undefined) return new UbotError('VALIDATION_FAILED', thrown.message);
  return asUbotError(thrown.originalError ?? thrown);
}

/** What is wrong with a query is thrown as one error that holds them all. */
export function errorsIn(thrown: unknown): readonly unknown[] {
  const held = typeof thrown === 'object' && thrown !== null && 'errors' in thrown ? thrown.errors : undefined;
  return Array.isArray(held) && held.length > 0 ? held : [thrown];
}
