import { createHash, randomBytes, randomUUID } from 'node:crypto';
import { createDatabase } from '@ubot/db';

export interface TestUser {
  id: string;
  /** A bearer token that does not expire. */
  token: string;
}

/** A user who came by no door of ours, so that tests hold however people sign up. */
export async function addTestUser(databaseUrl: string, role: 'user' | 'operator' = 'user'): Promise<TestUser> {
  const db = createDatabase({ connectionString: databaseUrl, applicationName: 'test', poolSize: 1 });
  const token = randomBytes(24).toString('hex');
  const id = randomUUID();
  await db.query('insert into account.users (id, email, role, created_at) values ($1, $2, $3, now())', [
    id,
    `${id}@example.org`,
    role,
  ]);
  await db.query(
    `insert into account.tokens (token_hash, user_id, kind, created_at) values ($1, $2, 'preset', now())`,
    [createHash('sha256').update(token).digest(), id],
  );
  await db.close();
  return { id, token };
}

/** One statement on a connection of its own, for a test whose subject must not reach the database itself. */
export async function queryOnce(databaseUrl: string, statement: string): Promise<Record<string, unknown>[]> {
  const db = createDatabase({ connectionString: databaseUrl, applicationName: 'test', poolSize: 1 });
  try {
    return await db.query(statement);
  } finally {
    await db.close();
  }
}
