const MOST_DECIMALS = 100; // what toFixed can print

/**
 * The sum of numbers that were written as decimals, as an exchange adds them up: 0.1 + 0.2 is 0.3.
 *
 * A sum of decimals has no more decimals than its parts, so what stands behind them is the error of binary addition and
 * is rounded away. NaN when a part is NaN.
 */
export function decimalSum(values: Iterable<number>): number {
  let sum = 0;
  let decimals = 0;
  for (const value of values) {
    sum += value;
    if (!fitsIn(decimals, value)) decimals = Math.max(decimals, decimalsOf(value));
  }
  return decimals > MOST_DECIMALS ? sum : Number(sum.toFixed(decimals));
}

// Powers of ten that a double holds exactly.
const POWERS = Array.from({ length: 23 }, (_, i) => 10 ** i);

/** Whether a number was written with so many decimals at most; false also when only its text can tell. */
function fitsIn(decimals: number, value: number): boolean {
  const power = POWERS[decimals];
  if (power === undefined) return false;
  const scaled = Math.round(value * power);
  return Math.abs(scaled) <= Number.MAX_SAFE_INTEGER && scaled / power === value;
}

/** Decimals of the shortest text that reads back as this number: 2 for 1.25, 9 for 1.25e-7. */
function decimalsOf(value: number): number {
  if (Number.isInteger(value)) return 0;
  const [digits = '', exponent = '0'] = String(value).split('e');
  const point = digits.indexOf('.');
  const written = point === -1 ? 0 : digits.length - point - 1;
  return Math.max(0, written - Number(exponent));
}
