import { Type, type Static } from 'typebox';
import { ModuleAddressSchema, ModuleName } from './moduleTarget.ts';
import { EpochMs, LIMITS, Uuid } from './scalars.ts';

const strict = { additionalProperties: false } as const;

/** E.164: a plus sign, a country code that does not begin with 0, at most 15 digits. */
export const PhoneNumber = Type.String({ pattern: '^\\+[1-9][0-9]{6,14}$' });

/** Where alerts go. The kind decides which driver sends and what the target holds. */
export const ChannelTargetSchema = Type.Union([
  Type.Object({ kind: Type.Literal('sms'), to: PhoneNumber }, strict),
  Type.Object({ kind: Type.Literal('whatsapp'), to: PhoneNumber }, strict),
  /** A call that says the alert. */
  Type.Object({ kind: Type.Literal('voice'), to: PhoneNumber }, strict),
  Type.Object({ kind: Type.Literal('webhook'), url: Type.String({ pattern: '^https?://', maxLength: 2_000 }) }, strict),
  Type.Object({ kind: Type.Literal('log') }, strict),
  Type.Object(
    { kind: Type.Literal('email'), to: Type.String({ pattern: '^[^\\s@<>,;]+@[^\\s@<>,;]+$', maxLength: 254 }) },
    strict,
  ),
  /** The number of a chat with the operator's bot (negative for a group), or a public channel's @name. */
  Type.Object(
    { kind: Type.Literal('telegram'), chatId: Type.String({ pattern: '^(-?[0-9]{1,20}|@[A-Za-z0-9_]{4,32})$' }) },
    strict,
  ),
  /** The last two parts of the webhook address that Discord shows. */
  Type.Object(
    {
      kind: Type.Literal('discord'),
      webhookId: Type.String({ pattern: '^[0-9]{1,20}$' }),
      webhookToken: Type.String({ pattern: '^[A-Za-z0-9_-]{1,200}$' }),
    },
    strict,
  ),
  /** What follows hooks.slack.com/services/ in the address that Slack shows. */
  Type.Object(
    { kind: Type.Literal('slack'), path: Type.String({ pattern: '^[A-Za-z0-9]{1,40}(/[A-Za-z0-9]{1,60}){2}$' }) },
    strict,
  ),
  Type.Object(
    {
      kind: Type.Literal('ntfy'),
      server: Type.String({ pattern: '^https?://[^/?#@\\s]+/?$', maxLength: 300 }),
      topic: Type.String({ pattern: '^[A-Za-z0-9_-]{1,64}$' }),
      token: Type.Optional(Type.String({ pattern: '^tk_[A-Za-z0-9]{1,100}$' })),
    },
    strict,
  ),
  Type.Object({ kind: Type.Literal('pushover'), userKey: Type.String({ pattern: '^[A-Za-z0-9]{30}$' }) }, strict),
  /** A module of the operator's own; what its address is, GET /channel-kinds says. */
  Type.Object({ kind: Type.Literal('module'), module: ModuleName, address: ModuleAddressSchema }, strict),
  /** A browser's PushSubscription, as its `toJSON` gives it without the time of expiry. */
  Type.Object(
    {
      kind: Type.Literal('web_push'),
      endpoint: Type.String({ pattern: '^https://', maxLength: 1_000 }),
      keys: Type.Object(
        {
          p256dh: Type.String({ pattern: '^[A-Za-z0-9_-]{87}=?$' }),
          auth: Type.String({ pattern: '^[A-Za-z0-9_-]{22,43}={0,2}$' }),
        },
        strict,
      ),
    },
    strict,
  ),
]);
export type ChannelTarget = Static<typeof ChannelTargetSchema>;

export const CHANNEL_KINDS = [
  'sms',
  'whatsapp',
  'voice',
  'webhook',
  'log',
  'email',
  'telegram',
  'discord',
  'slack',
  'ntfy',
  'pushover',
  'module',
  'web_push',
] as const;
export type ChannelKind = (typeof CHANNEL_KINDS)[number];

/** What sends to a target: its kind, and of modules which one. The channels of one lane share its queue and limits. */
export type ChannelLane = ChannelKind | `module:${string}`;

export function laneOf(target: ChannelTarget): ChannelLane {
  return target.kind === 'module' ? `module:${target.module}` : target.kind;
}

/** The kind of a lane, as people know it. */
export function kindOfLane(lane: string): ChannelKind | null {
  return CHANNEL_KINDS.find((kind) => kind === lane.split(':')[0]) ?? null;
}

/** How alerts to a channel are gathered into one message. Both 0: each goes by itself. */
export const DigestSchema = Type.Object(
  {
    /** From the first alert that waits to the message. */
    waitMs: Type.Integer({ minimum: 0, maximum: 3_600_000 }),
    /** From one message to the next while alerts keep coming. */
    intervalMs: Type.Integer({ minimum: 0, maximum: 86_400_000 }),
  },
  strict,
);
export type Digest = Static<typeof DigestSchema>;

/** Channels that programs read: by default each alert goes there by itself. */
export const MACHINE_KINDS: readonly string[] = ['webhook', 'log', 'module'];

/** Kinds whose messages can have a picture beside their text. */
export const PICTURE_KINDS: readonly string[] = [
  'whatsapp',
  'telegram',
  'discord',
  'slack',
  'ntfy',
  'pushover',
  'email',
];

/** What may be set beside the target, which proves nothing and so needs no new proof. */
export const ChannelOptionsSchema = Type.Object(
  {
    /** WhatsApp: what it cannot carry goes by SMS to the same number, once. */
    fallback: Type.Optional(Type.Literal('sms')),
    /** Of a kind that takes pictures: false leaves out the chart that otherwise goes with an alert. */
    picture: Type.Optional(Type.Boolean()),
  },
  strict,
);
export type ChannelOptions = Static<typeof ChannelOptionsSchema>;

/** Nothing goes to a channel while it is paused. */
export const ChannelPauseSchema = Type.Object({
  /** `opted_out`: STOP was written from the number, which has to write START. `unreachable`: ended by `resume`, or by another target. */
  reason: Type.Enum(['opted_out', 'unreachable'] as const),
  /** In the provider's words. */
  detail: Type.String(),
  sinceMs: EpochMs,
});
export type ChannelPause = Static<typeof ChannelPauseSchema>;

/** GET /push-key: what a browser subscribes with (`applicationServerKey`), base64url. */
export const PushKeySchema = Type.Object({ publicKey: Type.String() });
export type PushKey = Static<typeof PushKeySchema>;

export const ChannelInputSchema = Type.Object(
  {
    name: Type.String({ minLength: 1, maxLength: LIMITS.nameChars }),
    target: ChannelTargetSchema,
    enabled: Type.Optional(Type.Boolean()),
    /** null: as the operator has it for channels of this kind. Left out: as it was, null for a new channel. */
    digest: Type.Optional(Type.Union([DigestSchema, Type.Null()])),
    /** Left out of a change they stay as they are. */
    options: Type.Optional(ChannelOptionsSchema),
  },
  strict,
);
export type ChannelInput = Static<typeof ChannelInputSchema>;

export const ChannelSchema = Type.Object({
  id: Uuid,
  userId: Uuid,
  name: Type.String(),
  target: ChannelTargetSchema,
  enabled: Type.Boolean(),
  /** Shown to be the user's. Alerts go to verified channels only. */
  verified: Type.Boolean(),
  /** null: as the operator has it for channels of this kind. */
  digest: Type.Union([DigestSchema, Type.Null()]),
  /** Absent: none is set. */
  options: Type.Optional(ChannelOptionsSchema),
  /** Absent: it is not paused. */
  paused: Type.Optional(ChannelPauseSchema),
  createdAtMs: EpochMs,
  updatedAtMs: EpochMs,
});
export type Channel = Static<typeof ChannelSchema>;

/** The answer to creating a channel. A webhook's signing secret is shown this once. */
export const ChannelCreatedSchema = Type.Object({
  ...ChannelSchema.properties,
  signingSecret: Type.Union([Type.String(), Type.Null()]),
});
export type ChannelCreated = Static<typeof ChannelCreatedSchema>;
