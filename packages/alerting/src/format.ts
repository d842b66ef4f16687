const EXPONENT_ABOVE = 1e18;
const EXPONENT_BELOW = 1e-6;
/** Enough to tell one price from the next on a phone. */
const USUAL_DIGITS = 5;

/** From here on people count in millions; the suffixes are those that conditions read. */
const COMPACT: readonly (readonly [number, string])[] = [
  [1e12, 'T'],
  [1e9, 'B'],
  [1e7, 'M'],
];
const COMPACT_UNIT: Readonly<Record<string, number>> = { T: 1e12, B: 1e9, M: 1e6 };

function trimZeros(text: string): string {
  return text.includes('.') ? text.replace(/0+$/, '').replace(/\.$/, '') : text;
}

/** `digits` significant digits without an exponent; never fewer than the whole number has. */
function plain(value: number, digits: number): string {
  const whole = Math.floor(Math.log10(Math.abs(value))) + 1;
  // A price above 1,000 keeps its cents.
  const decimals = Math.min(100, Math.max(digits - whole, Math.abs(value) >= 1_000 ? 2 : 0));
  return trimZeros(value.toFixed(decimals));
}

/**
 * A number as an alert shows it.
 *
 * Shape:  28.41234 → 28.412; 67123.456 → 67123.46; 61234567890 → 61.235B; 0.00001234 → 0.00001234; 7.31e-22 → 7.31e-22.
 * Edges:  NaN → unknown. Plain characters only, no thousands separators: they differ from country to country.
 */
export function formatNumber(value: number, digits: number = USUAL_DIGITS): string {
  if (Number.isNaN(value)) return 'unknown';
  const size = Math.abs(value);
  if (size === 0) return '0';
  if (size >= EXPONENT_ABOVE || size < EXPONENT_BELOW) {
    const [mantissa = '', exponent = ''] = value.toExponential(Math.min(100, digits - 1)).split('e');
    return Number.isFinite(value) ? `${trimZeros(mantissa)}e${exponent.replace('+', '')}` : String(value);
  }
  const compact = COMPACT.find(([from]) => size >= from);
  if (!compact) return plain(value, digits);
  const [, suffix] = compact;
  return `${plain(value / (COMPACT_UNIT[suffix] ?? 1), digits)}${suffix}`;
}

/** Two different numbers, with as many digits as it takes to see that they differ: 29.999999 is not shown as 30. */
export function formatApart(value: number, other: number): string {
  for (let digits = USUAL_DIGITS; digits < 17; digits += 1) {
    const text = formatNumber(value, digits);
    if (value === other || Number.isNaN(value) || text !== formatNumber(other, digits)) return text;
  }
  return formatNumber(value, 17);
}
