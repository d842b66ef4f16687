import type { ChannelKind, ChannelTarget } from '@ubot/contracts';
import { lockUntoldNotice, markNoticeTold, withTransaction, type Database, type UntoldNotice } from '@ubot/db';
import type { ChannelDriver } from '@ubot/notify';
import type { Logger } from '@ubot/service-kit';
import { chooseWay, tellBy } from '../notices.ts';
import type { PriceTable } from './priceTable.ts';

export interface CapNoticesOptions {
  readonly db: Database;
  readonly driver: (kind: ChannelKind) => ChannelDriver | undefined;
  readonly prices: PriceTable;
  readonly nowMs: () => number;
  readonly log: Logger;
}

/**
 * Tells a user that a cap is reached, by a channel that costs nothing; who has none finds it in the dashboard. It counts as
 * told before anything is sent, and against no cap.
 *
 * Shape: → false when there was nothing to tell.
 */
export async function tellNextNotice({ db, driver, prices, nowMs, log }: CapNoticesOptions): Promise<boolean> {
  const told = await withTransaction(db, async (tx) => {
    const notice = await lockUntoldNotice(tx);
    if (notice === null) return null;
    const way = chooseWay(freeChannels(notice, prices), driver);
    await markNoticeTold(tx, { id: notice.id, byChannelId: way?.id ?? null, nowMs: nowMs() });
    return { notice, way };
  });
  if (told === null) return false;
  const { notice, way } = told;
  const about = { noticeId: notice.id, byChannelId: way?.id ?? null };
  const outcome = await tellBy({ driver, target: way?.target ?? null, text: `uBot: ${notice.text}` });
  log.info({ event: 'notice.told', ...about, outcome });
  return true;
}

/** What the table says nothing of is taken to cost nothing, except where each message costs. */
function freeChannels(
  { channels }: UntoldNotice,
  prices: PriceTable,
): { readonly id: string; readonly target: ChannelTarget }[] {
  return channels.filter(({ target }) => !PAID.has(target.kind) && prices.estimate(target, null) === null);
}

const PAID: ReadonlySet<string> = new Set(['sms', 'whatsapp', 'voice']);
