import { Type } from 'typebox';

/**
 * An amount of money as decimal text, at most eight places before the point and six behind it: a float cannot hold
 * "0.0083".
 */
export const Money = Type.String({ pattern: '^[0-9]{1,8}(\\.[0-9]{1,6})?$' });

/** An ISO 4217 code. */
export const Currency = Type.String({ pattern: '^[A-Z]{3}$' });

const PLACES = 6;

/**
 * Millionths of a currency's unit, in which amounts are added up without rounding.
 *
 * Shape: text as `Money` has it, with or without a sign before it; more than six places are rounded.
 * Edges: NaN for what is not an amount.
 */
export function microsOf(amount: string): number {
  if (!/^[+-]?[0-9]{1,9}(\.[0-9]{1,12})?$/.test(amount)) return Number.NaN;
  const [whole = '', part = ''] = amount.replace(/^[+-]/, '').split('.');
  const micros = Number(whole) * 10 ** PLACES + Math.round(Number(`0.${part || '0'}`) * 10 ** PLACES);
  return amount.startsWith('-') ? -micros : micros;
}

/** "0.0083" of 8300: no zeros at the end beyond two places. */
export function decimalOf(micros: number): string {
  const digits = String(Math.abs(Math.round(micros))).padStart(PLACES + 1, '0');
  const part = digits.slice(-PLACES).replace(/0{1,4}$/, '');
  return `${micros < 0 ? '-' : ''}${digits.slice(0, -PLACES)}.${part}`;
}
