import { schemaIssues } from '@ubot/service-kit';
import { Type, type Static } from 'typebox';
import { GraphqlBodySchema } from './body.ts';

/** The protocol of https://github.com/enisdenjo/graphql-ws, which every current client speaks. */
export const PROTOCOL = 'graphql-transport-ws';

const strict = { additionalProperties: false } as const;
const Payload = Type.Optional(Type.Union([Type.Record(Type.String(), Type.Unknown()), Type.Null()]));
const Id = Type.String({ minLength: 1, maxLength: 64 });

const ClientMessageSchema = Type.Union([
  Type.Object({ type: Type.Literal('connection_init'), payload: Payload }, strict),
  Type.Object({ type: Type.Literal('ping'), payload: Payload }, strict),
  Type.Object({ type: Type.Literal('pong'), payload: Payload }, strict),
  Type.Object({ type: Type.Literal('subscribe'), id: Id, payload: GraphqlBodySchema }, strict),
  Type.Object({ type: Type.Literal('complete'), id: Id }, strict),
]);
export type ClientMessage = Static<typeof ClientMessageSchema>;

export type ServerMessage =
  | { type: 'connection_ack' }
  | { type: 'pong' }
  | { type: 'next'; id: string; payload: unknown }
  | { type: 'error'; id: string; payload: readonly unknown[] }
  | { type: 'complete'; id: string };

/** null: not a message of the protocol. */
export function parseMessage(text: string): ClientMessage | null {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return null;
  }
  return schemaIssues(ClientMessageSchema, value).length === 0 ? (value as ClientMessage) : null;
}

/** What the protocol names with codes of its own, and behind it a code of the registry. */
export const CLOSE = {
  badMessage: { code: 4400, reason: 'VALIDATION_FAILED: not a message of graphql-transport-ws' },
  notSignedIn: { code: 4401, reason: 'UNAUTHENTICATED: the token is missing, wrong or expired' },
  initRefused: { code: 4403, reason: 'UNAUTHENTICATED: the token is missing, wrong or expired' },
  otherProtocol: { code: 4406, reason: 'VALIDATION_FAILED: speak graphql-transport-ws' },
  initTimeout: { code: 4408, reason: 'UNAUTHENTICATED: no connection_init in time' },
  idTaken: { code: 4409, reason: 'CONFLICT: there is a subscription with this id' },
  initTwice: { code: 4429, reason: 'VALIDATION_FAILED: connection_init comes once' },
  tooManyMessages: { code: 4429, reason: 'RATE_LIMITED: too many messages' },
  tooManySockets: { code: 4429, reason: 'LIMIT_REACHED: too many connections' },
  tooSlow: { code: 1008, reason: 'QUEUE_FULL: read faster, and resume with after' },
  tooLarge: { code: 1009, reason: 'BODY_TOO_LARGE: a message may have 16 KB' },
  goingAway: { code: 1001, reason: 'NOT_READY: stopping; connect again' },
  unavailable: { code: 1013, reason: 'SERVICE_UNAVAILABLE: try again a little later' },
} as const;
export type Close = (typeof CLOSE)[keyof typeof CLOSE];
