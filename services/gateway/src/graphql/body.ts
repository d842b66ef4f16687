import { LIMITS } from '@ubot/contracts';
import { Type, type Static } from 'typebox';

/** What a client asks, over HTTP as over a socket. */
export const GraphqlBodySchema = Type.Object(
  {
    query: Type.String({ minLength: 1, maxLength: LIMITS.graphqlQueryChars }),
    operationName: Type.Optional(Type.Union([Type.String({ maxLength: 200 }), Type.Null()])),
    variables: Type.Optional(Type.Union([Type.Record(Type.String(), Type.Unknown()), Type.Null()])),
    /** What some clients send along; nothing in it is read. */
    extensions: Type.Optional(Type.Union([Type.Record(Type.String(), Type.Unknown()), Type.Null()])),
  },
  { additionalProperties: false },
);
export type GraphqlBody = Static<typeof GraphqlBodySchema>;
