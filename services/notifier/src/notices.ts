import { lockUntoldPause, markTold, withTransaction, type Database } from '@ubot/db';
import type { ChannelDriver } from '@ubot/notify';
import type { Logger } from '@ubot/service-kit';
import type { ChannelKind, ChannelTarget } from '@ubot/contracts';

const CHECK_MS = 15_000;
const SEND_LIMIT_MS = 15_000;

/** Ways to a person, the likeliest to be read soon before the others. A program has no use for such words. */
const WAYS: readonly ChannelKind[] = ['telegram', 'pushover', 'ntfy', 'whatsapp', 'sms', 'slack', 'discord', 'email'];

export interface NoticesOptions {
  readonly db: Database;
  readonly driver: (kind: ChannelKind) => ChannelDriver | undefined;
  readonly nowMs: () => number;
  readonly log: Logger;
}

/** Tells users what there is to tell, a notice at a time: each of `tellers` tells one, or says that there is none. */
export function startNotices({ tellers, log }: { tellers: readonly (() => Promise<boolean>)[]; log: Logger }): {
  stop(): Promise<void>;
} {
  let running = Promise.resolve();
  const look = (): void => {
    running = running
      .then(async () => {
        for (const tellNext of tellers) while (await tellNext());
      })
      .catch((error: unknown) => log.warn({ event: 'notice.failed', error }));
  };
  const timer = setInterval(look, CHECK_MS);
  look();
  return {
    async stop() {
      clearInterval(timer);
      await running;
    },
  };
}

/**
 * Tells of the pause that has waited longest. It counts as told before anything is sent: a notice may be lost when uBot is
 * killed in that moment, but never comes twice, and the channel shows its pause in any case.
 *
 * Shape: → false when none was left.
 */
export async function tellNextPause({ db, driver, nowMs, log }: NoticesOptions): Promise<boolean> {
  const told = await withTransaction(db, async (tx) => {
    const pause = await lockUntoldPause(tx);
    if (pause === null) return null;
    const way = chooseWay(pause.others, driver);
    await markTold(tx, { channelId: pause.channelId, byChannelId: way?.id ?? null, nowMs: nowMs() });
    return { pause, way };
  });
  if (told === null) return false;
  const { pause, way } = told;
  const about = { channelId: pause.channelId, byChannelId: way?.id ?? null };
  const text = `uBot has paused your channel "${pause.name}" (${pause.kind}): ${pause.detail} Alerts do not go there until you resume it.`;
  const outcome = await tellBy({ driver, target: way?.target ?? null, text });
  log.info({ event: way === null ? 'channel.pause_not_told' : 'channel.pause_told', ...about, outcome });
  return true;
}

/** Sends words of uBot's own. */
export async function tellBy(given: {
  driver: NoticesOptions['driver'];
  /** null: there is no way. */
  target: ChannelTarget | null;
  text: string;
}): Promise<'sent' | 'echoed' | 'failed' | 'no_way'> {
  const { driver, target, text } = given;
  const sendText = target === null ? undefined : driver(target.kind)?.sendCode;
  if (target === null || sendText === undefined) return 'no_way';
  const signal = AbortSignal.timeout(SEND_LIMIT_MS);
  return (await sendText({ target, code: '', text, signingSecret: null, signal })).kind;
}

/** The channel of a user on which such words are likeliest to be read soon; null: none carries them. */
export function chooseWay(
  channels: readonly { readonly id: string; readonly target: ChannelTarget }[],
  driver: NoticesOptions['driver'],
): { id: string; target: ChannelTarget } | null {
  for (const kind of WAYS) {
    const found = channels.find(({ target }) => target.kind === kind);
    if (found !== undefined && driver(kind)?.sendCode !== undefined) return found;
  }
  return null;
}
