import { ACCOUNT_SCHEMA } from './account.ts';
import { ALERT_SCHEMA } from './alert.ts';
import { MARKET_SCHEMA } from './market.ts';
import { STRATEGY_SCHEMA } from './strategy.ts';

const SCALARS = `
"Epoch milliseconds, UTC."
scalar EpochMs
"A whole number that may be larger than an Int: up to 2^53 - 1 either way."
scalar SafeInt
"A text, or an object of named texts: what an operator's module takes as an address."
scalar ModuleAddress
`;

/** The whole schema, in GraphQL's own language. */
export const SCHEMA_TEXT = [SCALARS, ACCOUNT_SCHEMA, STRATEGY_SCHEMA, ALERT_SCHEMA, MARKET_SCHEMA].join('');
