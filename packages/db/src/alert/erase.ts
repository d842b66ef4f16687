import type { Transaction } from '../database.ts';

/** Removes what is stored of a deleted account: alerts with their deliveries, decisions, machines, silences, inhibitions,
 * what its channels were sent last and in all, and what it was told. */
export async function eraseAlertsOf(
  tx: Transaction,
  { userId, strategyIds }: { userId: string; strategyIds: readonly string[] },
): Promise<{ alerts: number }> {
  const alerts = await tx.query('delete from alert.alerts where user_id = $1 returning id', [userId]);
  await tx.query('delete from alert.decisions where strategy_id = any($1::uuid[])', [strategyIds]);
  await tx.query('delete from alert.alert_state where strategy_id = any($1::uuid[])', [strategyIds]);
  await tx.query('delete from alert.silences where user_id = $1', [userId]);
  await tx.query('delete from alert.inhibitions where user_id = $1', [userId]);
  await tx.query('delete from alert.channel_digests where user_id = $1', [userId]);
  await tx.query('delete from alert.message_counts where owner = $1', [userId]);
  await tx.query('delete from alert.notices where user_id = $1', [userId]);
  return { alerts: alerts.length };
}
