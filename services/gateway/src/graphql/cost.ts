import { UbotError } from '@ubot/contracts';
import {
  getNamedType,
  GraphQLObjectType,
  isListType,
  getNullableType,
  isCompositeType,
  Kind,
  type DocumentNode,
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLField,
  type GraphQLSchema,
  type OperationDefinitionNode,
  type SelectionSetNode,
  type ValueNode,
} from 'graphql';

export interface Limits {
  /** Fields within fields. */
  readonly depth: number;
  /** Of all operations of one text together. */
  readonly cost: number;
}

/** What a query that asks a service costs before its first field; the rate limit counts requests, and this stands for one. */
const ASKED = 50;
/** A change: a transaction, an audit row, an announcement. */
const CHANGED = 250;
/** Each field of a question about the schema itself: such lists are long, but made of what lies in memory. */
const INTROSPECTED = 10;
/** A list of things that has no `limit`. */
const LIST = 10;
/** Lists that are longer, and lists whose length stands at the field above. */
export const LISTS: Readonly<Record<string, number>> = {
  'Query.channels': 50,
  'Query.watchlists': 50,
  'Query.inhibitions': 50,
  'Query.tokens': 50,
  'Query.users': 100,
  'Query.invitations': 100,
  'Query.undeliveredLinks': 100,
  'Costs.lines': 50,
  'AdminCosts.lines': 100,
  'MatchingCoins.coins': 50,
  'AlertPage.alerts': 1,
  'NotificationPage.notifications': 1,
  'SilencePage.silences': 1,
  'StrategyVersionPage.versions': 1,
  'StrategyPage.strategies': 1,
};
/** Comparing the fragments of a text with each other grows with the square of their number. */
const FRAGMENTS = 50;

interface Query {
  readonly schema: GraphQLSchema;
  readonly document: DocumentNode;
  readonly variables: Readonly<Record<string, unknown>>;
  readonly limits: Limits;
}

/** Where a selection stands. */
interface Place {
  readonly type: GraphQLObjectType | undefined;
  readonly depth: number;
  /** How many times over it is answered. */
  readonly times: number;
  readonly introspected: boolean;
  /** How often each name of the answer was asked for here. */
  readonly names: Map<string, number>;
  readonly operation: OperationDefinitionNode;
}

/**
 * Adds up what a document can cost, before it is validated or run.
 *
 * Shape:  each field costs one, times the lengths of the lists it stands in: of `limit` where there is one, otherwise
 *         what `LISTS` says. Asking a service costs 50 more, a change 250. A name that is asked for again in the same
 *         place costs as many times as much as it has been asked for. → the cost.
 * Edges:  fragments count where they are spread, and one for themselves; questions about the schema have no depth.
 * Errors: throws GRAPHQL_TOO_COMPLEX as soon as a limit is passed; VALIDATION_FAILED for fragments that hold themselves
 *         or that nobody spreads, which cannot be added up.
 */
export function costOf(query: Query): number {
  const fragments = new Map<string, FragmentDefinitionNode>();
  const operations: OperationDefinitionNode[] = [];
  for (const definition of query.document.definitions) {
    if (definition.kind === Kind.FRAGMENT_DEFINITION) fragments.set(definition.name.value, definition);
    if (definition.kind === Kind.OPERATION_DEFINITION) operations.push(definition);
  }
  if (fragments.size > FRAGMENTS) throw tooComplex(`The query has more than ${FRAGMENTS} fragments.`);
  const sum = createSum(query, fragments);
  for (const operation of operations) {
    const type = query.schema.getRootType(operation.operation) ?? undefined;
    const place = { type, depth: 1, times: 1, introspected: false, names: new Map<string, number>(), operation };
    sum.add(operation.selectionSet, place, []);
  }
  for (const name of fragments.keys()) {
    if (!sum.spread.has(name)) throw new UbotError('VALIDATION_FAILED', `Fragment "${name}" is never used.`);
  }
  return sum.total();
}

function createSum(query: Query, fragments: ReadonlyMap<string, FragmentDefinitionNode>) {
  const { limits, schema } = query;
  const spread = new Set<string>();
  let total = 0;

  const pay = (cost: number): void => {
    total += cost;
    if (total > limits.cost) throw tooComplex(`The query costs more than ${limits.cost}.`);
  };
  const addField = (node: FieldNode, place: Place, path: readonly string[]): void => {
    const field = place.type?.getFields()[node.name.value];
    const introspected = place.introspected || node.name.value === '__schema' || node.name.value === '__type';
    if (place.depth > limits.depth && !introspected) {
      throw tooComplex(`The query is more than ${limits.depth} fields deep.`);
    }
    const name = node.alias?.value ?? node.name.value;
    const asked = (place.names.get(name) ?? 0) + 1;
    place.names.set(name, asked);
    pay(place.times * asked * (introspected ? INTROSPECTED : ownCost(schema, place)));
    if (node.selectionSet === undefined) return;
    const named = field === undefined ? undefined : getNamedType(field.type);
    const type = named instanceof GraphQLObjectType ? named : undefined;
    const times = introspected ? 1 : place.times * lengthOf({ node, field, place, variables: query.variables });
    const below = { ...place, type, times, introspected, depth: place.depth + 1, names: new Map<string, number>() };
    add(node.selectionSet, below, path);
  };
  const add = (selections: SelectionSetNode, place: Place, path: readonly string[]): void => {
    for (const node of selections.selections) {
      if (node.kind === Kind.FIELD) {
        addField(node, place, path);
        continue;
      }
      pay(1);
      if (node.kind === Kind.INLINE_FRAGMENT) {
        add(node.selectionSet, place, path);
        continue;
      }
      const name = node.name.value;
      if (path.includes(name)) throw new UbotError('VALIDATION_FAILED', `Fragment "${name}" holds itself.`);
      spread.add(name);
      const fragment = fragments.get(name);
      if (fragment !== undefined) add(fragment.selectionSet, place, [...path, name]);
    }
  };
  return { add, spread, total: () => total };
}

function ownCost(schema: GraphQLSchema, { type }: Place): number {
  if (type !== undefined && type === schema.getMutationType()) return CHANGED;
  return type !== undefined && (type === schema.getQueryType() || type === schema.getSubscriptionType()) ? ASKED : 1;
}

function lengthOf(given: {
  node: FieldNode;
  field: GraphQLField<unknown, unknown> | undefined;
  place: Place;
  variables: Readonly<Record<string, unknown>>;
}): number {
  const { node, field, place } = given;
  if (field === undefined) return 1;
  for (const name of ['limit', 'ids']) {
    const argument = field.args.find((one) => one.name === name);
    if (argument !== undefined) return sizeOf(argumentValue(given, name) ?? argument.defaultValue);
  }
  if (!isListType(getNullableType(field.type)) || !isCompositeType(getNamedType(field.type))) return 1;
  return LISTS[`${place.type?.name}.${node.name.value}`] ?? LIST;
}

/** A number, or the length of a list; what is neither is refused by the schema and costs nothing. */
function sizeOf(value: unknown): number {
  if (Array.isArray(value)) return Math.max(1, value.length);
  return typeof value === 'number' && value > 1 ? value : 1;
}

function argumentValue(
  { node, place, variables }: { node: FieldNode; place: Place; variables: Readonly<Record<string, unknown>> },
  name: string,
): unknown {
  const given = node.arguments?.find((argument) => argument.name.value === name)?.value;
  if (given?.kind !== Kind.VARIABLE) return literal(given);
  const variable = given.name.value;
  if (Object.hasOwn(variables, variable)) return variables[variable];
  const definition = place.operation.variableDefinitions?.find((one) => one.variable.name.value === variable);
  return literal(definition?.defaultValue);
}

function literal(node: ValueNode | undefined): unknown {
  if (node?.kind === Kind.INT) return Number(node.value);
  return node?.kind === Kind.LIST ? node.values : undefined;
}

function tooComplex(detail: string): UbotError {
  return new UbotError('GRAPHQL_TOO_COMPLEX', detail);
}
