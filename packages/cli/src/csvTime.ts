// Below this many, an epoch number is seconds: as milliseconds it would be before March 1973, as seconds after 5138.
const SECONDS_BELOW = 100_000_000_000;
// The year 5138 in milliseconds; what is larger was written in microseconds or finer.
const MILLISECONDS_BELOW = 100_000_000_000_000;

const EPOCH_NUMBER = /^[+-]?\d+(\.\d+)?(e\+?\d+)?$/i;
const ISO =
  /^(\d{4})-(\d{2})-(\d{2})(?:[T ](\d{2}):(\d{2})(?::(\d{2})(?:[.,](\d{1,9}))?)?(?: ?(Z|UTC|[+-]\d{2}:?(?:\d{2})?))?)?$/i;

export type EpochUnit = 'seconds' | 'milliseconds';

/** The epoch number that a time field holds, as written; null when it is not an epoch number. */
export function epochNumber(text: string): number | null {
  return EPOCH_NUMBER.test(text) ? Number(text) : null;
}

/** The unit of a file's epoch numbers, from the largest of them; null when they are finer than milliseconds. */
export function epochUnit(largest: number): EpochUnit | null {
  if (largest >= MILLISECONDS_BELOW) return null;
  return largest < SECONDS_BELOW ? 'seconds' : 'milliseconds';
}

export function epochMs(value: number, unit: EpochUnit): number {
  return Math.round(unit === 'seconds' ? value * 1_000 : value);
}

/**
 * Epoch milliseconds of an ISO 8601 time: "2024-03-01", "2024-03-01 10:00", "2024-03-01T10:00:00.250+01:00".
 *
 * Edges: without a zone it is UTC; a day or an hour that does not exist is null, as is everything else.
 */
export function isoMs(text: string): number | null {
  const match = ISO.exec(text);
  if (match === null) return null;
  const [year, month, day, hour = 0, minute = 0, second = 0] = match
    .slice(1, 7)
    .map((part) => (part === undefined ? undefined : Number(part))) as [number, number, number, ...number[]];
  const milliseconds = Number((match[7] ?? '').padEnd(3, '0').slice(0, 3));
  if (hour > 23 || minute > 59 || second > 59) return null;
  const date = new Date(0);
  date.setUTCFullYear(year, month - 1, day);
  if (date.getUTCMonth() !== month - 1 || date.getUTCDate() !== day) return null;
  return date.setUTCHours(hour, minute, second, milliseconds) - zoneOffsetMs(match[8]);
}

function zoneOffsetMs(zone: string | undefined): number {
  const match = /^([+-])(\d{2}):?(\d{2})?$/.exec(zone ?? '');
  if (match === null) return 0;
  const minutes = Number(match[2]) * 60 + Number(match[3] ?? 0);
  return (match[1] === '-' ? -1 : 1) * minutes * 60_000;
}
