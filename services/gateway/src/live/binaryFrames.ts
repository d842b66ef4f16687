import { idsWithin, rowsOf, type FrameHead, type MarketChange, type MarketState } from './marketFrames.ts';

/**
 * The market as bytes, little-endian. `docs/api.md` has the same table, examples/ws-client reads it.
 *
 * ```
 *  0  4 × u8   "UBM1"
 *  4  u8       1 snapshot, 2 delta
 *  5  u8       flags: bit 0 the prices are simulated
 *  6  u16      bytes of this header: where the columns begin
 *  8  u32      topic
 * 12  u32      sequence
 * 16  f64      taken at, epoch milliseconds
 * 24  u64      snapshot id
 * 32  u32      n coins
 * 36  u32      m coins that are no longer in the market (0 in a snapshot)
 * 40  f64 × n  price in USD
 *     u32 × n  coin id
 *     f32 × n  change in 1 h, in percent; NaN where the source says nothing
 *     f32 × n  change in 24 h
 *     f32 × n  change in 7 d
 *     f32 × n  volume in 24 h, USD
 *     f32 × n  market capitalisation, USD
 *     u32 × m  coin ids that are gone
 * ```
 *
 * A delta has every column of each coin that changed. Every column begins at a multiple of its width.
 */
const HEADER_BYTES = 40;
const ROW_BYTES = 8 + 4 + 5 * 4;
const MAGIC = 'UBM1';
const SNAPSHOT = 1;
const DELTA = 2;
const FLAG_DEMO = 1;
const PRICE = 1;
const FIRST_CHANGE = 2;

type Rows = readonly (readonly (number | null)[])[];

export function snapshotBytes(state: MarketState, head: FrameHead): Buffer {
  return encode({ kind: SNAPSHOT, state, head, rows: rowsOf(state, head.coins), removed: [] });
}

export function deltaBytes(state: MarketState, change: MarketChange, head: FrameHead): Buffer {
  const rows = idsWithin(change.changed, head.coins).map((id) => state.rows.get(id) ?? []);
  return encode({ kind: DELTA, state, head, rows, removed: idsWithin(change.removed, head.coins) });
}

function encode(given: {
  kind: number;
  state: MarketState;
  head: FrameHead;
  rows: Rows;
  removed: readonly number[];
}): Buffer {
  const { kind, state, head, rows, removed } = given;
  const bytes = Buffer.alloc(HEADER_BYTES + ROW_BYTES * rows.length + 4 * removed.length);
  bytes.write(MAGIC, 0, 'latin1');
  bytes[4] = kind;
  bytes[5] = state.photo.demo ? FLAG_DEMO : 0;
  bytes.writeUInt16LE(HEADER_BYTES, 6);
  bytes.writeUInt32LE(head.topic, 8);
  bytes.writeUInt32LE(head.sequence, 12);
  bytes.writeDoubleLE(state.photo.takenAtMs, 16);
  bytes.writeBigUInt64LE(BigInt(state.photo.snapshotId), 24);
  bytes.writeUInt32LE(rows.length, 32);
  bytes.writeUInt32LE(removed.length, 36);
  let at = HEADER_BYTES;
  for (const row of rows) at = bytes.writeDoubleLE(row[PRICE] ?? Number.NaN, at);
  for (const row of rows) at = bytes.writeUInt32LE(row[0] ?? 0, at);
  for (let column = FIRST_CHANGE; column < FIRST_CHANGE + 5; column += 1) {
    for (const row of rows) at = bytes.writeFloatLE(row[column] ?? Number.NaN, at);
  }
  for (const id of removed) at = bytes.writeUInt32LE(id, at);
  return bytes;
}
