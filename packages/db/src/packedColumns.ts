import { EPOCH_2000_MS } from './binaryRows.ts';

/**
 * A whole column of many rows as one `bytea`: the values in the types' binary form, one behind the other. A snapshot of
 * 10,000 coins comes as ten such values in one row instead of as 10,000 rows of text.
 */

/** SQL that packs a `double precision` column; NULL becomes NaN. */
export const packFloat8 = (column: string): string =>
  `string_agg(float8send(coalesce(${column}, 'NaN')), ''::bytea) as ${column}`;

/** SQL that packs an `integer` column; NULL becomes 0. */
export const packInt4 = (column: string): string =>
  `string_agg(int4send(coalesce(${column}, 0)), ''::bytea) as ${column}`;

/** SQL that packs a `timestamptz` column; NULL becomes -infinity. */
export const packTimestamp = (column: string): string =>
  `string_agg(timestamptz_send(coalesce(${column}, '-infinity')), ''::bytea) as ${column}`;

const NO_BYTES = Buffer.alloc(0);
const viewOf = (bytes: Buffer): DataView => new DataView(bytes.buffer, bytes.byteOffset, bytes.length);

export function unpackFloat8(packed: Buffer | null): Float64Array {
  const view = viewOf(packed ?? NO_BYTES);
  const column = new Float64Array(view.byteLength / 8);
  for (let i = 0; i < column.length; i += 1) column[i] = view.getFloat64(i * 8);
  return column;
}

export function unpackInt4(packed: Buffer | null): Int32Array {
  const view = viewOf(packed ?? NO_BYTES);
  const column = new Int32Array(view.byteLength / 4);
  for (let i = 0; i < column.length; i += 1) column[i] = view.getInt32(i * 4);
  return column;
}

const MINUS_INFINITY_HIGH = -2_147_483_648;

/** Epoch milliseconds; NaN for NULL. */
export function unpackTimestamp(packed: Buffer | null): Float64Array {
  const view = viewOf(packed ?? NO_BYTES);
  const column = new Float64Array(view.byteLength / 8);
  for (let i = 0; i < column.length; i += 1) {
    const high = view.getInt32(i * 8);
    const micros = high * 4_294_967_296 + view.getUint32(i * 8 + 4);
    column[i] = high === MINUS_INFINITY_HIGH ? NaN : Math.round(micros / 1_000) + EPOCH_2000_MS;
  }
  return column;
}
