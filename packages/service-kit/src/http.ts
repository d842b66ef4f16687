import type { IncomingMessage, ServerResponse } from 'node:http';
import { OUTCOME_UNKNOWN_HEADER, UbotError } from '@ubot/contracts';
import {
  fastify,
  LogController,
  type FastifyBaseLogger,
  type FastifyReply,
  type FastifyRequest,
  type RawServerDefault,
} from 'fastify';
import { Registry } from 'prom-client';
import { Type } from 'typebox';
import { parseJsonBody } from './body.ts';
import type { HttpApp, TypeBoxProvider } from './httpApp.ts';
import { newId } from './id.ts';
import type { Logger } from './logger.ts';
import { measureRequests } from './metrics.ts';
import { asUbotError, PROBLEM_HEADERS, PROBLEM_MEDIA_TYPE, problemOf } from './problem.ts';
import { isStorableText, readTextValues, schemaIssues, validationError } from './schema.ts';
import {
  ANSWER_LIMIT_MS,
  answerClientError,
  CLIENT_TIMES,
  originForm,
  refuseHeaderFlood,
  serverOptions,
  type ClientTimes,
} from './serverLimits.ts';
import { addStatusRoute, createStatus } from './status.ts';
import type { CallIdentity, InternalTokens } from './tokens.ts';

export interface HttpAppOptions {
  service: string;
  logger: Logger;
  bodyLimitBytes: number;
  /** With these, every route needs a valid internal token unless its config says `open: true`. */
  tokens?: InternalTokens;
  /** true or an empty list when ready; a list names what is waited for. */
  isReady: () => boolean | readonly string[] | Promise<boolean | readonly string[]>;
  /** Expected errors of the service's own libraries (a database that is away); null: not one of them. */
  mapError?: (error: unknown) => UbotError | null;
  /** How many proxies stand in front; their X-Forwarded-For is believed. */
  trustedProxyHops?: number;
  /** false: /metrics is not served (the caller has a guarded route for it). */
  metricsRoute?: boolean;
  /** How long a client may take to send a request; after that its connection ends. */
  clientTimes?: ClientTimes;
  /** How long an answer may take; after that the caller hears ANSWER_TOO_SLOW and `request.signal` is aborted. */
  answerLimitMs?: number;
}

const PARAM_CHARS = 200;
/** A part that is loaded at the start may be slow on a machine that is busy with other things. */
const START_LIMIT_MS = 60_000;
/** How long a closing server waits for the answers under way, and for connections on which nothing was asked yet. */
const DRAIN_MS = 12_000;
const DRAIN_SILENT_MS = 3_000;
const DRAIN_LOOK_MS = 25;
const REQUEST_ID = /^[\w-]{8,64}$/;
const HEALTH_SCHEMA = Type.Object({ status: Type.Literal('ready'), service: Type.String() });

/**
 * A Fastify app in house style: TypeBox schemas checked without coercion (query and path text is read as the schema
 * wants), problem+json errors with registry codes, /health, /metrics, internal tokens. Nothing listens yet.
 */
export function createHttpApp(options: HttpAppOptions): HttpApp {
  const times = options.clientTimes ?? CLIENT_TIMES;
  const server = fastify<RawServerDefault, IncomingMessage, ServerResponse, FastifyBaseLogger>({
    loggerInstance: options.logger,
    logController: new LogController({ disableRequestLogging: true }),
    pluginTimeout: START_LIMIT_MS,
    bodyLimit: options.bodyLimitBytes,
    http: serverOptions(times),
    requestTimeout: times.requestMs,
    handlerTimeout: options.answerLimitMs ?? ANSWER_LIMIT_MS,
    // Whoever still has a connection is answered, and told with the answer that it ends.
    return503OnClosing: false,
    rewriteUrl: (raw) => originForm(raw.url),
    trustProxy: trustedHops(options.trustedProxyHops ?? 0),
    genReqId: (raw) => requestIdOf(raw, options.tokens !== undefined),
    routerOptions: { maxParamLength: PARAM_CHARS },
    frameworkErrors: (error, request, reply) => answerError(options, error, { request, reply }),
    clientErrorHandler: answerClientError,
  });
  const app: HttpApp = server.withTypeProvider<TypeBoxProvider>();

  app.removeAllContentTypeParsers();
  app.addContentTypeParser('application/json', { parseAs: 'buffer' }, async (_request: unknown, body: Buffer) =>
    parseJsonBody(body),
  );
  app.setValidatorCompiler(({ schema, httpPart }) => validatorFor(schema as object, httpPart));
  // Answers are written by us from typed values; compiling each schema into a serialiser would only cost (and drop).
  app.setSerializerCompiler(() => (value) => JSON.stringify(value));
  app.setErrorHandler((error, request, reply) => answerError(options, error, { request, reply }));
  app.setNotFoundHandler((request, reply) =>
    answerError(options, new UbotError('ROUTE_NOT_FOUND'), { request, reply }),
  );

  app.decorateRequest('identity', null);
  app.decorate('metrics', new Registry());
  measureRequests(app, options.service);
  drainOnClose(app);
  app.addHook('onRequest', async (request) => refuseHeaderFlood(request.raw));
  if (options.tokens !== undefined) requireTokens(app, options.tokens);
  addHealthRoute(app, options);
  // Without internal tokens everything is public, and versions are nobody else's business.
  if (options.tokens !== undefined) addStatusRoute(app, createStatus(options));
  if (options.metricsRoute !== false) addMetricsRoute(app);
  return app;
}

/**
 * A closing server answers what is under way, and what still comes on connections that are open. Those kept alive for
 * later are ended as they fall idle (Node looks only once, and misses those that were busy just then), and whatever is
 * left when the time is over is cut.
 */
function drainOnClose(app: HttpApp): void {
  let underWay = 0;
  app.addHook('onRequest', async (request, reply) => {
    // A socket that was upgraded is not an answer under way; its owner ends it.
    if (request.headers.upgrade !== undefined) return;
    underWay += 1;
    reply.raw.once('close', () => (underWay -= 1));
  });
  app.addHook('preClose', async () => {
    const { server } = app;
    const startedAt = performance.now();
    const look = setInterval(() => {
      const waitedMs = performance.now() - startedAt;
      if (waitedMs >= (underWay === 0 ? DRAIN_SILENT_MS : DRAIN_MS)) server.closeAllConnections();
      else server.closeIdleConnections();
    }, DRAIN_LOOK_MS);
    server.once('close', () => clearInterval(look));
    if (!server.listening) clearInterval(look);
  });
}

/** The user on whose behalf a call is made. Errors: throws FORBIDDEN when a service calls in its own name. */
export function requireUser(request: FastifyRequest): Extract<CallIdentity, { kind: 'user' }> {
  if (request.identity?.kind === 'user') return request.identity;
  throw new UbotError('FORBIDDEN', 'This is for users; the call was made without one.');
}

/** The operator on whose behalf a call is made. Errors: throws FORBIDDEN for anybody else. */
export function requireOperator(request: FastifyRequest): Extract<CallIdentity, { kind: 'user' }> {
  const user = requireUser(request);
  if (user.role !== 'operator') throw new UbotError('FORBIDDEN');
  return user;
}

/** The calling service. Errors: throws FORBIDDEN for a user. */
export function requireService(request: FastifyRequest): string {
  if (request.identity?.kind === 'service') return request.identity.service;
  throw new UbotError('FORBIDDEN', 'This is for services only.');
}

/** The token of `Authorization: Bearer …`; null when there is none. */
export function bearerToken(headers: { authorization?: string | undefined }): string | null {
  return /^Bearer ([\x21-\x7e]{1,4096})$/i.exec(headers.authorization ?? '')?.[1] ?? null;
}

/**
 * Which addresses are proxies of ours, counted from our own socket outwards. Only safe where nobody but the proxies can
 * reach this server, which is what UBOT_TRUSTED_PROXIES says; 0 believes no header at all.
 */
function trustedHops(hops: number): false | ((address: string, hop: number) => boolean) {
  return hops > 0 ? (_address, hop) => hop < hops : false;
}

function requestIdOf(raw: IncomingMessage, believeCaller: boolean): string {
  const given = raw.headers['x-request-id'];
  return believeCaller && typeof given === 'string' && REQUEST_ID.test(given) ? given : newId();
}

function validatorFor(
  schema: object,
  httpPart: string | undefined,
): (data: unknown) => { value: unknown } | { error: Error } {
  if (httpPart === 'body') {
    return (data) => {
      const issues = schemaIssues(schema, data);
      return issues.length === 0 ? { value: data } : { error: validationError(issues, 'body') };
    };
  }
  const part = httpPart === 'querystring' ? 'query' : (httpPart ?? 'request');
  return (data) => {
    const value = readTextValues(schema, data);
    const unstorable = Object.entries(value).find(([, text]) => typeof text === 'string' && !isStorableText(text));
    if (unstorable !== undefined) {
      return {
        error: validationError([{ path: `/${unstorable[0]}`, message: 'holds a character that is not text' }], part),
      };
    }
    const issues = schemaIssues(schema, value);
    return issues.length === 0 ? { value } : { error: validationError(issues, part) };
  };
}

function answerError(
  options: HttpAppOptions,
  thrown: unknown,
  { request, reply }: { request: FastifyRequest; reply: FastifyReply },
): FastifyReply {
  const error = options.mapError?.(thrown) ?? asUbotError(thrown);
  const where = { method: request.method, route: request.routeOptions?.url ?? null, requestId: request.id };
  if (error.code === 'INTERNAL') options.logger.error({ event: 'http.failed', ...where, error: error.cause ?? error });
  else options.logger.debug({ event: 'http.refused', ...where, code: error.code });
  for (const [name, value] of Object.entries(PROBLEM_HEADERS)) if (!reply.hasHeader(name)) reply.header(name, value);
  if (error.retryAfterMs !== undefined) reply.header('retry-after', Math.ceil(error.retryAfterMs / 1_000));
  if (error.outcomeUnknown) reply.header(OUTCOME_UNKNOWN_HEADER, 'true');
  return reply
    .status(error.status)
    .header('content-type', PROBLEM_MEDIA_TYPE)
    .send(JSON.stringify(problemOf(error, request.id)));
}

function requireTokens(app: HttpApp, tokens: InternalTokens): void {
  app.addHook('onRequest', async (request) => {
    if (request.is404 || request.routeOptions.config.open === true) return;
    const token = bearerToken(request.headers);
    const verified = token === null ? null : await tokens.verify(token);
    if (verified === null || !verified.ok) throw new UbotError('UNAUTHENTICATED');
    request.identity = verified.value;
  });
}

function addHealthRoute(app: HttpApp, options: HttpAppOptions): void {
  app.get(
    '/health',
    {
      config: { open: true },
      schema: { summary: '200 once everything is ready', security: [], response: { 200: HEALTH_SCHEMA } },
    },
    async () => {
      const ready = await options.isReady();
      const missing = typeof ready === 'boolean' ? (ready ? [] : [options.service]) : ready;
      if (missing.length > 0) {
        throw new UbotError('NOT_READY', `Not ready: ${missing.join(', ')}.`, {
          particulars: { errors: [...missing] },
        });
      }
      return { status: 'ready' as const, service: options.service };
    },
  );
}

function addMetricsRoute(app: HttpApp): void {
  app.get('/metrics', { config: { open: true } }, async (_request, reply) => {
    reply.header('content-type', app.metrics.contentType);
    return app.metrics.metrics();
  });
}

/**
 * Listens, and says the address.
 *
 * Errors: CONFIG_INVALID, naming the variable, when the port or the address cannot be used.
 */
export async function listenOn(
  app: HttpApp,
  at: { host: string; port: number; portVariable: string; hostVariable: string },
): Promise<string> {
  const { host, port, portVariable, hostVariable } = at;
  try {
    return await app.listen({ host, port });
  } catch (error) {
    const reason = error instanceof Error && 'code' in error ? error.code : undefined;
    const options = { cause: error };
    if (reason === 'EADDRINUSE') {
      throw new UbotError(
        'CONFIG_INVALID',
        `${portVariable} names port ${port}, which something else on ${host} uses; set another.`,
        options,
      );
    }
    if (reason === 'EACCES') {
      throw new UbotError(
        'CONFIG_INVALID',
        `${portVariable} names port ${port}, which this account may not use; set one above 1023.`,
        options,
      );
    }
    if (reason === 'EADDRNOTAVAIL' || reason === 'ENOTFOUND') {
      throw new UbotError(
        'CONFIG_INVALID',
        `${hostVariable} names ${host}, which is not an address of this machine.`,
        options,
      );
    }
    throw error;
  }
}
