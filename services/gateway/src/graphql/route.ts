import type { Bus } from '@ubot/bus';
import { ERRORS, LIMITS, OUTCOME_UNKNOWN_HEADER, UbotError } from '@ubot/contracts';
import { asUbotError, requireUser, type HttpApp, type Logger } from '@ubot/service-kit';
import {
  buildSchema,
  getOperationAST,
  GraphQLError,
  MaxIntrospectionDepthRule,
  NoSchemaIntrospectionCustomRule,
  type DocumentNode,
  type GraphQLSchema,
} from 'graphql';
import { mercurius, type IResolvers } from 'mercurius';
import { Type } from 'typebox';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { HealthFor } from '../adminHealth.ts';
import type { CountDear } from '../guards.ts';
import type { Identities } from '../identities.ts';
import type { PhotoStore } from '../photo.ts';
import { answers } from '../problems.ts';
import { API_BASE } from '../relay.ts';
import type { Services } from '../services.ts';
import { tokenOf } from '../sessionCookie.ts';
import type { SocketMeter } from '../socketMetrics.ts';
import { GraphqlBodySchema, type GraphqlBody } from './body.ts';
import { createContext, type GraphqlContext } from './context.ts';
import { costOf, type Limits } from './cost.ts';
import { errorsIn, formatError, type ErrorOptions } from './errors.ts';
import { RESOLVERS } from './resolvers.ts';
import { SCHEMA_TEXT } from './schema/index.ts';
import { addSubscriptions, type Subscriptions } from './subscriptions.ts';
import { parseText } from './text.ts';

const GraphqlAnswerSchema = Type.Object({
  data: Type.Optional(Type.Union([Type.Record(Type.String(), Type.Unknown()), Type.Null()])),
  /** Each with the code of docs/errors.md as `extensions.code`. */
  errors: Type.Optional(Type.Array(Type.Object({ message: Type.String() }))),
});

export interface GraphqlOptions {
  readonly services: Services;
  readonly photos: PhotoStore;
  readonly identities: Identities;
  readonly healthFor: HealthFor;
  readonly countDear: CountDear;
  readonly logger: Logger;
  readonly limits: Limits;
  /** false: nobody can ask for the schema. */
  readonly introspection: boolean;
  readonly bus: Bus;
  readonly nowMs: () => number;
  readonly meter: SocketMeter;
}

/** POST /graphql: the use cases of the REST routes, many in one request; subscriptions at the same address. */
export async function addGraphql(app: HttpApp, options: GraphqlOptions): Promise<Subscriptions> {
  const schema = buildSchema(SCHEMA_TEXT);
  const rules = [MaxIntrospectionDepthRule, ...(options.introspection ? [] : [NoSchemaIntrospectionCustomRule])];
  await app.register(mercurius, {
    schema,
    // What the resolvers hang on is what the schema says; mercurius knows nothing of it.
    resolvers: RESOLVERS as unknown as IResolvers,
    // The route is ours: it looks at a query before anything else does. Nothing is kept, for a text may be 100 KB.
    routes: false,
    cache: false,
    validationRules: rules,
    errorFormatter: (execution, context) => ({
      statusCode: 200,
      response: {
        data: execution.data ?? null,
        errors: (execution.errors ?? []).map((error) =>
          formatError(error, (context as unknown as Carried).errorOptions),
        ),
      } as never,
    }),
  });
  app.post(
    '/graphql',
    {
      bodyLimit: LIMITS.graphqlBodyBytes,
      // Whether a token that may only read is enough depends on the operation.
      config: { readOnly: true },
      schema: {
        summary: 'GraphQL over the same use cases: see docs/api.md',
        tags: ['graphql'],
        body: GraphqlBodySchema,
        response: answers({ 200: GraphqlAnswerSchema }),
      },
    },
    async (request, reply) => run({ schema, options }, { request, reply, body: request.body }),
  );
  return addSubscriptions(app, { ...options, schema, rules });
}

/** What travels with a query besides what its resolvers use. */
type Carried = GraphqlContext & { errorOptions: ErrorOptions };

async function run(
  { schema, options }: { schema: GraphQLSchema; options: GraphqlOptions },
  { request, reply, body }: { request: FastifyRequest; reply: FastifyReply; body: GraphqlBody },
): Promise<unknown> {
  const { services, photos, introspection, limits, logger } = options;
  const onBug = (error: unknown): void => logger.error({ event: 'graphql.failed', requestId: request.id, error });
  const onOutcomeUnknown = (): void => void reply.header(OUTCOME_UNKNOWN_HEADER, 'true');
  const errorOptions = { requestId: request.id, introspection, onBug, onOutcomeUnknown };
  reply.headers({ 'cache-control': 'private, no-store', vary: 'accept-encoding, authorization, cookie' });
  try {
    const document = parseText(body.query);
    const variables = body.variables ?? {};
    costOf({ schema, document, variables, limits });
    const operationName = operationOf(document, body.operationName ?? undefined);
    const identity = requireUser(request);
    const mayChange = await isWriter(options.identities, request);
    const context = createContext({
      services,
      photos,
      identity,
      requestId: request.id,
      mayChange,
      healthFor: options.healthFor,
      countDear: ({ path, weight = 1 }) => options.countDear(request, { url: `${API_BASE}${path}`, weight }),
    });
    const carried: Carried = { ...context, errorOptions };
    return await reply.graphql(body.query, { ...carried }, variables, operationName);
  } catch (thrown) {
    reply.status(statusOf(thrown));
    return { errors: errorsIn(thrown).map((error) => formatError(error, errorOptions)) };
  }
}

/**
 * The name of the operation to run; undefined when there is only one and it is not named.
 *
 * Errors: VALIDATION_FAILED when it is not clear which one, and for a subscription, which needs a socket.
 */
function operationOf(document: DocumentNode, name: string | undefined): string | undefined {
  const operation = getOperationAST(document, name);
  if (!operation) {
    throw new UbotError('VALIDATION_FAILED', 'operationName must name one of the operations of the query.');
  }
  if (operation.operation === 'subscription') {
    throw new UbotError('VALIDATION_FAILED', 'A subscription needs a WebSocket: connect to /graphql.');
  }
  return name;
}

async function isWriter(identities: Identities, request: FastifyRequest): Promise<boolean> {
  const token = tokenOf(request)?.token;
  const asked = token === undefined ? null : await identities.identify(token);
  return asked?.ok === true && asked.value.scope === 'write';
}

function statusOf(thrown: unknown): number {
  const isAboutTheQuery = errorsIn(thrown)[0] instanceof GraphQLError;
  return isAboutTheQuery ? ERRORS.VALIDATION_FAILED.status : asUbotError(thrown).status;
}
