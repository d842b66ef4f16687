import {
  placeholderKey,
  placeholdersIn,
  type Alert,
  type ChannelKind,
  type TemplatePlaceholder,
} from '@ubot/contracts';
import { formatNumber } from './format.ts';
import { formatValue } from './explain.ts';
import { withoutLinks } from './names.ts';

/** Two joined SMS segments: what Twilio advises as the most. */
export const DEFAULT_TEXT_CHARS = 320;
/** What Twilio accepts at most. */
export const TEMPLATE_TEXT_CHARS = 1_600;
const STRATEGY_NAME_CHARS = 60;
const COIN_NAME_CHARS = 40;

export interface RenderInput {
  readonly alert: Pick<
    Alert,
    | 'strategyName'
    | 'coin'
    | 'timeframe'
    | 'triggeredAtMs'
    | 'priceUsd'
    | 'source'
    | 'condition'
    | 'explanation'
    | 'values'
    | 'candle'
    | 'late'
    | 'mayRepaint'
  >;
  /** The user's own text; null for the default one. */
  readonly template: string | null;
  /** IANA name; UTC when it is not one. */
  readonly timeZone: string;
  /** Ends every text, so that a message can be found again at the provider. */
  readonly reference: string;
  /** Where the text goes: names in it never become links there. Without it they stay as they are. */
  readonly kind?: ChannelKind | null;
  /** Where the alert is shown and acknowledged; null without a public address. */
  readonly links?: { readonly alert: string | null; readonly acknowledge: string | null };
  /** What a text costs, in segments of an SMS: the default text has no link that would make it dearer. */
  readonly costOf?: (text: string) => number;
}

/** Characters that word processors put in, which would turn a whole SMS into one of 70 characters a segment. */
const PLAIN_SIGNS: ReadonlyMap<string, string> = new Map([
  ['\u2018', "'"],
  ['\u2019', "'"],
  ['\u201c', '"'],
  ['\u201d', '"'],
  ['\u2013', '-'],
  ['\u2014', '-'],
  ['\u2212', '-'],
  ['\u2026', '...'],
  ['\u00a0', ' '],
  ['\u202f', ' '],
  ['\u2009', ' '],
]);

export function plainSigns(text: string): string {
  return text.replace(
    /[\u2018\u2019\u201c\u201d\u2013\u2014\u2212\u2026\u00a0\u202f\u2009]/g,
    (sign) => PLAIN_SIGNS.get(sign) ?? sign,
  );
}

/** The letters of GSM-7's basic table, of which an SMS holds 160 in a segment. */
const GSM_BASIC = /^[@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !"#¤%&'()*+,\-./0-9:;<=>?¡A-ZÄÖÑÜ§¿a-zäöñüà]*$/;

/** At most `limit` UTF-16 units, with "..." where something was left out; never half a character. */
export function shorten(text: string, limit: number): string {
  if (text.length <= limit) return text;
  if (limit <= 3) return '';
  const cut = text.slice(0, limit - 3);
  return `${/[\uD800-\uDBFF]$/.test(cut) ? cut.slice(0, -1) : cut}...`;
}

const CLOCK = {
  year: 'numeric',
  month: '2-digit',
  day: '2-digit',
  hour: '2-digit',
  minute: '2-digit',
  hourCycle: 'h23',
} as const;

/** There are about 600 zones; names that are none read as UTC and are not kept. */
const clocks = new Map<string, Intl.DateTimeFormat>();

/** Made once for each zone: that costs more than the rest of a text. */
function clockOf(timeZone: string): Intl.DateTimeFormat {
  const known = clocks.get(timeZone);
  if (known !== undefined) return known;
  try {
    const made = new Intl.DateTimeFormat('en-US', { ...CLOCK, timeZone });
    clocks.set(timeZone, made);
    return made;
  } catch {
    return clockOf('UTC');
  }
}

/** Worked out rather than asked for: what Intl calls an offset differs between versions of its tables. */
function offsetLabel(offsetMinutes: number): string {
  if (offsetMinutes === 0) return 'UTC';
  const [hours, minutes] = [Math.floor(Math.abs(offsetMinutes) / 60), Math.abs(offsetMinutes) % 60];
  const rest = minutes === 0 ? '' : `:${String(minutes).padStart(2, '0')}`;
  return `GMT${offsetMinutes < 0 ? '-' : '+'}${hours}${rest}`;
}

/**
 * A time as people of a zone write it, the zone included.
 *
 * Shape:  epoch milliseconds → `2026-11-21 04:00 UTC`, `2026-11-21 05:00 GMT+1`.
 * Edges:  a zone that does not exist reads as UTC.
 */
export function formatTime(atMs: number, timeZone: string): string {
  const parts = new Map(
    clockOf(timeZone)
      .formatToParts(atMs)
      .map(({ type, value }) => [type, value]),
  );
  const day = `${parts.get('year')}-${parts.get('month')}-${parts.get('day')}`;
  const time = `${parts.get('hour')}:${parts.get('minute')}`;
  const offsetMinutes = Math.round((Date.parse(`${day}T${time}Z`) - Math.floor(atMs / 60_000) * 60_000) / 60_000);
  return `${day} ${time} ${offsetLabel(offsetMinutes)}`;
}

/** Symbols are shared by many coins, so the name stands beside it, or the id where the name would not fit an SMS. */
export function coinLabel({ coin }: Pick<Alert, 'coin'>, kind: ChannelKind | null = null): string {
  const name = plainSigns(coin.name);
  const symbol = withoutLinks(coin.symbol, kind);
  return GSM_BASIC.test(name)
    ? `${withoutLinks(shorten(name, COIN_NAME_CHARS), kind)} (${symbol})`
    : `${symbol} (#${coin.id})`;
}

/** What must be known before the rest is believed. */
function caveats({ late, source }: RenderInput['alert']): string {
  const words = [...(late ? ['Late'] : []), ...(/^demo\b/i.test(source) ? ['demo data'] : [])];
  const text = words.join(', ');
  return text === '' ? '' : `${text[0]?.toUpperCase()}${text.slice(1)}: `;
}

/** These have a place of their own for the link, or nobody to open it. */
const LINK_APART: ReadonlySet<ChannelKind> = new Set<ChannelKind>([
  'email',
  'ntfy',
  'pushover',
  'web_push',
  'log',
  'voice',
]);

function defaultText(input: RenderInput): string {
  const { alert, timeZone, reference, kind = null } = input;
  const time = formatTime(alert.triggeredAtMs, timeZone);
  const candle = alert.mayRepaint
    ? `${alert.timeframe} candle still open at ${time}`
    : `${alert.timeframe} candle closed ${time}`;
  const head = `${caveats(alert)}${coinLabel(alert, kind)} ${formatNumber(alert.priceUsd)} USD, ${candle}. `;
  const name = `${withoutLinks(shorten(plainSigns(alert.strategyName), STRATEGY_NAME_CHARS), kind)}: `;
  const tail = ` Ref ${reference}`;
  const room = DEFAULT_TEXT_CHARS - head.length - name.length - tail.length - 1;
  const text = `${head}${name}${shorten(alert.explanation, room)}.`;
  const link = input.links?.alert ?? null;
  if (link === null || (kind !== null && LINK_APART.has(kind))) return text + tail;
  const withLink = `${text} ${link}${tail}`;
  const isDearer = input.costOf !== undefined && input.costOf(withLink) > input.costOf(text + tail);
  return isDearer ? text + tail : withLink;
}

function placeholderValues(input: RenderInput): ReadonlyMap<string, string> {
  const { alert, timeZone, reference, links, kind = null } = input;
  const fixed: Readonly<Record<TemplatePlaceholder, string>> = {
    'coin.symbol': withoutLinks(alert.coin.symbol, kind),
    'coin.name': withoutLinks(alert.coin.name, kind),
    close: formatNumber(alert.candle?.close ?? alert.priceUsd),
    price: formatNumber(alert.priceUsd),
    time: formatTime(alert.triggeredAtMs, timeZone),
    condition: alert.condition,
    explanation: alert.explanation,
    strategy: withoutLinks(alert.strategyName, kind),
    timeframe: alert.timeframe,
    reference,
    link: links?.alert ?? '',
    ack_link: links?.acknowledge ?? '',
  };
  return new Map([
    // The user's own names and the parts of the condition first: the fixed names win.
    ...alert.values.map(({ text, value }) => [placeholderKey(text), formatValue(value)] as const),
    ...Object.entries(fixed),
  ]);
}

/** Whether a text names a placeholder; what it costs to make its value is then worth it. */
export function usesPlaceholder(template: string | null, name: TemplatePlaceholder): boolean {
  return template !== null && placeholdersIn(template).some((use) => placeholderKey(use.name) === name);
}

function templateText(input: RenderInput, template: string): string {
  const values = placeholderValues(input);
  // One pass: what a placeholder brings in is not searched for placeholders again.
  const filled = template.replace(
    /\{\{([^{}\n]{1,200})\}\}/g,
    (written, name: string) => values.get(placeholderKey(name)) ?? written,
  );
  const tail = ` Ref ${input.reference}`;
  const head = caveats(input.alert);
  return `${head}${shorten(filled, TEMPLATE_TEXT_CHARS - head.length - tail.length)}${tail}`;
}

/**
 * The text of an alert as it is sent.
 *
 * Shape:  the default text names coin, price, candle and time, strategy and the values that made it fire, in at most 320
 *         characters and a link; a template is filled in and cut at 1,600. Both say when the alert is late or of demo data,
 *         and end with the reference.
 * Edges:  an unknown placeholder stays as it was written, a link that there is not is empty. The link is left out of the
 *         default text where it would cost another segment. The default text is of GSM-7 characters unless the strategy's
 *         name, the coin's symbol or the condition is not.
 */
export function renderAlertText(input: RenderInput): string {
  return input.template === null ? defaultText(input) : templateText(input, input.template);
}
