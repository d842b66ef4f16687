import { bigint, boolean, customType, integer, jsonb, pgSchema, text, uuid } from 'drizzle-orm/pg-core';
import type { ChannelOptions, ChannelTarget, Digest, Role, Settings, Strategy, TokenScope } from '@ubot/contracts';
import { epochMs } from '../columns.ts';

const bytes = customType<{ data: Buffer; driverData: Buffer }>({ dataType: () => 'bytea' });

/** Everything of a strategy that makes a new version when it changes: what it is, not whether it is on. */
export type StrategyDefinition = Pick<
  Strategy,
  | 'name'
  | 'universe'
  | 'timeframe'
  | 'indicators'
  | 'condition'
  | 'trigger'
  | 'message'
  | 'channelIds'
  | 'tags'
  | 'urgent'
>;

const account = pgSchema('account');

export const users = account.table('users', {
  id: uuid().primaryKey(),
  email: text().notNull(),
  role: text().$type<Role>().notNull(),
  passwordOnce: boolean('password_once').notNull(),
  emailVerified: boolean('email_verified').notNull(),
  secondFactor: boolean('second_factor').notNull().default(false),
  disabledAtMs: epochMs('disabled_at'),
  settings: jsonb().$type<Partial<Settings>>().notNull(),
  createdAtMs: epochMs('created_at').notNull(),
});

export const credentials = account.table('sign_in_methods', {
  userId: uuid('user_id').notNull(),
  provider: text().notNull(),
  passwordHash: text('password_hash'),
});

export const tokens = account.table('tokens', {
  tokenHash: bytes('token_hash').primaryKey(),
  id: uuid().notNull().defaultRandom(),
  userId: uuid('user_id').notNull(),
  kind: text().$type<'preset' | 'personal'>().notNull(),
  name: text().notNull().default(''),
  scope: text().$type<TokenScope>().notNull().default('write'),
  lastUsedAtMs: epochMs('last_used_at'),
  createdAtMs: epochMs('created_at').notNull(),
  expiresAtMs: epochMs('expires_at'),
});

export const channels = account.table('channels', {
  id: uuid().primaryKey(),
  userId: uuid('user_id').notNull(),
  name: text().notNull(),
  kind: text().notNull(),
  target: jsonb().$type<ChannelTarget>().notNull(),
  signingSecret: text('signing_secret'),
  enabled: boolean().notNull(),
  verifiedAtMs: epochMs('verified_at'),
  digest: jsonb().$type<Digest>(),
  options: jsonb().$type<ChannelOptions>().notNull().default({}),
  createdAtMs: epochMs('created_at').notNull(),
  updatedAtMs: epochMs('updated_at').notNull(),
});

export const watchlists = account.table('watchlists', {
  id: uuid().primaryKey(),
  userId: uuid('user_id').notNull(),
  name: text().notNull(),
  coinIds: integer('coin_ids').array().notNull(),
  createdAtMs: epochMs('created_at').notNull(),
  updatedAtMs: epochMs('updated_at').notNull(),
});

export const strategies = account.table('strategies', {
  id: uuid().primaryKey(),
  userId: uuid('user_id').notNull(),
  enabled: boolean().notNull(),
  version: integer().notNull(),
  versionId: uuid('version_id').notNull(),
  createdAtMs: epochMs('created_at').notNull(),
  updatedAtMs: epochMs('updated_at').notNull(),
  deletedAtMs: epochMs('deleted_at'),
  change: bigint({ mode: 'bigint' }).notNull(),
});

export const strategyVersions = account.table('strategy_versions', {
  id: uuid().primaryKey(),
  strategyId: uuid('strategy_id').notNull(),
  version: integer().notNull(),
  definition: jsonb().$type<StrategyDefinition>().notNull(),
  createdAtMs: epochMs('created_at').notNull(),
});

export const auditLog = account.table('audit_log', {
  atMs: epochMs('at').notNull(),
  userId: uuid('user_id'),
  action: text().notNull(),
  subjectId: uuid('subject_id'),
  detail: jsonb().$type<Readonly<Record<string, unknown>>>().notNull(),
});
