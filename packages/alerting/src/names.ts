import type { ChannelKind } from '@ubot/contracts';

/** Invisible, and no break: what it stands in is no link, no mention and no tag to any reader. */
const JOINER = '\u2060';
/** SMS: the joiner would turn the whole text into one of 70 characters a segment. */
const SPACE = ' ';

/** For machines, or spoken: names stay as they are. */
const SEPARATOR: Readonly<Partial<Record<ChannelKind, string>>> = {
  sms: SPACE,
  whatsapp: JOINER,
  email: JOINER,
  telegram: JOINER,
  discord: JOINER,
  slack: JOINER,
  ntfy: JOINER,
  pushover: JOINER,
  web_push: JOINER,
};

/** What messengers, phones and mail readers turn into something to click: `evil.com`, `https://`, `@all`, `#tag`, `/start`. */
const CLICKABLE = /(?<=[\p{L}\p{N}])\.(?=\p{L}{2})|:(?=\/\/)|(?<![\p{L}\p{N}/])[@#/$](?=\p{L})|(?<=\S)@(?=\S)/gu;

/**
 * A coin's or a strategy's name as it may stand in a message: anybody may list a coin called "claim at evil.com", so a
 * name never becomes a link, a mention, a tag or a command.
 */
export function withoutLinks(name: string, kind: ChannelKind | null): string {
  const separator = kind === null ? undefined : SEPARATOR[kind];
  return separator === undefined ? name : name.replace(CLICKABLE, (sign) => sign + separator);
}
