import { formatTime, formatValue } from '@ubot/alerting';
import { DEFAULT_SETTINGS, PICTURE_KINDS, type Alert } from '@ubot/contracts';
import { readAlert, readAlertStanding, readCandlesUntil, type Database } from '@ubot/db';
import { LEAST_CANDLES, titleOf, type AlertChart, type ChartRenderer, type Picture } from '@ubot/notify';
import type { Logger } from '@ubot/service-kit';
import type { ReadyToSend } from './claim.ts';
import { LINK_LIFE_MS } from './actionLinks.ts';
import { createSignedIds } from './signedIds.ts';

export interface Pictures {
  /** The chart that goes with a message; null: with none, or none was ready in time. Never throws. */
  forMessage(ready: ReadyToSend): Promise<Picture | null>;
  /** What the address of a picture shows. Null: it was made elsewhere, or is too old. 'later': it cannot be drawn now. */
  byToken(token: string): Promise<Uint8Array | 'later' | null>;
}

export interface PicturesOptions {
  readonly db: Database;
  readonly renderer: ChartRenderer;
  readonly secret: string;
  readonly publicUrl: string | null;
  readonly nowMs: () => number;
  readonly log: Logger;
  /** A message waits no longer for its picture; 0: there are none. */
  readonly waitMs?: number | undefined;
}

/** Nobody notices it in a message, and drawing takes a tenth of it. */
const WAIT_MS = 800;
/** Who opens the address of a picture waits for it. */
const ADDRESS_WAIT_MS = 5_000;
/** The alert's and those before it. */
const CANDLES = 60;
/** Some 30 kB each: those of alerts that are just being sent, for their other channels and for who fetches them. */
const KEPT = 64;
/** These fetch it, so that it needs an address. */
const FETCHING_KINDS: ReadonlySet<string> = new Set(['whatsapp', 'slack', 'ntfy']);

/**
 * Charts of alerts, drawn once for all channels of an alert and kept for a while. A picture's address is signed and lasts
 * as long as the links of the message; what is not kept any more is drawn again from the same candles.
 */
export function createPictures(options: PicturesOptions): Pictures {
  const { db, renderer, publicUrl, nowMs, log } = options;
  const ids = createSignedIds({ secret: options.secret, purpose: 'ubot alert picture 1' });
  const { waitMs = WAIT_MS } = options;
  const kept = new Map<string, Promise<Uint8Array | null>>();

  const draw = async (alert: Alert, timeZone: string, notAfterMs: number): Promise<Uint8Array | null> => {
    if (!renderer.hasRoom()) return null;
    const chart = await chartOf(db, alert, timeZone);
    return chart === null ? null : renderer.render(chart, notAfterMs);
  };

  const drawn = (alert: Alert, timeZone: string, waitMs: number): Promise<Uint8Array | null> => {
    const known = kept.get(alert.id);
    if (known !== undefined) return known;
    const drawing = draw(alert, timeZone, nowMs() + waitMs).catch((error: unknown) => {
      log.warn({ event: 'picture.failed', alertId: alert.id, error });
      return null;
    });
    kept.set(alert.id, drawing);
    const [oldest] = kept.keys();
    if (kept.size > KEPT && oldest !== undefined) kept.delete(oldest);
    void drawing.then((png) => {
      if (png === null && kept.get(alert.id) === drawing) kept.delete(alert.id);
    });
    return drawing;
  };

  return {
    async forMessage(ready) {
      if (waitMs === 0 || !wantsPicture(ready, publicUrl)) return null;
      const { alert, timeZone } = ready.notification;
      const zone = timeZone ?? DEFAULT_SETTINGS.timeZone;
      const png = await withinTime(drawn(alert, zone, waitMs), waitMs);
      if (png === null) return null;
      const url = publicUrl === null ? null : `${publicUrl}/pictures/${ids.tokenOf(alert.id)}`;
      return { png, alt: altOf(alert, zone), url };
    },
    async byToken(token) {
      const alertId = ids.idOf(token);
      const standing = alertId === null ? null : await readAlertStanding(db, { alertId, userId: null });
      if (standing === null || nowMs() - standing.createdAtMs >= LINK_LIFE_MS) return null;
      const alert = await readAlert(db, { id: standing.id, userId: standing.userId });
      if (alert === null) return null;
      const zone = standing.timeZone ?? DEFAULT_SETTINGS.timeZone;
      return (await withinTime(drawn(alert, zone, ADDRESS_WAIT_MS), ADDRESS_WAIT_MS)) ?? 'later';
    },
  };
}

/** One alert alone, to a channel that takes pictures and whose owner wants them; what is sent anew goes plain. */
function wantsPicture({ notification, target, digest, sessionOpen }: ReadyToSend, publicUrl: string | null): boolean {
  const { channel, purpose, earlierMessageIds } = notification;
  if (purpose !== 'alert' || digest !== null || earlierMessageIds.length > 0) return false;
  if (!PICTURE_KINDS.includes(target.kind) || channel?.options.picture === false) return false;
  if (FETCHING_KINDS.has(target.kind) && publicUrl === null) return false;
  // Outside of its window a template goes out, which takes none.
  return target.kind !== 'whatsapp' || sessionOpen;
}

async function chartOf(db: Database, alert: Alert, timeZone: string): Promise<AlertChart | null> {
  const { coin, timeframe, triggeredAtMs: untilMs, candle, priceUsd } = alert;
  const stored = await readCandlesUntil(db, { coinId: coin.id, timeframe, count: CANDLES, untilMs });
  const last = stored.candles.at(-1)?.openAtMs ?? -Infinity;
  // The one that was judged: not stored while it is open.
  const judged = candle !== null && candle.timeframe === timeframe && candle.openAtMs > last ? [candle] : [];
  const candles = [...stored.candles, ...judged].slice(-CANDLES);
  if (candles.length < LEAST_CANDLES) return null;
  return {
    title: titleOf(alert),
    subtitle: subtitleOf(alert, timeZone),
    candles: candles.map(({ openAtMs, open, high, low, close }) => ({ openAtMs, open, high, low, close })),
    candleMs: stored.lengthMs,
    alert: { atMs: untilMs, priceUsd },
    timeZone,
  };
}

function subtitleOf({ source, timeframe, triggeredAtMs, mayRepaint }: Alert, timeZone: string): string {
  const demo = /^demo\b/i.test(source) ? 'Demo data, ' : '';
  return `${demo}${timeframe} candles until ${formatTime(triggeredAtMs, timeZone)}${mayRepaint ? ', the last still open' : ''}`;
}

function altOf(alert: Alert, timeZone: string): string {
  return `${titleOf(alert)}. ${subtitleOf(alert, timeZone)}. The alert is marked at ${formatValue(alert.priceUsd)} USD.`;
}

async function withinTime<T>(work: Promise<T | null>, limitMs: number): Promise<T | null> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<null>((resolve) => {
    timer = setTimeout(() => resolve(null), limitMs);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}
