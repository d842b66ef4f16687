import { createHash } from 'node:crypto';

// Without I, L, O and U: nothing that is misread, and no words.
const LETTERS = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
const LENGTH = 6;

/** The short code at the end of a text, the same for every attempt of one notification. */
export function referenceOf(notificationId: string): string {
  const digest = createHash('sha256').update(notificationId).digest();
  return [...digest.subarray(0, LENGTH)].map((byte) => LETTERS[byte & 31]).join('');
}
