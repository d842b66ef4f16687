import { lockUntoldPause, markTold, withTransaction, type Database, type UntoldPause } from '@ubot/db';
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

/** Tells users by another of their channels that one was paused, once for each. */
export function startPauseNotices(options: NoticesOptions): { stop(): Promise<void> } {
  const { log } = options;
  let running = Promise.resolve();
  const look = (): void => {
    running = running
      .then(async () => {
        while (await tellNext(options));
      })
      .catch((error: unknown) => log.warn({ event: 'channel.pause_notice_failed', error }));
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
export async function tellNext({ db, driver, nowMs, log }: NoticesOptions): Promise<boolean> {
  const told = await withTransaction(db, async (tx) => {
    const pause = await lockUntoldPause(tx);
    if (pause === null) return null;
    const way = wayTo(pause, driver);
    await markTold(tx, { channelId: pause.channelId, byChannelId: way?.id ?? null, nowMs: nowMs() });
    return { pause, way };
  });
  if (told === null) return false;
  const { pause, way } = told;
  const about = { channelId: pause.channelId, byChannelId: way?.id ?? null };
  const sendText = way === null ? undefined : driver(way.target.kind)?.sendCode;
  if (way === null || sendText === undefined) {
    log.info({ event: 'channel.pause_not_told', ...about });
    return true;
  }
  const { target } = way;
  const text = `uBot has paused your channel "${pause.name}" (${pause.kind}): ${pause.detail} Alerts do not go there until you resume it.`;
  const signal = AbortSignal.timeout(SEND_LIMIT_MS);
  const outcome = await sendText({ target, code: '', text, signingSecret: null, signal });
  log.info({ event: 'channel.pause_told', ...about, outcome: outcome.kind });
  return true;
}

function wayTo(
  { others }: UntoldPause,
  driver: NoticesOptions['driver'],
): { id: string; target: ChannelTarget } | null {
  for (const kind of WAYS) {
    const found = others.find(({ target }) => target.kind === kind);
    if (found !== undefined && driver(kind)?.sendCode !== undefined) return found;
  }
  return null;
}
