import { ACCOUNT } from './account.ts';
import { ALERT } from './alert.ts';
import { CHANNEL } from './channel.ts';
import { COSTS } from './costs.ts';
import { MARKET } from './market.ts';
import { MUTING } from './muting.ts';
import { OPERATOR } from './operator.ts';
import { PREVIEW } from './preview.ts';
import { STRATEGY } from './strategy.ts';
import type { RouteFields, Topic } from './topic.ts';

const SCALARS = `
"Epoch milliseconds, UTC."
scalar EpochMs
"A whole number that may be larger than an Int: up to 2^53 - 1 either way."
scalar SafeInt
"A text, or an object of named texts: what an operator's module takes as an address."
scalar ModuleAddress
"An object of named texts."
scalar NamedTexts
`;

const TOPICS: readonly Topic[] = [ACCOUNT, CHANNEL, COSTS, STRATEGY, PREVIEW, ALERT, MUTING, MARKET, OPERATOR];

/** The whole schema, in GraphQL's own language. */
export const SCHEMA_TEXT = [SCALARS, ...TOPICS.map(({ text }) => text)].join('');

/** Each field of Query and Mutation that stands for a route. */
export const QUERY_FIELDS: RouteFields = Object.assign({}, ...TOPICS.map(({ query }) => query));
export const MUTATION_FIELDS: RouteFields = Object.assign({}, ...TOPICS.map(({ mutation }) => mutation));
