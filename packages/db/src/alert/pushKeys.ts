import type { Executor } from '../database.ts';

export interface PushKeys {
  readonly publicKey: string;
  readonly privateKey: string;
}

/** The stored key pair; `made` is stored when there is none. Two that start at once agree on the first one's. */
export async function keepPushKeys(
  db: Executor,
  { made, nowMs }: { made: () => PushKeys; nowMs: number },
): Promise<PushKeys> {
  const stored = async (): Promise<PushKeys | undefined> =>
    (
      await db.query<PushKeys & Record<string, unknown>>(
        'select public_key as "publicKey", private_key as "privateKey" from alert.push_keys',
      )
    )[0];
  const known = await stored();
  if (known !== undefined) return known;
  const { publicKey, privateKey } = made();
  await db.query(
    'insert into alert.push_keys (public_key, private_key, created_at) values ($1, $2, $3) on conflict do nothing',
    [publicKey, privateKey, new Date(nowMs).toISOString()],
  );
  const kept = await stored();
  if (kept === undefined) throw new Error('the push keys were not stored');
  return kept;
}
