import { UbotError } from '@ubot/contracts';
import { unstorableTextPath, validationError } from './schema.ts';

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/**
 * A JSON body from its bytes.
 *
 * Edges:  an empty body is undefined (the route's schema judges that).
 * Errors: BODY_NOT_JSON for malformed UTF-8 or JSON; VALIDATION_FAILED for text that cannot be stored (U+0000, half a
 *         surrogate pair) and for a `__proto__` key.
 */
export function parseJsonBody(bytes: Buffer): unknown {
  if (bytes.length === 0) return undefined;
  let text: string;
  let value: unknown;
  try {
    text = utf8.decode(bytes);
    value = JSON.parse(text);
  } catch (error) {
    throw new UbotError('BODY_NOT_JSON', undefined, { cause: error });
  }
  // Neither can arise without an escape: raw control characters are not JSON, raw half pairs are not UTF-8.
  if (text.includes('\\u')) {
    const path = unstorableTextPath(value);
    if (path !== null) {
      throw validationError([{ path, message: 'holds a character that is not text (U+0000 or half a pair)' }], 'body');
    }
  }
  if (text.includes('__proto__') || text.includes('\\u')) refusePrototypeKeys(value);
  return value;
}

function refusePrototypeKeys(root: unknown): void {
  const pending: unknown[] = [root];
  for (let value = pending.pop(); value !== undefined; value = pending.pop()) {
    if (typeof value !== 'object' || value === null) continue;
    if (Object.hasOwn(value, '__proto__')) {
      throw validationError([{ path: '', message: 'must not have a key named __proto__' }], 'body');
    }
    for (const inner of Object.values(value)) if (typeof inner === 'object' && inner !== null) pending.push(inner);
  }
}
