import type { ChannelTarget } from '@ubot/contracts';
import type { ClaimedNotification } from '@ubot/db';

/** Where a notification goes now: its channel's target, or the same number by another kind. null: the channel is gone. */
export function targetOf({ channel, sentAs }: Pick<ClaimedNotification, 'channel' | 'sentAs'>): ChannelTarget | null {
  const target = channel?.target ?? null;
  return sentAs === 'sms' && target?.kind === 'whatsapp' ? { kind: 'sms', to: target.to } : target;
}

/** Whether what this channel cannot carry may go by SMS; it does so once. */
export function mayFallBack(given: {
  target: ChannelTarget | null;
  options: { fallback?: 'sms' };
  sentAs: 'sms' | null;
}): boolean {
  return given.target?.kind === 'whatsapp' && given.options.fallback === 'sms' && given.sentAs === null;
}
