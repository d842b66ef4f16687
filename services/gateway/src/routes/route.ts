import { CoinId, Uuid } from '@ubot/contracts';
import { Type, type TSchema } from 'typebox';
import type { ServiceName } from '../services.ts';

/** One public route that a service answers: checked here, passed on with the caller's identity, its answer passed back. */
export interface ApiRoute {
  method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  /** Below /api/v1, as Fastify writes it (`/coins/:id`). */
  path: string;
  service: ServiceName;
  /** Below the service; the same as `path` when not given. Parameters are filled in by name. */
  inner?: string;
  tag: string;
  summary: string;
  params?: TSchema;
  query?: TSchema;
  body?: TSchema;
  /** How large the body may be, where the ordinary limit is too small. */
  bodyBytes?: number;
  answer: TSchema | null;
  status?: 200 | 201 | 204;
  /** Nobody needs to be signed in; the service is asked in the gateway's own name. */
  open?: true;
  /** The session itself is the matter: its token is passed on. A token for machines will not do. */
  session?: true;
  /** Answers with a session, which becomes a cookie where the caller wants one or has one. */
  startsSession?: true;
  /** Answers with a table too, where `Accept: text/csv` or `format=csv` asks for one. */
  csv?: true;
  /** A POST that changes nothing: a token that may only read can call it. */
  readOnly?: true;
  /** A dear one: one user may ask for it in a minute as often as for anything at all, divided by this. */
  weight?: number;
}

export const strict = { additionalProperties: false } as const;
/** A query that is misspelt must not be taken for none. */
export const NO_QUERY = Type.Object({}, strict);
export const byUuid = Type.Object({ id: Uuid }, strict);
// An id in a path is text; the service that owns the coin reads it as a number.
export const byCoinId = Type.Object({ id: CoinId }, strict);
export const limit = (maximum: number) => Type.Optional(Type.Integer({ minimum: 1, maximum }));
