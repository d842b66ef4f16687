import { ERRORS, LIMITS, UbotError } from '@ubot/contracts';
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
import { Type, type Static } from 'typebox';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Identities } from '../identities.ts';
import type { PhotoStore } from '../photo.ts';
import { answers } from '../problems.ts';
import type { Services } from '../services.ts';
import { tokenOf } from '../sessionCookie.ts';
import { createContext, type GraphqlContext } from './context.ts';
import { costOf, type Limits } from './cost.ts';
import { formatError, type ErrorOptions } from './errors.ts';
import { RESOLVERS } from './resolvers.ts';
import { SCHEMA_TEXT } from './schema/index.ts';
import { parseText } from './text.ts';

export const GRAPHQL_PATH = '/graphql';

const GraphqlBodySchema = Type.Object(
  {
    query: Type.String({ minLength: 1, maxLength: LIMITS.graphqlQueryChars }),
    operationName: Type.Optional(Type.Union([Type.String({ maxLength: 200 }), Type.Null()])),
    variables: Type.Optional(Type.Union([Type.Record(Type.String(), Type.Unknown()), Type.Null()])),
    /** What some clients send along; nothing in it is read. */
    extensions: Type.Optional(Type.Union([Type.Record(Type.String(), Type.Unknown()), Type.Null()])),
  },
  { additionalProperties: false },
);
type GraphqlBody = Static<typeof GraphqlBodySchema>;

const GraphqlAnswerSchema = Type.Object({
  data: Type.Optional(Type.Union([Type.Record(Type.String(), Type.Unknown()), Type.Null()])),
  /** Each with the code of docs/errors.md as `extensions.code`. */
  errors: Type.Optional(Type.Array(Type.Object({ message: Type.String() }))),
});

export interface GraphqlOptions {
  readonly services: Services;
  readonly photos: PhotoStore;
  readonly identities: Identities;
  readonly logger: Logger;
  readonly limits: Limits;
  /** false: nobody can ask for the schema. */
  readonly introspection: boolean;
}

/** POST /graphql: the use cases of the REST routes, many in one request. There is no GET, no batch, no page. */
export async function addGraphql(app: HttpApp, options: GraphqlOptions): Promise<{ schema: GraphQLSchema }> {
  const schema = buildSchema(SCHEMA_TEXT);
  await app.register(mercurius, {
    schema,
    // What the resolvers hang on is what the schema says; mercurius knows nothing of it.
    resolvers: RESOLVERS as unknown as IResolvers,
    // The route is ours: it looks at a query before anything else does. Nothing is kept, for a text may be 100 KB.
    routes: false,
    cache: false,
    validationRules: [MaxIntrospectionDepthRule, ...(options.introspection ? [] : [NoSchemaIntrospectionCustomRule])],
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
    GRAPHQL_PATH,
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
  return { schema };
}

/** What travels with a query besides what its resolvers use. */
type Carried = GraphqlContext & { errorOptions: ErrorOptions };

async function run(
  { schema, options }: { schema: GraphQLSchema; options: GraphqlOptions },
  { request, reply, body }: { request: FastifyRequest; reply: FastifyReply; body: GraphqlBody },
): Promise<unknown> {
  const { services, photos, introspection, limits, logger } = options;
  const onBug = (error: unknown): void => logger.error({ event: 'graphql.failed', requestId: request.id, error });
  const errorOptions = { requestId: request.id, introspection, onBug };
  reply.headers({ 'cache-control': 'private, no-store', vary: 'accept-encoding, authorization, cookie' });
  try {
    const document = parseText(body.query);
    const variables = body.variables ?? {};
    costOf({ schema, document, variables, limits });
    const operationName = operationOf(document, body.operationName ?? undefined);
    const identity = requireUser(request);
    const mayChange = await isWriter(options.identities, request);
    const context = createContext({ services, photos, identity, requestId: request.id, mayChange, keep: true });
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

/** mercurius throws what is wrong with a query as one error that holds them all. */
function errorsIn(thrown: unknown): readonly unknown[] {
  const held = typeof thrown === 'object' && thrown !== null && 'errors' in thrown ? thrown.errors : undefined;
  return Array.isArray(held) && held.length > 0 ? held : [thrown];
}

function statusOf(thrown: unknown): number {
  const isAboutTheQuery = errorsIn(thrown)[0] instanceof GraphQLError;
  return isAboutTheQuery ? ERRORS.VALIDATION_FAILED.status : asUbotError(thrown).status;
}
