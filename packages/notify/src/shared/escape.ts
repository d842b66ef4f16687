/** An address as people write it into a message; signs that could end markup around it are not of it. */
const ADDRESS = /https?:\/\/[A-Za-z0-9\-._~:/?#@!$&'+,;=%]+/g;

/**
 * Escapes a text for a service that reads markup, except the addresses in it, which escaping would break. They are ours or
 * of the user's own template: a name never holds one (`withoutLinks`).
 */
export function escapeAround(text: string, escape: (part: string) => string): string {
  let escaped = '';
  let from = 0;
  for (const { index, 0: address } of text.matchAll(ADDRESS)) {
    escaped += escape(text.slice(from, index)) + address;
    from = index + address.length;
  }
  return escaped + escape(text.slice(from));
}
