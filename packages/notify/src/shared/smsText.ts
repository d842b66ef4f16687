/** Twilio accepts at most this many characters in one message. */
export const SMS_TEXT_CHARS = 1_600;

const BASIC = new Set(
  '@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !"#¤%&\'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà',
);
/** Two places each: an escape before them. */
const EXTENDED = new Set('|^€{}[]~\\\f');

export interface SmsSegments {
  readonly encoding: 'GSM-7' | 'UCS-2';
  readonly segments: number;
}

const LIMITS = {
  'GSM-7': { single: 160, joined: 153 },
  'UCS-2': { single: 70, joined: 67 },
} as const;

/**
 * How many SMS segments a text costs.
 *
 * Shape:  GSM-7 holds 160 places (153 in each of several), UCS-2 70 (67); one character outside GSM-7 turns all to UCS-2.
 * Edges:  an extended GSM-7 character takes two places, a character outside the basic plane two units; neither is split
 *         over two segments. The empty text has no segment.
 * Source: the provider's segment calculator, numbers checked against shared/data/twilio/sms-segments.json.
 */
export function smsSegments(text: string): SmsSegments {
  const isGsm = [...text].every((character) => BASIC.has(character) || EXTENDED.has(character));
  const encoding = isGsm ? 'GSM-7' : 'UCS-2';
  const { single, joined } = LIMITS[encoding];
  const sizes = [...text].map((character) => (isGsm ? (EXTENDED.has(character) ? 2 : 1) : character.length));
  const total = sizes.reduce((sum, size) => sum + size, 0);
  if (total === 0) return { encoding, segments: 0 };
  if (total <= single) return { encoding, segments: 1 };
  let segments = 1;
  let used = 0;
  for (const size of sizes) {
    if (used + size > joined) {
      segments += 1;
      used = 0;
    }
    used += size;
  }
  return { encoding, segments };
}

/** A text of at most `limit` UTF-16 units that keeps its end, where the reference stands. */
export function shortenKeepingEnd(text: string, limit: number, end: string): string {
  if (text.length <= limit) return text;
  const tail = text.endsWith(end) ? ` ${end}` : '';
  const head = text.slice(0, limit - tail.length - 3);
  return `${/[\uD800-\uDBFF]$/.test(head) ? head.slice(0, -1) : head}...${tail}`;
}
