import { promisify } from 'node:util';
import { constants, deflateRaw } from 'node:zlib';

const deflate = promisify(deflateRaw);

/** Below this the deflated frame is hardly smaller. */
const DEFLATE_FROM_BYTES = 512;
// Digits of prices hardly repeat: the strategy that passes over short matches gives a tenth fewer bytes, here at level 4
// as at 6, which takes longer.
const DEFLATE = { level: 4, strategy: constants.Z_FILTERED, finishFlush: constants.Z_SYNC_FLUSH } as const;
/** The answer in one piece is one turn of a thread; in pieces of the usual 16 KB it would be one for each. */
const SMALLEST_CHUNK_BYTES = 1_024;
/** What a sync flush ends with; permessage-deflate leaves it out (RFC 7692, 7.2.1). */
const FLUSH_TAIL_BYTES = 4;

const TEXT = 0x1;
const BINARY = 0x2;
const FIN = 0x80;
const COMPRESSED = 0x40;

/**
 * A whole WebSocket frame, header included, that is written to any number of connections as it is. `deflated` is for
 * those that negotiated permessage-deflate without context takeover by the server; null where it would not be smaller.
 */
export interface SharedFrame {
  readonly plain: Buffer;
  readonly deflated: Buffer | null;
}

/** Serialised and deflated here, once. A text goes as a text frame, bytes go as a binary one. */
export async function makeFrame(payload: string | Buffer): Promise<SharedFrame> {
  const isText = typeof payload === 'string';
  const bytes = isText ? Buffer.from(payload) : payload;
  const opcode = isText ? TEXT : BINARY;
  const plain = frameOf(bytes, FIN | opcode);
  if (bytes.length < DEFLATE_FROM_BYTES) return { plain, deflated: null };
  const flushed = await deflate(bytes, { ...DEFLATE, chunkSize: Math.max(bytes.length, SMALLEST_CHUNK_BYTES) });
  if (flushed.length >= bytes.length) return { plain, deflated: null };
  const deflated = frameOf(flushed.subarray(0, flushed.length - FLUSH_TAIL_BYTES), FIN | COMPRESSED | opcode);
  return { plain, deflated };
}

/** RFC 6455, 5.2: a server's frames are not masked. */
function frameOf(payload: Buffer, firstByte: number): Buffer {
  const { length } = payload;
  const lengthBytes = length < 126 ? 0 : length < 65_536 ? 2 : 8;
  const frame = Buffer.allocUnsafeSlow(2 + lengthBytes + length);
  frame[0] = firstByte;
  frame[1] = lengthBytes === 0 ? length : lengthBytes === 2 ? 126 : 127;
  if (lengthBytes === 2) frame.writeUInt16BE(length, 2);
  if (lengthBytes === 8) frame.writeBigUInt64BE(BigInt(length), 2);
  payload.copy(frame, 2 + lengthBytes);
  return frame;
}
