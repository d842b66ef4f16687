import type { Alert } from '@ubot/contracts';
import { formatNumber } from './format.ts';
import { coinLabel, formatTime, plainSigns, shorten } from './render.ts';

const STRATEGY_NAME_CHARS = 40;

export type DigestAlert = Pick<Alert, 'strategyName' | 'coin' | 'triggeredAtMs' | 'priceUsd' | 'source' | 'late'>;

export interface DigestInput {
  /** Two or more, in the order in which they are told. */
  readonly alerts: readonly DigestAlert[];
  /** IANA name; UTC when it is not one. */
  readonly timeZone: string;
  /** Ends the text, so that the message can be found again at the provider. */
  readonly reference: string;
  /** UTF-16 units that the channel carries. */
  readonly maxChars: number;
  /** The address of all alerts; null when uBot does not know by what address it is reached. */
  readonly seeAllAt: string | null;
}

/**
 * Several alerts as one text.
 *
 * Shape:  how many and of when; a line for each with time, coin, price and strategy; how many more there are and where
 *         they are to be seen; the reference. In at most `maxChars`.
 * Edges:  where alerts are of several days of the user, each line names the day. What the limit leaves no room for is
 *         left out from the end; the count, and the reference, never are.
 */
export function renderDigestText(input: DigestInput): string {
  const { alerts, maxChars, reference } = input;
  // Alerts of a storm are of a few instants.
  const byInstant = new Map<number, LocalTime>();
  for (const { triggeredAtMs } of alerts) {
    if (!byInstant.has(triggeredAtMs)) byInstant.set(triggeredAtMs, timeOf(triggeredAtMs, input.timeZone));
  }
  const times = alerts.map(({ triggeredAtMs }) => byInstant.get(triggeredAtMs)!);
  const isOneDay = new Set(times.map(({ day }) => day)).size === 1;
  const lines = alerts.map((alert, index) => lineOf(alert, times[index]!, isOneDay));
  const head = headOf(input);
  const end = ` Ref ${reference}`;
  for (let shown = mostShown({ lines, room: maxChars - head.length - end.length }); shown > 0; shown -= 1) {
    const rest = restOf(lines.length - shown, input.seeAllAt);
    const text = `${[head, ...lines.slice(0, shown), ...rest].join('\n')}${end}`;
    if (text.length <= maxChars) return text;
  }
  const [rest = ''] = restOf(lines.length, input.seeAllAt);
  return `${shorten(`${head}\n${rest}`, maxChars - end.length)}${end}`;
}

/** How many lines there is room for if nothing has to be said of the rest. */
function mostShown({ lines, room }: { lines: readonly string[]; room: number }): number {
  let used = 0;
  const over = lines.findIndex((line) => (used += line.length + 1) > room);
  return over === -1 ? lines.length : over;
}

interface LocalTime {
  readonly day: string;
  readonly clock: string;
  readonly zone: string;
}

function timeOf(atMs: number, timeZone: string): LocalTime {
  const [day = '', clock = '', zone = ''] = formatTime(atMs, timeZone).split(' ');
  return { day, clock, zone };
}

/** "10 alerts, 2026-11-21 13:00 to 14:05 GMT+1:" */
function headOf({ alerts, timeZone }: DigestInput): string {
  const atMs = alerts.map(({ triggeredAtMs }) => triggeredAtMs);
  const first = timeOf(Math.min(...atMs), timeZone);
  const last = timeOf(Math.max(...atMs), timeZone);
  const isDemo = alerts.some(({ source }) => /^demo\b/i.test(source));
  // In the night in which clocks are set back, two times may read alike that are an hour apart.
  const isOneZone = first.zone === last.zone;
  const start = `${first.day} ${first.clock}${isOneZone ? '' : ` ${first.zone}`}`;
  const isOneMinute = isOneZone && first.day === last.day && first.clock === last.clock;
  const until = isOneMinute ? '' : ` to ${first.day === last.day ? '' : `${last.day} `}${last.clock}`;
  return `${isDemo ? 'Demo data: ' : ''}${alerts.length} alerts, ${start}${until} ${last.zone}:`;
}

/** "14:05 Bitcoin (BTC) 35000 USD: Dip", "11-21 00:05 …" where days differ, "…: Dip, late" */
function lineOf(alert: DigestAlert, { day, clock }: LocalTime, isOneDay: boolean): string {
  const time = isOneDay ? clock : `${day.slice(5)} ${clock}`;
  const name = shorten(plainSigns(alert.strategyName).replaceAll(/\s+/g, ' '), STRATEGY_NAME_CHARS);
  return `${time} ${coinLabel(alert)} ${formatNumber(alert.priceUsd)} USD: ${name}${alert.late ? ', late' : ''}`;
}

function restOf(count: number, seeAllAt: string | null): string[] {
  if (count === 0) return [];
  return [seeAllAt === null ? `and ${count} more, in uBot's list of alerts` : `and ${count} more: ${seeAllAt}`];
}
