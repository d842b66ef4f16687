import { GraphQLError, Kind, type ValueNode } from 'graphql';

function asWhole(value: unknown): number {
  if (typeof value === 'number' && Number.isSafeInteger(value)) return value;
  throw new GraphQLError('must be a whole number of at most 2^53 - 1');
}

/** Numbers beyond the 32 bits of GraphQL's Int. A text is not a number here either. */
const wholeNumber = {
  serialize: asWhole,
  parseValue: asWhole,
  parseLiteral: (node: ValueNode) => asWhole(node.kind === Kind.INT ? Number(node.value) : null),
};

export const SCALARS = { EpochMs: wholeNumber, SafeInt: wholeNumber };
