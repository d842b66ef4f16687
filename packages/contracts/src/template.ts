import { Type, type Static } from 'typebox';
import { CHANNEL_KINDS } from './channel.ts';
import { LIMITS, Uuid } from './scalars.ts';

const strict = { additionalProperties: false } as const;

/**
 * What a message template may name besides the strategy's own names and the numbers of its condition: each with the
 * sentence that the documentation and the editor show.
 */
export const TEMPLATE_PLACEHOLDERS = {
  'coin.symbol': "The coin's symbol, which several coins may share",
  'coin.name': "The coin's name",
  close: "The close of the alert's candle",
  price: 'The price at which it fired, in USD',
  time: 'When it fired, in your time zone',
  condition: 'The condition as it is written',
  explanation: 'The condition with its values',
  strategy: "The strategy's name",
  timeframe: "The strategy's timeframe",
  reference: 'The short code by which the message is found again',
  link: 'Where the alert is shown; empty while uBot has no public address',
  ack_link: 'Where the alert can be acknowledged with one tap; empty while uBot has no public address',
} as const;
export type TemplatePlaceholder = keyof typeof TEMPLATE_PLACEHOLDERS;

/** Two spellings of one placeholder: spaces and capitals make no difference, as in a condition. */
export function placeholderKey(name: string): string {
  return name.replaceAll(/\s+/g, '').toLowerCase();
}

/** A placeholder as it stands in a template: `{{ price }}` from its first brace to behind its last. */
export interface PlaceholderUse {
  readonly name: string;
  readonly from: number;
  readonly to: number;
}

/** One line, no braces inside: what else stands between braces is text. */
const PLACEHOLDER = /\{\{([^{}\n]{0,200})\}\}/g;

/** Offsets are in UTF-16 code units, in the order of the text. */
export function placeholdersIn(template: string): PlaceholderUse[] {
  return [...template.matchAll(PLACEHOLDER)].map((match) => ({
    name: match[1]!.trim(),
    from: match.index,
    to: match.index + match[0].length,
  }));
}

/** What POST /strategies/preview-message takes. */
export const PreviewInputSchema = Type.Object(
  {
    /** The message to try; without it that of the strategy, null for the default text. */
    message: Type.Optional(Type.Union([Type.String({ minLength: 1, maxLength: LIMITS.messageChars }), Type.Null()])),
    /** Of this strategy the newest alert is taken; without it, or before its first, a made one. */
    strategyId: Type.Optional(Uuid),
  },
  strict,
);
export type PreviewInput = Static<typeof PreviewInputSchema>;

export const PreviewMessageSchema = Type.Object({
  kind: Type.Enum(CHANNEL_KINDS),
  /** What services show above the text that have a place for it. */
  title: Type.String(),
  /** The whole text. */
  text: Type.String(),
  /** What arrives of it: as `text` unless it is too long for the service. */
  shown: Type.String(),
  shortened: Type.Boolean(),
  /** Of what arrives, in UTF-16 units. */
  characters: Type.Integer({ minimum: 0 }),
  /** What the service takes at most; null where that is more than a text can be. */
  limit: Type.Union([
    Type.Object({ most: Type.Integer({ minimum: 1 }), unit: Type.Enum(['characters', 'bytes'] as const) }),
    Type.Null(),
  ]),
  /** SMS only: what it is charged as. */
  sms: Type.Union([
    Type.Object({ encoding: Type.Enum(['GSM-7', 'UCS-2'] as const), segments: Type.Integer({ minimum: 0 }) }),
    Type.Null(),
  ]),
});
export type PreviewMessage = Static<typeof PreviewMessageSchema>;

export const PreviewAnswerSchema = Type.Object({
  /** true: made up, because there is no alert of the strategy yet; its numbers mean nothing. */
  example: Type.Boolean(),
  alertId: Type.Union([Uuid, Type.Null()]),
  messages: Type.Array(PreviewMessageSchema),
});
export type PreviewAnswer = Static<typeof PreviewAnswerSchema>;
