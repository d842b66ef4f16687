import { Type, type Static } from 'typebox';
import { SettingsSchema, UserSchema } from './account.ts';
import { AlertWithNotificationsSchema } from './alert.ts';
import { ChannelSchema } from './channel.ts';
import { InhibitionSchema, SilenceSchema } from './muting.ts';
import { QuotaAnswerSchema } from './quota.ts';
import { EpochMs, Sequence, Uuid } from './scalars.ts';
import { SessionSchema, TokenSchema } from './signIn.ts';
import { StrategySchema, StrategyVersionSchema } from './strategy.ts';
import { WatchlistSchema } from './watchlist.ts';

/** Everything that is a user's; no secret, no password, no token. */
export const AccountExportSchema = Type.Object({
  exportedAtMs: EpochMs,
  user: UserSchema,
  settings: SettingsSchema,
  quotas: QuotaAnswerSchema,
  channels: Type.Array(ChannelSchema),
  watchlists: Type.Array(WatchlistSchema),
  strategies: Type.Array(
    Type.Object({
      ...StrategySchema.properties,
      /** Newest first, at most a hundred of each strategy; older ones are at /strategies/{id}/versions. */
      versions: Type.Array(StrategyVersionSchema),
    }),
  ),
  /** The newest thousand. */
  silences: Type.Array(SilenceSchema),
  /** Rules by which a strategy that fires mutes others, without whether they do at this moment. */
  inhibitions: Type.Array(Type.Omit(InhibitionSchema, ['active'])),
  tokens: Type.Array(TokenSchema),
  sessions: Type.Array(SessionSchema),
  /** What was done with the account, newest first. */
  audit: Type.Array(
    Type.Object({
      atMs: EpochMs,
      action: Type.String(),
      subjectId: Type.Union([Uuid, Type.Null()]),
      detail: Type.Record(Type.String(), Type.Unknown()),
    }),
  ),
  /** The newest thousand with their deliveries. */
  alerts: Type.Array(AlertWithNotificationsSchema),
  /** Older alerts are at /alerts?before=…; null when there are none. */
  alertsBefore: Type.Union([Sequence, Type.Null()]),
});
export type AccountExport = Static<typeof AccountExportSchema>;

/** Deleted accounts whose traces in other services are still to be removed. */
export const ErasuresSchema = Type.Object({
  erasures: Type.Array(Type.Object({ userId: Uuid, strategyIds: Type.Array(Uuid) })),
});
export type Erasures = Static<typeof ErasuresSchema>;
