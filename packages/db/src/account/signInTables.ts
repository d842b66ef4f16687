import { boolean, integer, pgSchema, text, timestamp, uuid } from 'drizzle-orm/pg-core';

const account = pgSchema('account');
const time = (name: string) => timestamp(name, { withTimezone: true, mode: 'date' });
const times = {
  createdAt: time('created_at').notNull().defaultNow(),
  updatedAt: time('updated_at').notNull().defaultNow(),
};
const userId = uuid('user_id').notNull();

// Every column is named: Drizzle remembers unnamed ones by table, and two of these tables have a second definition.
/** The tables that the sign-in library reads and writes, under the names that it uses for them. */
export const signInTables = {
  user: account.table('users', {
    id: uuid('id').primaryKey(),
    name: text('name').notNull(),
    email: text('email').notNull(),
    emailVerified: boolean('email_verified').notNull(),
    image: text('image'),
    role: text('role').notNull(),
    twoFactorEnabled: boolean('second_factor').notNull().default(false),
    ...times,
  }),
  session: account.table('sessions', {
    id: uuid('id').primaryKey(),
    userId,
    token: text('token_hash').notNull(),
    expiresAt: time('expires_at').notNull(),
    ipAddress: text('ip_address'),
    userAgent: text('user_agent'),
    ...times,
  }),
  account: account.table('sign_in_methods', {
    id: uuid('id').primaryKey(),
    userId,
    providerId: text('provider').notNull(),
    accountId: text('subject').notNull(),
    password: text('password_hash'),
    ...times,
  }),
  verification: account.table('verifications', {
    id: uuid('id').primaryKey(),
    identifier: text('identifier').notNull(),
    value: text('value').notNull(),
    expiresAt: time('expires_at').notNull(),
    ...times,
  }),
  twoFactor: account.table('second_factors', {
    id: uuid('id').primaryKey(),
    userId,
    secret: text('secret').notNull(),
    backupCodes: text('backup_codes').notNull(),
    verified: boolean('verified').notNull().default(true),
    failedVerificationCount: integer('failed_verification_count').notNull().default(0),
    lockedUntil: time('locked_until'),
  }),
};
