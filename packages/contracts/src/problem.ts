import { Type, type Static } from 'typebox';

/** RFC 9457 problem details; `code` is one of the registry's. */
export const ProblemSchema = Type.Object({
  type: Type.String(),
  title: Type.String(),
  status: Type.Integer(),
  code: Type.String(),
  detail: Type.String(),
  requestId: Type.String(),
  /** What exactly was wrong: schema errors (`path`, `message`) or diagnostics of a condition. */
  errors: Type.Optional(Type.Array(Type.Unknown())),
});
export type Problem = Static<typeof ProblemSchema>;
