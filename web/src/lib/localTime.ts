/**
 * What a clock in `zone` shows, as inputs of the kind `datetime-local` write it: "2026-11-21T10:05", to the minute.
 */
export const localTimeOf = (atMs: number, zone: string): string =>
  new Date(atMs + offsetAt(atMs, zone)).toISOString().slice(0, 'yyyy-mm-ddThh:mm'.length);

/**
 * The instant at which a clock in `zone` shows this.
 *
 * Edges: of an hour that the clocks go through twice, the later one; of one that they leave out, as far behind its beginning.
 *        null for what is not a time after 1970.
 */
export function instantOf(local: string, zone: string): number | null {
  const shown = Date.parse(`${local}Z`);
  if (!Number.isFinite(shown)) return null;
  const near = shown - offsetAt(shown, zone);
  const atMs = shown - offsetAt(near, zone);
  return atMs > 0 ? atMs : null;
}

const SECOND_MS = 1_000;

/** How far the clocks of a zone are ahead of UTC, in milliseconds. */
function offsetAt(atMs: number, zone: string): number {
  const parts = new Intl.DateTimeFormat('en-US', {
    timeZone: zone,
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
    second: 'numeric',
  }).formatToParts(atMs);
  const of = (type: Intl.DateTimeFormatPartTypes): number => Number(parts.find((part) => part.type === type)?.value);
  const shown = Date.UTC(of('year'), of('month') - 1, of('day'), of('hour'), of('minute'), of('second'));
  return shown - Math.floor(atMs / SECOND_MS) * SECOND_MS;
}
