import { createInternalTokens, type CallIdentity } from '@ubot/service-kit';
import { createTestDatabase } from '@ubot/testing';
import type { NotifierConfig } from './config.ts';
import { testNotifier } from './notifier.testing.ts';
import { createWorld, SECRET, type World } from './world.testing.ts';

interface Asked {
  body?: unknown;
  as?: CallIdentity;
  accept?: string;
}

export interface Served {
  readonly world: World;
  readonly url: string;
  /** The notifier's clock, set at will. */
  readonly clock: { nowMs: number };
  /** The answer as it came. */
  ask(method: string, path: string, options?: Asked): Promise<Response>;
  call(method: string, path: string, options?: Asked): Promise<{ status: number; body: ReturnType<typeof JSON.parse> }>;
  /** What the audit log has of a user, oldest first. */
  audited(userId?: string): Promise<{ action: string; subject_id: string; detail: unknown }[]>;
  /** A user as the gateway names him. */
  user(userId: string): CallIdentity;
  close(): Promise<void>;
}

/** A whole notifier on a database of its own, that only the log channel is configured for; asked as its first user. */
export async function startServed(startMs: number, changes: Partial<NotifierConfig> = {}): Promise<Served> {
  const database = await createTestDatabase();
  const clock = { nowMs: startMs };
  const nowMs = (): number => clock.nowMs;
  const world = await createWorld(database.url, nowMs);
  const notifier = testNotifier(database.url, { leaseMs: 60_000, ...changes }, { nowMs });
  const { url } = await notifier.listen();
  const tokens = createInternalTokens({ secret: SECRET, nowMs });
  const user = (userId: string): CallIdentity => ({ kind: 'user', userId, role: 'user' });
  const ask: Served['ask'] = async (method, path, { body, as = user(world.userId), accept } = {}) =>
    fetch(url + path, {
      method,
      headers: {
        authorization: `Bearer ${await tokens.issue(as)}`,
        ...(accept !== undefined && { accept }),
        ...(body !== undefined && { 'content-type': 'application/json' }),
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
  return {
    world,
    url,
    clock,
    user,
    audited: (userId = world.userId) =>
      world.db.query('select action, subject_id, detail from account.audit_log where user_id = $1 order by id', [
        userId,
      ]),
    ask,
    async call(method, path, options) {
      const answer = await ask(method, path, options);
      const text = await answer.text();
      const isTable = answer.headers.get('content-type')?.startsWith('text/csv') === true;
      return { status: answer.status, body: text === '' ? null : isTable ? text : JSON.parse(text) };
    },
    async close() {
      await notifier.close();
      await world.close();
      await database.close();
    },
  };
}
