import { currentLanguage } from '../texts/i18n.ts';
import { currentZone } from './zone.ts';

/** Numbers and times as people of the chosen language read them. An unknown figure is a dash, never a zero. */
export const UNKNOWN = '—';

const made = new Map<string, Intl.NumberFormat>();
function numbers(options: Intl.NumberFormatOptions): Intl.NumberFormat {
  const key = `${currentLanguage()} ${JSON.stringify(options)}`;
  let format = made.get(key);
  if (format === undefined) {
    format = new Intl.NumberFormat(currentLanguage(), options);
    made.set(key, format);
  }
  return format;
}

/** Decimals that a price of this size wants: 65,012.34 and 0.00001834 both show four digits that matter. */
export function priceDecimals(value: number): number {
  const size = Math.abs(value);
  if (size === 0 || size >= 100) return 2;
  if (size >= 1) return 4;
  return Math.min(12, 3 - Math.floor(Math.log10(size)));
}

/** "65,012.34", "0.00001834": a price in US dollars, without the sign. */
export function formatPrice(value: number | null): string {
  if (value === null || !Number.isFinite(value)) return UNKNOWN;
  const digits = priceDecimals(value);
  return numbers({ minimumFractionDigits: digits, maximumFractionDigits: digits }).format(value);
}

export function formatUsd(value: number | null): string {
  return value === null || !Number.isFinite(value) ? UNKNOWN : `$${formatPrice(value)}`;
}

/** "$1.28T". */
export function formatCompactUsd(value: number | null): string {
  if (value === null || !Number.isFinite(value)) return UNKNOWN;
  return `$${numbers({ notation: 'compact', minimumFractionDigits: 2, maximumFractionDigits: 2 }).format(value)}`;
}

/** 5 means 5 %: "+5.00%", with a real minus sign. */
export function formatPercent(value: number | null, options: { sign?: boolean; digits?: number } = {}): string {
  if (value === null || !Number.isFinite(value)) return UNKNOWN;
  const digits = options.digits ?? 2;
  return numbers({
    style: 'percent',
    minimumFractionDigits: digits,
    maximumFractionDigits: digits,
    signDisplay: options.sign === false ? 'auto' : 'exceptZero',
  })
    .format(value / 100)
    .replace('-', '−');
}

/** "57.72". */
export const formatNumber = (value: number): string =>
  numbers({ minimumFractionDigits: 2, maximumFractionDigits: 2 }).format(value);

export const formatCount = (value: number): string => numbers({}).format(value);

export function formatTime(atMs: number): string {
  return new Intl.DateTimeFormat(currentLanguage(), {
    timeStyle: 'short',
    timeZone: currentZone(),
  }).format(atMs);
}

export function formatDateTime(atMs: number): string {
  return new Intl.DateTimeFormat(currentLanguage(), {
    dateStyle: 'medium',
    timeStyle: 'short',
    timeZone: currentZone(),
  }).format(atMs);
}
