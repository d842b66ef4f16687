import type { IncomingMessage, ServerResponse } from 'node:http';
import type { FastifyBaseLogger, FastifyInstance, FastifyTypeProvider, RawServerDefault } from 'fastify';
import type { Registry } from 'prom-client';
import type { Static, TSchema } from 'typebox';
import type { CallIdentity } from './tokens.ts';

export interface TypeBoxProvider extends FastifyTypeProvider {
  validator: this['schema'] extends TSchema ? Static<this['schema']> : unknown;
  serializer: this['schema'] extends TSchema ? Static<this['schema']> : unknown;
}

export type HttpApp = FastifyInstance<
  RawServerDefault,
  IncomingMessage,
  ServerResponse,
  FastifyBaseLogger,
  TypeBoxProvider
>;

declare module 'fastify' {
  interface FastifyRequest {
    /** Who calls; null on routes that need no token. */
    identity: CallIdentity | null;
  }
  interface FastifyInstance {
    /** The service's own metrics, served at /metrics. */
    metrics: Registry;
  }
  interface FastifyContextConfig {
    /** true: no internal token is needed. */
    open?: boolean;
  }
}
