import { createHmac, timingSafeEqual } from 'node:crypto';

export interface ActionLinks {
  /** The address at which an alert is acknowledged or snoozed without signing in; null without a public address. */
  linkOf(alert: { readonly id: string }): string | null;
  /** The alert that a link's token is for; null: it was not made here. */
  alertOf(token: string): string | null;
}

const ID_BYTES = 16;
const SIGNATURE_BYTES = 16;
/** For how long a link acts, counted from its alert. */
export const LINK_LIFE_MS = 7 * 86_400_000;

/**
 * Links that act for whoever has the message. A token is the alert's id and its signature (HMAC-SHA256, 128 bits), so
 * that it is the same in each attempt and nothing has to be stored; it names no account. A new UBOT_INTERNAL_SECRET ends
 * all links.
 */
export function createActionLinks({ secret, publicUrl }: { secret: string; publicUrl: string | null }): ActionLinks {
  const sign = (id: Buffer): Buffer =>
    createHmac('sha256', secret).update('ubot alert link 1').update(id).digest().subarray(0, SIGNATURE_BYTES);
  return {
    linkOf({ id }) {
      if (publicUrl === null) return null;
      const bytes = Buffer.from(id.replaceAll('-', ''), 'hex');
      return `${publicUrl}/a/${Buffer.concat([bytes, sign(bytes)]).toString('base64url')}`;
    },
    alertOf(token) {
      const bytes = Buffer.from(token, 'base64url');
      // One way to write it only: what decodes to the same bytes in another spelling is not the link.
      if (bytes.length !== ID_BYTES + SIGNATURE_BYTES || bytes.toString('base64url') !== token) return null;
      const id = bytes.subarray(0, ID_BYTES);
      if (!timingSafeEqual(sign(id), bytes.subarray(ID_BYTES))) return null;
      return id.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
    },
  };
}
