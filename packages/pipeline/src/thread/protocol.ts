import type { MessagePort } from 'node:worker_threads';

/** What a thread is started with. */
export interface ThreadStart {
  readonly port: MessagePort;
  /** Address of the module's file. */
  readonly url: string;
  readonly options: unknown;
  readonly answerChars: number;
}

export type ToThread =
  | { readonly type: 'call'; readonly id: number; readonly verb: string; readonly item: unknown }
  | { readonly type: 'abort'; readonly id: number }
  | { readonly type: 'ping' };

/** Answers are JSON text: plain data, of a length that is known before it is read. */
export type FromThread =
  | { readonly type: 'configured'; readonly json: string; readonly verbs: readonly string[] }
  | { readonly type: 'refused'; readonly detail: string }
  | { readonly type: 'answer'; readonly id: number; readonly json: string }
  | { readonly type: 'declined'; readonly id: number }
  | { readonly type: 'threw'; readonly id: number; readonly detail: string }
  | { readonly type: 'too-long'; readonly id: number }
  | { readonly type: 'said'; readonly text: string }
  | { readonly type: 'pong'; readonly usedBytes: number };

const TYPES = ['configured', 'refused', 'answer', 'declined', 'threw', 'too-long', 'said', 'pong'];

/** A module may have laid hands on the port: what comes from there is not trusted. */
export function readMessage(message: unknown): FromThread | null {
  if (typeof message !== 'object' || message === null || !('type' in message)) return null;
  const { type, id, json, detail, text, verbs, usedBytes } = message as Record<string, unknown>;
  if (typeof type !== 'string' || !TYPES.includes(type)) return null;
  const hasId = !['answer', 'declined', 'threw', 'too-long'].includes(type) || typeof id === 'number';
  const hasJson = !['answer', 'configured'].includes(type) || typeof json === 'string';
  const hasDetail = !['refused', 'threw'].includes(type) || typeof detail === 'string';
  const hasVerbs = type !== 'configured' || (Array.isArray(verbs) && verbs.every((verb) => typeof verb === 'string'));
  const hasRest = (type !== 'said' || typeof text === 'string') && (type !== 'pong' || typeof usedBytes === 'number');
  return hasId && hasJson && hasDetail && hasVerbs && hasRest ? (message as FromThread) : null;
}
