import type { Messaged } from '@ubot/testing';
import { parts } from './email/smtp.testing.ts';

/** What readers see of a message as it went over the line. What a reader would take for markup is lost on the way. */

/** A JSON body whose text is plain unless one of the fields asks for markup. */
export const asPlainJson =
  ({ text, markup }: { text: string; markup: readonly string[] }) =>
  ({ raw }: Messaged): string =>
    plainField(JSON.parse(raw) as Record<string, unknown>, text, markup);

export const asPlainForm =
  ({ text, markup }: { text: string; markup: readonly string[] }) =>
  ({ raw }: Messaged): string =>
    plainField(Object.fromEntries(new URLSearchParams(raw)), text, markup);

function plainField(fields: Readonly<Record<string, unknown>>, text: string, markup: readonly string[]): string {
  const asked = markup.filter((name) => fields[name] !== undefined);
  if (asked.length > 0) throw new Error(`the text is read as markup: ${asked.join(', ')}`);
  return String(fields[text]);
}

/** Discord: an address stays as it is, a sign after a backslash is a sign, one without is markup. */
export function asMarkdownReader({ raw }: Messaged): string {
  const { content, allowed_mentions: mentions } = JSON.parse(raw) as {
    content: string;
    allowed_mentions?: { parse: unknown[] };
  };
  if (mentions?.parse.length !== 0) throw new Error('mentions would ping somebody');
  return content.replaceAll(
    /(https?:\/\/[^\s\\*()[\]|`<>]+)|\\([!-/:-@[-`{-~])|[\\*_~`|<>#[\]]/g,
    (_all, address: string | undefined, sign: string | undefined) => address ?? sign ?? '',
  );
}

const ENTITIES: Readonly<Record<string, string>> = { lt: '<', gt: '>', amp: '&', quot: '"', '#39': "'" };
const unescaped = (text: string): string =>
  text.replaceAll(/&(lt|gt|amp|quot|#39);/g, (_all, name: string) => ENTITIES[name]!);

/** Slack: what stands in angle brackets is an address or a mention. */
export function asSlackReader({ raw }: Messaged): string {
  const { text, mrkdwn } = JSON.parse(raw) as { text: string; mrkdwn?: boolean };
  if (mrkdwn !== false) throw new Error('the text is read as markup');
  return unescaped(text.replaceAll(/<[^>]*>/g, ''));
}

/** A mail: its text, of which the HTML has to say the same. */
export function asMailReader(raw: string): string {
  const [plain = '', html = ''] = ['text/plain: ', 'text/html: '].map((type) =>
    parts(raw)
      .find((part) => part.startsWith(type))
      ?.slice(type.length),
  );
  const shown = /<\/h1><p>(.*?)<\/p>/s.exec(html)?.[1] ?? '';
  const lines = shown.replaceAll('<br>', '\n');
  if (/[<>]/.test(lines)) throw new Error('the text is read as markup');
  const read = unescaped(lines);
  if (read !== plain) throw new Error(`the HTML says something else than the text: ${read}`);
  return plain;
}
