import type { LinkPurpose } from '@ubot/contracts';
import type { Executor } from '../database.ts';

export interface UndeliveredLink {
  id: string;
  email: string;
  purpose: LinkPurpose;
  url: string;
  createdAtMs: number;
  expiresAtMs: number;
}

/** Kept for the operator to pass on; an address has one of a kind. */
export async function insertUndeliveredLink(db: Executor, link: UndeliveredLink): Promise<void> {
  const { id, email, purpose, url, createdAtMs, expiresAtMs } = link;
  await db.query(
    `with before as (delete from account.undelivered_links where email = $2 and purpose = $3)
     insert into account.undelivered_links (id, email, purpose, url, created_at, expires_at)
     values ($1, $2, $3, $4, $5, $6)`,
    [id, email, purpose, url, new Date(createdAtMs), new Date(expiresAtMs)],
  );
}

/** Links that still work, newest first. */
export async function undeliveredLinks(db: Executor, nowMs: number): Promise<UndeliveredLink[]> {
  return db.query<UndeliveredLink & Record<string, unknown>>(
    `select id, email, purpose, url, floor(extract(epoch from created_at) * 1000)::float8 as "createdAtMs",
       floor(extract(epoch from expires_at) * 1000)::float8 as "expiresAtMs"
     from account.undelivered_links where expires_at > $1 order by created_at desc limit 500`,
    [new Date(nowMs)],
  );
}
