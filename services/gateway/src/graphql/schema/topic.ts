import type { RouteInput } from '../context.ts';

/** As GraphQL has checked and filled them in; what REST checks is checked by `ask`. */
export type Args = Readonly<Record<string, unknown>>;

/** A field of Query or Mutation that is what a route of REST is. */
export interface RouteField {
  /** "GET /channels/:id" */
  readonly route: string;
  readonly input?: (args: Args) => RouteInput;
  /** What the field answers of what the route answered; the whole when not given. */
  readonly pick?: (answer: unknown, args: Args) => unknown;
}
export type RouteFields = Readonly<Record<string, RouteField>>;

/** One topic: its part of the schema in GraphQL's own language, and the routes that its fields stand for. */
export interface Topic {
  readonly text: string;
  readonly query?: RouteFields;
  readonly mutation?: RouteFields;
}

/** The arguments are the query of the route. */
export const asQuery = (query: Args): RouteInput => ({ query });
export const byId = ({ id }: Args): RouteInput => ({ params: { id } });
export const asBody = ({ input }: Args): RouteInput => ({ body: input });
export const changeById = ({ id, input }: Args): RouteInput => ({ params: { id }, body: input });

/** A list that REST wraps in an object. */
export const part =
  (name: string) =>
  (answer: unknown): unknown =>
    (answer as Args)[name];

/** A route that answers nothing, told by the id that it was given. */
export const answersId = (_answer: unknown, { id }: Args): unknown => id;
export const removal = (route: string): RouteField => ({ route, input: byId, pick: answersId });
