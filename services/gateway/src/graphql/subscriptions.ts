import type { Bus } from '@ubot/bus';
import { UbotError } from '@ubot/contracts';
import type { HttpApp, Logger } from '@ubot/service-kit';
import type { FastifyRequest } from 'fastify';
import {
  getOperationAST,
  specifiedRules,
  subscribe,
  validate,
  type ExecutionResult,
  type GraphQLSchema,
  type ValidationRule,
} from 'graphql';
import type { Identities } from '../identities.ts';
import { createAlertWakes } from '../live/alertWakes.ts';
import type { PhotoStore } from '../photo.ts';
import type { Services } from '../services.ts';
import { tokenOf } from '../sessionCookie.ts';
import type { SocketMeter } from '../socketMetrics.ts';
import type { GraphqlBody } from './body.ts';
import { createGraphqlConnections } from './connections.ts';
import { createReadContext } from './context.ts';
import { costOf, type Limits } from './cost.ts';
import { errorsIn, formatError } from './errors.ts';
import type { User } from './socket.ts';
import { addStreams } from './streams.ts';
import { parseText } from './text.ts';

export interface SubscriptionOptions {
  readonly schema: GraphQLSchema;
  /** Beyond those of the language. */
  readonly rules: readonly ValidationRule[];
  readonly services: Services;
  readonly photos: PhotoStore;
  readonly identities: Identities;
  readonly bus: Bus;
  readonly logger: Logger;
  readonly nowMs: () => number;
  readonly limits: Limits;
  readonly introspection: boolean;
  readonly meter: SocketMeter;
}

export interface Subscriptions {
  /** A user's sessions have changed; '' means that anybody's may have. */
  recheckUser(userId: string): void;
  close(): Promise<void>;
}

/**
 * The WebSocket at /graphql. mercurius has one too, but it queues what a reader does not take without a limit, and takes
 * any number of subscriptions; here a reader holds one event, and the ledger and the photo hold the rest.
 */
export function addSubscriptions(app: HttpApp, options: SubscriptionOptions): Subscriptions {
  const { services, photos, bus, logger, identities, nowMs, introspection, meter } = options;
  const wakes = createAlertWakes({ bus, notifier: services.notifier, logger });
  const connections = createGraphqlConnections(logger);
  addStreams(options.schema, { services, photos, busOf: wakes.busOf, logger, meter });

  // A cookie that another site's page brought along was refused before it came here.
  app.get('/graphql', { websocket: true, config: { open: true }, schema: { hide: true } }, (socket, request) => {
    const onBug = (error: unknown): void => logger.error({ event: 'graphql.failed', requestId: request.id, error });
    const format = (thrown: unknown) => formatError(thrown, { requestId: request.id, introspection, onBug });
    connections.accept(socket, tokenOf(request)?.token ?? null, {
      identities,
      nowMs,
      meter,
      errorsOf: (thrown) => errorsIn(thrown).map(format),
      payloadOf: (event) =>
        event.errors === undefined ? event : { ...event, errors: event.errors.map((error) => format(error)) },
      subscribe: (body, identity) => start(options, { body, identity, request }),
    });
  });
  return {
    recheckUser: connections.recheckUser,
    async close() {
      connections.close();
      await wakes.close();
    },
  };
}

async function start(
  options: SubscriptionOptions,
  { body, identity, request }: { body: GraphqlBody; identity: User; request: FastifyRequest },
): Promise<AsyncGenerator<ExecutionResult, void, void>> {
  const { schema, services, photos, limits } = options;
  const document = parseText(body.query);
  const variableValues = body.variables ?? {};
  costOf({ schema, document, variables: variableValues, limits });
  const mistakes = validate(schema, document, [...specifiedRules, ...options.rules]);
  if (mistakes.length > 0) throw new AggregateError(mistakes);
  const operation = getOperationAST(document, body.operationName ?? undefined);
  if (operation?.operation !== 'subscription') {
    throw new UbotError('VALIDATION_FAILED', 'Over a WebSocket there are subscriptions: POST the others to /graphql.');
  }
  const subscribed = await subscribe({
    schema,
    document,
    variableValues,
    operationName: operation.name?.value ?? null,
    // It lives too long to remember what it has read.
    contextValue: createReadContext({ services, photos, identity, requestId: request.id, keep: false }),
  });
  if ('errors' in subscribed) throw new AggregateError(subscribed.errors ?? []);
  return subscribed as AsyncGenerator<ExecutionResult, void, void>;
}
