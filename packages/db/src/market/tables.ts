import { integer, jsonb, pgSchema, text } from 'drizzle-orm/pg-core';
import { epochMs } from '../columns.ts';

const market = pgSchema('market');

/** The small tables, for Drizzle. Tickers and candles are read and written as columns, in binary (see ../binary). */
export const coins = market.table('coins', {
  id: integer('id').primaryKey(),
  symbol: text('symbol').notNull(),
  name: text('name').notNull(),
  slug: text('slug').notNull(),
  rank: integer('rank'),
  updatedAtMs: epochMs('updated_at').notNull(),
});

export const sourceState = market.table('source_state', {
  source: text('source').primaryKey(),
  state: jsonb('state').$type<Record<string, unknown>>().notNull(),
  updatedAtMs: epochMs('updated_at').notNull(),
});
