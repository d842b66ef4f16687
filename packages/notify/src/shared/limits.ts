import type { ChannelKind } from '@ubot/contracts';
import { fitSms, shortenBytes, shortenKeepingEnd, SMS_LIMITS, SMS_TEXT_CHARS, type SmsLimits } from './smsText.ts';

/** What one message of a kind holds at most. Characters are UTF-16 units, as the providers count. */
export interface TextLimit {
  readonly most: number;
  readonly unit: 'characters' | 'bytes';
}

/** null: as much as a text can be. */
const TEXT_LIMITS: Readonly<Record<ChannelKind, TextLimit | null>> = {
  sms: { most: SMS_TEXT_CHARS, unit: 'characters' },
  whatsapp: { most: SMS_TEXT_CHARS, unit: 'characters' },
  // Longer than anybody listens; the call says it twice.
  voice: { most: 600, unit: 'characters' },
  // Telegram counts after its entities are parsed; plain text has none.
  telegram: { most: 4_096, unit: 'characters' },
  discord: { most: 2_000, unit: 'characters' },
  // Slack cuts longer texts itself.
  slack: { most: 4_000, unit: 'characters' },
  // More of it becomes an attachment.
  ntfy: { most: 4_096, unit: 'bytes' },
  pushover: { most: 1_024, unit: 'characters' },
  // 4 KB encrypted, of which quotation marks take two bytes each.
  web_push: { most: 1_400, unit: 'bytes' },
  email: null,
  webhook: null,
  module: null,
  log: null,
};

export function textLimit(kind: ChannelKind): TextLimit | null {
  return TEXT_LIMITS[kind];
}

/**
 * A text as a channel of this kind takes it: shortened where it is too long, its end (the reference) kept. An SMS is cut,
 * and transliterated where the operator wants it, by its segments.
 */
export function fitText(kind: ChannelKind, text: string, end: string, smsLimits: SmsLimits = SMS_LIMITS): string {
  if (kind === 'sms') return fitSms(text, end, smsLimits);
  const limit = TEXT_LIMITS[kind];
  if (limit === null) return text;
  return limit.unit === 'bytes' ? shortenBytes(text, limit.most, end) : shortenKeepingEnd(text, limit.most, end);
}
