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

function asAddress(value: unknown): unknown {
  const isObject = typeof value === 'object' && value !== null && !Array.isArray(value);
  if (typeof value === 'string') return value;
  if (isObject && Object.values(value).every((part) => typeof part === 'string')) return value;
  throw new GraphQLError('must be a text, or an object of named texts');
}

function addressOf(node: ValueNode): unknown {
  if (node.kind === Kind.STRING) return node.value;
  if (node.kind !== Kind.OBJECT) return null;
  return Object.fromEntries(node.fields.map(({ name, value }) => [name.value, addressOf(value)]));
}

/** A text or named texts; user-manager checks it against what the module takes. */
const moduleAddress = {
  serialize: asAddress,
  parseValue: asAddress,
  parseLiteral: (node: ValueNode) => asAddress(addressOf(node)),
};

// Only in answers, which the schema of the route has been through.
const namedTexts = { serialize: (value: unknown) => value };

export const SCALARS = {
  EpochMs: wholeNumber,
  SafeInt: wholeNumber,
  ModuleAddress: moduleAddress,
  NamedTexts: namedTexts,
};
