import { Client } from 'pg';
import { describe, expect, test } from 'vitest';
import { createTestDatabase } from './database.ts';

async function ask(url: string, text: string): Promise<unknown[]> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query<Record<string, unknown>>(text)).rows;
  } finally {
    await client.end();
  }
}

describe('a test database', () => {
  test('is migrated, and each is its maker’s own', async () => {
    const [first, second] = await Promise.all([createTestDatabase(), createTestDatabase()]);
    try {
      await ask(
        first.url,
        "insert into market.coins (id, symbol, name, slug, updated_at) values (1, 'BTC', 'Bitcoin', 'bitcoin', now())",
      );
      expect(await ask(first.url, 'select id from market.coins')).toEqual([{ id: 1 }]);
      expect(await ask(second.url, 'select id from market.coins')).toEqual([]);
    } finally {
      await Promise.all([first.close(), second.close()]);
    }
  });

  test('is gone after close, also when somebody is still connected', async () => {
    const database = await createTestDatabase();
    const client = new Client({ connectionString: database.url });
    client.on('error', () => undefined);
    const ended = new Promise((resolve) => {
      client.once('end', () => resolve('ended'));
    });
    await client.connect();
    await database.close();
    expect(await ended).toBe('ended');
    await expect(ask(database.url, 'select 1')).rejects.toMatchObject({ code: '3D000' });
  });
});
