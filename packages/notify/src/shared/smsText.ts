import anyAscii from 'any-ascii';

/** Twilio accepts at most this many characters in one message. */
export const SMS_TEXT_CHARS = 1_600;

const BASIC = new Set(
  '@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !"#¤%&\'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà',
);
/** Two places each: an escape before them. */
const EXTENDED = new Set('|^€{}[]~\\\f');

const isGsm = (character: string): boolean => BASIC.has(character) || EXTENDED.has(character);

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
  const allGsm = [...text].every(isGsm);
  const encoding = allGsm ? 'GSM-7' : 'UCS-2';
  const { single, joined } = LIMITS[encoding];
  const sizes = [...text].map((character) => (allGsm ? (EXTENDED.has(character) ? 2 : 1) : character.length));
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

export interface SmsLimits {
  readonly maxSegments: number;
  /** Characters outside GSM-7 are written with those inside it where that takes fewer segments. */
  readonly transliterate: boolean;
}

/**
 * What 1,600 characters of GSM-7 take; in UCS-2 that is 737 characters. The provider refuses more than 1,600 characters.
 */
export const SMS_MAX_SEGMENTS = 11;
export const SMS_LIMITS: SmsLimits = { maxSegments: SMS_MAX_SEGMENTS, transliterate: false };

/**
 * A text as it goes out by SMS: transliterated where that is wanted and saves segments, and cut before its end (the
 * reference) where it is longer than the provider or the limit of segments allows.
 *
 * Edges: never cut inside what a reader sees as one character, whatever it is made of.
 */
export function fitSms(text: string, end: string, { maxSegments, transliterate }: SmsLimits): string {
  const written = transliterate ? cheaper(text) : text;
  const fits = (candidate: string): boolean =>
    candidate.length <= SMS_TEXT_CHARS && smsSegments(candidate).segments <= maxSegments;
  return shortenTo(written, end, fits);
}

/** The text in GSM-7 when it takes fewer segments so, else as it is. */
function cheaper(text: string): string {
  const { encoding, segments } = smsSegments(text);
  if (encoding === 'GSM-7') return text;
  const plain = [...text].map((character) => (isGsm(character) ? character : toGsm(character))).join('');
  return smsSegments(plain).segments < segments ? plain : text;
}

/** The only ASCII characters that GSM-7 lacks are the backtick and control signs. */
function toGsm(character: string): string {
  return [...anyAscii(character)].map((ascii) => (isGsm(ascii) ? ascii : ascii === '`' ? "'" : ' ')).join('');
}

/** A text of at most `limit` UTF-16 units that keeps its end, where the reference stands. */
export function shortenKeepingEnd(text: string, limit: number, end: string): string {
  return shortenTo(text, end, (candidate) => candidate.length <= limit);
}

/** A text of at most `limit` UTF-16 units, for a title or a description: nothing in it has to be kept. */
export function shorten(text: string, limit: number): string {
  return shortenKeepingEnd(text, limit, '');
}

/** A text of at most so many bytes of UTF-8 that keeps its end. */
export function shortenBytes(text: string, limit: number, end: string): string {
  return shortenTo(text, end, (candidate) => Buffer.byteLength(candidate) <= limit);
}

/** The longest beginning that fits together with the end. What fits must not stop to fit when it gets shorter. */
function shortenTo(text: string, end: string, fits: (candidate: string) => boolean): string {
  if (fits(text)) return text;
  const tail = end !== '' && text.endsWith(end) ? ` ${end}` : '';
  const cuts = [...new Intl.Segmenter().segment(text)].map(({ index }) => index);
  let longest = 0;
  let tooLong = cuts.length;
  while (tooLong - longest > 1) {
    const middle = Math.floor((longest + tooLong) / 2);
    if (fits(`${text.slice(0, cuts[middle])}...${tail}`)) longest = middle;
    else tooLong = middle;
  }
  return `${text.slice(0, cuts[longest])}...${tail}`;
}
