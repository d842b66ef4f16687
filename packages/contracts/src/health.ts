import { Type, type Static } from 'typebox';
import { EpochMs, Uuid } from './scalars.ts';
import { SourceStateSchema } from './market.ts';

/** What a service says of itself to the others. */
export const ServiceStatusSchema = Type.Object({
  service: Type.String(),
  version: Type.String(),
  /** Of Node.js. */
  runtime: Type.String(),
  startedAtMs: EpochMs,
  /** What it waits for; empty when it is ready. */
  waitingFor: Type.Array(Type.String()),
});
export type ServiceStatus = Static<typeof ServiceStatusSchema>;

/** Notifications that are not at an end. */
export const QueueSchema = Type.Object({
  queued: Type.Integer({ minimum: 0 }),
  sending: Type.Integer({ minimum: 0 }),
  unknown: Type.Integer({ minimum: 0 }),
  /** How long the oldest one that is due has waited. */
  oldestDueMs: Type.Integer({ minimum: 0 }),
});

/** A trouble of uBot itself that the operator has been told of and that is not over. */
export const IncidentSchema = Type.Object({
  id: Uuid,
  /** 'source_stale', 'queue_growing', 'circuit_open', … */
  kind: Type.String(),
  /** What it is about where there may be several, as the kind of a channel; else ''. */
  subject: Type.String(),
  detail: Type.String(),
  sinceMs: EpochMs,
});
export type Incident = Static<typeof IncidentSchema>;

/** GET /admin/health: the whole of uBot at one look, whatever part of it is away. */
export const SystemHealthSchema = Type.Object({
  ready: Type.Boolean(),
  services: Type.Array(
    Type.Union([
      Type.Object({ ...ServiceStatusSchema.properties, reachable: Type.Literal(true), answeredInMs: Type.Number() }),
      Type.Object({ service: Type.String(), reachable: Type.Literal(false), detail: Type.String() }),
    ]),
  ),
  /** null: mother-app is not reachable. */
  sources: Type.Union([Type.Array(SourceStateSchema), Type.Null()]),
  /** null: the notifier is not reachable. */
  queue: Type.Union([QueueSchema, Type.Null()]),
  /** null: the notifier is not reachable. */
  incidents: Type.Union([Type.Array(IncidentSchema), Type.Null()]),
});
export type SystemHealth = Static<typeof SystemHealthSchema>;
