/**
 * Rows in PostgreSQL's binary COPY format, written from columns.
 *
 * Source: PostgreSQL documentation, "COPY", section "Binary Format"; the field bytes are those of the types' send
 *         functions: big-endian integers and doubles, timestamps as microseconds since 2000-01-01.
 */

/** Writes one field of one row and returns the offset behind it. */
interface FieldWriter {
  /** Bytes at most, length word included. */
  readonly maxBytes: number;
  write(view: DataView, offset: number, row: number): number;
}

export const EPOCH_2000_MS = 946_684_800_000;
const TWO_32 = 4_294_967_296;
const LENGTH_BYTES = 4;
const HEADER = Buffer.concat([Buffer.from('PGCOPY\n\xff\r\n\0', 'latin1'), Buffer.alloc(8)]);
const TRAILER = Buffer.from([0xff, 0xff]);
// About 400 kB of tickers: large enough to keep the number of writes small, small enough not to hold a whole market.
const ROWS_PER_CHUNK = 4_096;

function writeNull(view: DataView, offset: number): number {
  view.setInt32(offset, -1);
  return offset + LENGTH_BYTES;
}

function writeTimestamp(view: DataView, offset: number, atMs: number): number {
  const micros = Math.round((atMs - EPOCH_2000_MS) * 1_000);
  const high = Math.floor(micros / TWO_32);
  view.setInt32(offset, 8);
  view.setInt32(offset + 4, high);
  view.setUint32(offset + 8, micros - high * TWO_32);
  return offset + 12;
}

/** `double precision`; anything that is not finite becomes NULL. */
export function float8Field(column: Float64Array): FieldWriter {
  return {
    maxBytes: 12,
    write(view, offset, row) {
      const value = column[row]!;
      if (!Number.isFinite(value)) return writeNull(view, offset);
      view.setInt32(offset, 8);
      view.setFloat64(offset + 4, value);
      return offset + 12;
    },
  };
}

/** `integer`; with `zeroIsNull` 0 stands for unknown. */
export function int4Field(column: Int32Array, options: { zeroIsNull?: boolean } = {}): FieldWriter {
  const zeroIsNull = options.zeroIsNull ?? false;
  return {
    maxBytes: 8,
    write(view, offset, row) {
      const value = column[row]!;
      if (zeroIsNull && value === 0) return writeNull(view, offset);
      view.setInt32(offset, 4);
      view.setInt32(offset + 4, value);
      return offset + 8;
    },
  };
}

/** `timestamptz` from epoch milliseconds; NaN becomes NULL. */
export function timestampField(column: Float64Array): FieldWriter {
  return {
    maxBytes: 12,
    write(view, offset, row) {
      const atMs = column[row]!;
      return Number.isNaN(atMs) ? writeNull(view, offset) : writeTimestamp(view, offset, atMs);
    },
  };
}

/** The same time in every row. */
export function constantTimestampField(atMs: number): FieldWriter {
  return { maxBytes: 12, write: (view, offset) => writeTimestamp(view, offset, atMs) };
}

/** The same text in every row. */
export function constantTextField(text: string): FieldWriter {
  const bytes = Buffer.from(text, 'utf8');
  return {
    maxBytes: LENGTH_BYTES + bytes.length,
    write(view, offset) {
      view.setInt32(offset, bytes.length);
      new Uint8Array(view.buffer, view.byteOffset + offset + LENGTH_BYTES, bytes.length).set(bytes);
      return offset + LENGTH_BYTES + bytes.length;
    },
  };
}

/** One block of rows; several blocks make one COPY. */
export interface RowBlock {
  rowCount: number;
  fields: readonly FieldWriter[];
}

/** The whole COPY stream of the blocks, in chunks. */
export function* binaryRows(blocks: Iterable<RowBlock>): Generator<Buffer> {
  yield HEADER;
  for (const { rowCount, fields } of blocks) {
    const rowBytes = fields.reduce((sum, field) => sum + field.maxBytes, 2);
    for (let from = 0; from < rowCount; from += ROWS_PER_CHUNK) {
      const to = Math.min(from + ROWS_PER_CHUNK, rowCount);
      const chunk = Buffer.allocUnsafe((to - from) * rowBytes);
      const view = new DataView(chunk.buffer, chunk.byteOffset, chunk.length);
      let offset = 0;
      for (let row = from; row < to; row += 1) {
        view.setInt16(offset, fields.length);
        offset += 2;
        for (const field of fields) offset = field.write(view, offset, row);
      }
      yield chunk.subarray(0, offset);
    }
  }
  yield TRAILER;
}
