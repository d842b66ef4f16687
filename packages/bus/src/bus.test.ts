import { createTestDatabase, waitFor } from '@ubot/testing';
import { Client } from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Bus } from './bus.ts';
import { createMemoryBus } from './memoryBus.ts';
import { createPostgresBus } from './postgresBus.ts';

let database: Awaited<ReturnType<typeof createTestDatabase>>;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(async () => {
  await database.close();
});

const DEADLINE_MS = 10_000;

async function withBus(create: () => Bus, work: (bus: Bus) => Promise<void>): Promise<void> {
  const bus = create();
  try {
    await work(bus);
  } finally {
    await bus.close();
  }
}

async function asAdmin(text: string, values: string[] = []): Promise<void> {
  const client = new Client({ connectionString: database.url });
  await client.connect();
  await client.query(text, values);
  await client.end();
}

describe.each([
  ['memory', () => createMemoryBus()],
  ['postgres', () => createPostgresBus({ connectionString: database.url })],
] as const)('the %s bus', (_name, create) => {
  test('calls every listener of the topic with the id, and no listener of another', async () => {
    await withBus(create, async (bus) => {
      const heard: string[] = [];
      await bus.listen('snapshot', (id) => heard.push(`a ${id}`));
      await bus.listen('snapshot', (id) => heard.push(`b ${id}`));
      await bus.listen('alert', (id) => heard.push(`c ${id}`));
      await bus.announce('snapshot', '7');
      await bus.announce('alert', '8');
      await waitFor(() => heard.length >= 3, { deadlineMs: DEADLINE_MS });
      expect(heard).toEqual(['a 7', 'b 7', 'c 8']);
    });
  });

  test('no longer calls who has stopped listening', async () => {
    await withBus(create, async (bus) => {
      const heard: string[] = [];
      const stop = await bus.listen('snapshot', (id) => heard.push(`gone ${id}`));
      await bus.listen('alert', (id) => heard.push(id));
      await stop();
      await bus.announce('snapshot', '1');
      await bus.announce('alert', '2');
      await waitFor(() => heard.length > 0, { deadlineMs: DEADLINE_MS });
      expect(heard).toEqual(['2']);
    });
  });

  test('keeps the order of announcements', async () => {
    await withBus(create, async (bus) => {
      const heard: string[] = [];
      await bus.listen('snapshot', (id) => heard.push(id));
      const ids = Array.from({ length: 50 }, (_, i) => String(i));
      for (const id of ids) await bus.announce('snapshot', id);
      await waitFor(() => heard.length >= 50, { deadlineMs: DEADLINE_MS });
      expect(heard).toEqual(ids);
    });
  });
});

describe('the postgres bus', () => {
  test('hears another process and the notify of a commit', async () => {
    await withBus(
      () => createPostgresBus({ connectionString: database.url }),
      async (bus) => {
        const heard: string[] = [];
        await bus.listen('strategy', (id) => heard.push(id));
        await asAdmin('select pg_notify($1, $2)', ['ubot_strategy', '41']);
        await waitFor(() => heard.length > 0, { deadlineMs: DEADLINE_MS });
        expect(heard).toEqual(['41']);
      },
    );
  });

  test('wakes every listener after its connection was cut, and hears again', async () => {
    await withBus(
      () => createPostgresBus({ connectionString: database.url }),
      async (bus) => {
        const heard: string[] = [];
        await bus.listen('snapshot', (id) => heard.push(`snapshot ${id}`));
        await bus.listen('alert', (id) => heard.push(`alert ${id}`));
        await asAdmin(
          `select pg_terminate_backend(pid) from pg_stat_activity
           where application_name = 'ubot-bus' and datname = current_database()`,
        );
        await waitFor(() => heard.length >= 2, { deadlineMs: DEADLINE_MS });
        expect(heard).toEqual(['snapshot ', 'alert ']);
        await asAdmin('select pg_notify($1, $2)', ['ubot_alert', '9']);
        await waitFor(() => heard.length >= 3, { deadlineMs: DEADLINE_MS });
        expect(heard[2]).toBe('alert 9');
      },
    );
  });

  test('drops an announcement and closes in peace when there is no server', async () => {
    const warned: unknown[] = [];
    const log = { info: () => {}, warn: (fields: Record<string, unknown>) => void warned.push(fields['event']) };
    const bus = createPostgresBus({ connectionString: 'postgres://nobody@127.0.0.1:1/none', log });
    await bus.listen('alert', () => {});
    await bus.announce('alert', '1');
    await bus.close();
    expect(warned).toEqual(['bus.connect_failed', 'bus.announcement_dropped']);
  });
});
