/** The zeros that a suffix of a number stands for. Lower-case `m` is minutes, so a million is `M` alone. */
const SUFFIX_EXPONENT: ReadonlyMap<string, number> = new Map([
  ['', 0],
  ['k', 3],
  ['K', 3],
  ['M', 6],
  ['b', 9],
  ['B', 9],
  ['t', 12],
  ['T', 12],
]);

const DURATION_MS: ReadonlyMap<string, number> = new Map([
  ['s', 1_000],
  ['m', 60_000],
  ['h', 3_600_000],
  ['d', 86_400_000],
  ['w', 604_800_000],
]);

const NUMBER_PARTS = /^([0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE]([+-]?[0-9]+))?([a-zA-Z0-9_]*)$/;

export type NumberReading =
  | { readonly kind: 'number'; readonly value: number }
  | { readonly kind: 'duration'; readonly ms: number }
  | { readonly kind: 'too_large' }
  | { readonly kind: 'unreadable' };

/**
 * Reads a number as conditions write it.
 *
 * Shape:  `30`, `1.5M`, `.5`, `7.3e-22` → its value; `15m` → a duration in milliseconds.
 * Edges:  the suffix moves the decimal point in the text, so 1.1M is exactly 1100000; beyond 1.8e308 → too_large.
 */
export function readNumber(literal: string): NumberReading {
  const parts = NUMBER_PARTS.exec(literal);
  if (!parts) return { kind: 'unreadable' };
  const [, mantissa = '', exponent = '0', suffix = ''] = parts;
  const unitMs = DURATION_MS.get(suffix);
  if (unitMs !== undefined) return { kind: 'duration', ms: Number(`${mantissa}e${exponent}`) * unitMs };
  const zeros = SUFFIX_EXPONENT.get(suffix);
  if (zeros === undefined) return { kind: 'unreadable' };
  const value = Number(`${mantissa}e${Number(exponent) + zeros}`);
  return Number.isFinite(value) ? { kind: 'number', value } : { kind: 'too_large' };
}

/** The canonical text of a number: every digit that distinguishes it, readable by `readNumber` but for its sign. */
export function printNumber(value: number): string {
  return value === 0 ? '0' : String(value);
}

/** `5000` → `5,000`, without the locale tables that take longer to load than a condition to check. */
export function withThousands(value: number): string {
  return String(value).replace(/\B(?=(?:[0-9]{3})+$)/g, ',');
}
