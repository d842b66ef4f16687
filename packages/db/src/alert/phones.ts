import type { Executor, Transaction } from '../database.ts';

const iso = (atMs: number): string => new Date(atMs).toISOString();

/** WhatsApp takes free text for so long after the recipient's last message. */
const SESSION_MS = 24 * 3_600_000;
/** What has begun in the last minute of the window might arrive after it. */
const SESSION_MARGIN_MS = 60_000;

/** Remembers an inbound message. → false: it has been here before. */
export async function rememberInbound(
  tx: Transaction,
  { sid, nowMs }: { sid: string; nowMs: number },
): Promise<boolean> {
  const rows = await tx.query(
    'insert into alert.inbound_messages (sid, received_at) values ($1, $2) on conflict do nothing returning sid',
    [sid, iso(nowMs)],
  );
  return rows.length === 1;
}

export async function openWhatsAppSession(tx: Transaction, number: string, nowMs: number): Promise<void> {
  await tx.query(
    `insert into alert.phone_numbers (number, whatsapp_inbound_at, updated_at) values ($1, $2, $2)
     on conflict (number) do update set whatsapp_inbound_at = excluded.whatsapp_inbound_at, updated_at = excluded.updated_at`,
    [number, iso(nowMs)],
  );
}

/** The provider says that the window is closed. → whether it was thought to be open. */
export async function closeWhatsAppSession(tx: Transaction, number: string, nowMs: number): Promise<boolean> {
  const rows = await tx.query(
    `update alert.phone_numbers set whatsapp_inbound_at = null, updated_at = $2
     where number = $1 and whatsapp_inbound_at > $3 returning number`,
    [number, iso(nowMs), iso(nowMs - SESSION_MS)],
  );
  return rows.length === 1;
}

/** Which of these numbers may be written to freely on WhatsApp. */
export async function openSessionsOf(db: Executor, numbers: readonly string[], nowMs: number): Promise<Set<string>> {
  if (numbers.length === 0) return new Set();
  const rows = await db.query<{ number: string }>(
    'select number from alert.phone_numbers where number = any($1::text[]) and whatsapp_inbound_at > $2',
    [numbers, iso(nowMs - SESSION_MS + SESSION_MARGIN_MS)],
  );
  return new Set(rows.map(({ number }) => number));
}

/** Which of these numbers want no messages. */
export async function optedOutOf(db: Executor, numbers: readonly string[]): Promise<Set<string>> {
  if (numbers.length === 0) return new Set();
  const rows = await db.query<{ number: string }>(
    'select number from alert.phone_numbers where number = any($1::text[]) and opted_out_at is not null',
    [numbers],
  );
  return new Set(rows.map(({ number }) => number));
}

/**
 * A number wants no more messages, by whatever of our numbers and channels. What is queued for it ends with this.
 *
 * Shape: → ids of the notifications that ended.
 */
export async function optOut(
  tx: Transaction,
  options: { number: string; by: 'word' | 'provider'; detail: string; nowMs: number },
): Promise<string[]> {
  const { number, by, detail, nowMs } = options;
  await tx.query(
    `insert into alert.phone_numbers (number, opted_out_at, opted_out_by, updated_at) values ($1, $2, $3, $2)
     on conflict (number) do update set opted_out_by = case when phone_numbers.opted_out_at is null then excluded.opted_out_by
       else phone_numbers.opted_out_by end,
       opted_out_at = coalesce(phone_numbers.opted_out_at, excluded.opted_out_at), updated_at = excluded.updated_at`,
    [number, iso(nowMs), by],
  );
  const rows = await tx.query<{ id: string }>(
    `with changed as (
       update alert.notifications n set state = 'not_sent', error_code = 'opted_out', error_detail = $2, updated_at = $3
       from account.channels c
       where c.id = n.channel_id and c.kind in ('sms', 'whatsapp', 'voice') and c.target ->> 'to' = $1
         and n.state = 'queued'
       returning n.id
     )
     select id, pg_notify('ubot_notification', id::text) from changed`,
    [number, detail, iso(nowMs)],
  );
  return rows.map(({ id }) => id);
}

/** A number wants messages again. → whether it had opted out. */
export async function optIn(tx: Transaction, number: string, nowMs: number): Promise<boolean> {
  const rows = await tx.query(
    `update alert.phone_numbers set opted_out_at = null, opted_out_by = null, updated_at = $2
     where number = $1 and opted_out_at is not null returning number`,
    [number, iso(nowMs)],
  );
  await tx.query(`delete from alert.channel_pauses where reason = 'opted_out' and target ->> 'to' = $1`, [number]);
  return rows.length === 1;
}
