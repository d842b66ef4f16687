import { eq } from 'drizzle-orm';
import type { Executor } from '../database.ts';
import { sourceState } from './tables.ts';

/** What was last written about a source; null when nothing was. Its shape belongs to who writes it. */
export async function readSourceState(executor: Executor, source: string): Promise<Record<string, unknown> | null> {
  const [row] = await executor.orm
    .select({ state: sourceState.state })
    .from(sourceState)
    .where(eq(sourceState.source, source));
  return row?.state ?? null;
}

export async function writeSourceState(
  executor: Executor,
  options: { source: string; state: Record<string, unknown>; nowMs: number },
): Promise<void> {
  const { source, state, nowMs } = options;
  await executor.orm
    .insert(sourceState)
    .values({ source, state, updatedAtMs: nowMs })
    .onConflictDoUpdate({ target: sourceState.source, set: { state, updatedAtMs: nowMs } });
}
