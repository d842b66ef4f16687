import type { ChannelHandles } from '@ubot/contracts';
import type { Executor, Transaction } from '../database.ts';

export interface ChannelModuleRow {
  readonly name: string;
  readonly handles: ChannelHandles;
}

/** Says which channel modules there are; those of before are forgotten. */
export async function writeChannelModules(
  tx: Transaction,
  options: { modules: readonly ChannelModuleRow[]; nowMs: number },
): Promise<void> {
  const { modules, nowMs } = options;
  const names = modules.map(({ name }) => name);
  await tx.query('delete from alert.channel_modules where name <> all($1::text[])', [names]);
  await tx.query(
    `insert into alert.channel_modules (name, handles, updated_at)
     select name, handles, $3 from unnest($1::text[], $2::jsonb[]) as m (name, handles)
     on conflict (name) do update set handles = excluded.handles, updated_at = excluded.updated_at`,
    [names, modules.map(({ handles }) => JSON.stringify(handles)), new Date(nowMs).toISOString()],
  );
}

/** null: no notifier has loaded a module of that name. */
export async function readChannelModule(db: Executor, name: string): Promise<ChannelHandles | null> {
  const rows = await db.query<{ handles: ChannelHandles }>(
    'select handles from alert.channel_modules where name = $1',
    [name],
  );
  return rows[0]?.handles ?? null;
}

/** The lanes of module channels that users have, loaded or not. */
export async function moduleLanes(db: Executor): Promise<string[]> {
  const rows = await db.query<{ kind: string }>(
    `select distinct kind from account.channels where kind like 'module:%'`,
  );
  return rows.map(({ kind }) => kind);
}
