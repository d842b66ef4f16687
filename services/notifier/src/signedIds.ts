import { createHmac, timingSafeEqual } from 'node:crypto';

export interface SignedIds {
  /** An id and its signature, in 43 characters that fit an address. */
  tokenOf(id: string): string;
  /** The id that a token is for; null: it was not made here, or for something else. */
  idOf(token: string): string | null;
}

const ID_BYTES = 16;
const SIGNATURE_BYTES = 16;

/**
 * Ids that whoever has them may use, signed (HMAC-SHA256, 128 bits) so that nobody makes one up and nothing has to be
 * stored. A token of one purpose is none of another.
 */
export function createSignedIds({ secret, purpose }: { secret: string; purpose: string }): SignedIds {
  const sign = (id: Buffer): Buffer =>
    createHmac('sha256', secret).update(purpose).update(id).digest().subarray(0, SIGNATURE_BYTES);
  return {
    tokenOf(id) {
      const bytes = Buffer.from(id.replaceAll('-', ''), 'hex');
      return Buffer.concat([bytes, sign(bytes)]).toString('base64url');
    },
    idOf(token) {
      const bytes = Buffer.from(token, 'base64url');
      // One way to write it only: what decodes to the same bytes in another spelling is not the token.
      if (bytes.length !== ID_BYTES + SIGNATURE_BYTES || bytes.toString('base64url') !== token) return null;
      const id = bytes.subarray(0, ID_BYTES);
      if (!timingSafeEqual(sign(id), bytes.subarray(ID_BYTES))) return null;
      return id.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
    },
  };
}
