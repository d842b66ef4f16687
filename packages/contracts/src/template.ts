/**
 * What a message template may name besides the strategy's own names and the numbers of its condition: each with the
 * sentence that the documentation and the editor show.
 */
export const TEMPLATE_PLACEHOLDERS = {
  'coin.symbol': "The coin's symbol, which several coins may share",
  'coin.name': "The coin's name",
  close: "The close of the alert's candle",
  price: 'The price at which it fired, in USD',
  time: 'When it fired, in your time zone',
  condition: 'The condition as it is written',
  explanation: 'The condition with its values',
  strategy: "The strategy's name",
  timeframe: "The strategy's timeframe",
  reference: 'The short code by which the message is found again',
  link: 'Where the alert is shown; empty while uBot has no public address',
  ack_link: 'Where the alert can be acknowledged with one tap; empty while uBot has no public address',
} as const;
export type TemplatePlaceholder = keyof typeof TEMPLATE_PLACEHOLDERS;

/** Two spellings of one placeholder: spaces and capitals make no difference, as in a condition. */
export function placeholderKey(name: string): string {
  return name.replaceAll(/\s+/g, '').toLowerCase();
}

/** A placeholder as it stands in a template: `{{ price }}` from its first brace to behind its last. */
export interface PlaceholderUse {
  readonly name: string;
  readonly from: number;
  readonly to: number;
}

/** One line, no braces inside: what else stands between braces is text. */
const PLACEHOLDER = /\{\{([^{}\n]{0,200})\}\}/g;

/** Offsets are in UTF-16 code units, in the order of the text. */
export function placeholdersIn(template: string): PlaceholderUse[] {
  return [...template.matchAll(PLACEHOLDER)].map((match) => ({
    name: match[1]!.trim(),
    from: match.index,
    to: match.index + match[0].length,
  }));
}
