import { Sequence } from '@ubot/contracts';
import { schemaIssues } from '@ubot/service-kit';
import { Type, type Static } from 'typebox';

const strict = { additionalProperties: false } as const;

export const STREAMS = ['market', 'alerts'] as const;
export type Stream = (typeof STREAMS)[number];

/** What a client may send over /ws. */
const LiveMessageSchema = Type.Union([
  Type.Object({ type: Type.Literal('sign_in'), token: Type.String({ minLength: 1, maxLength: 4_096 }) }, strict),
  Type.Object(
    {
      type: Type.Literal('subscribe'),
      streams: Type.Array(Type.Enum(STREAMS), { minItems: 1, maxItems: STREAMS.length, uniqueItems: true }),
      /** The last alert that was received: those after it are sent first. Without it only new ones are. */
      afterAlertSequence: Type.Optional(Sequence),
    },
    strict,
  ),
]);
export type LiveMessage = Static<typeof LiveMessageSchema>;

export const MESSAGE_BYTES = 16 * 1024;

/** null: not a message that this server knows. */
export function parseLiveMessage(text: string): LiveMessage | null {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return null;
  }
  return schemaIssues(LiveMessageSchema, value).length === 0 ? (value as LiveMessage) : null;
}

/** Why the server ends a connection; 4000 and above are ours to give meaning to. */
export const CLOSE = {
  badMessage: { code: 4400, reason: 'not a message this server knows' },
  signInFailed: { code: 4401, reason: 'sign in: the token is missing, wrong or expired' },
  signInTimeout: { code: 4408, reason: 'no sign-in in time' },
  tooSlow: { code: 4413, reason: 'reads too slowly: connect again with afterAlertSequence' },
  tooMany: { code: 4429, reason: 'too many connections or messages' },
  unavailable: { code: 1013, reason: 'try again a little later' },
} as const;
export type CloseReason = (typeof CLOSE)[keyof typeof CLOSE];
