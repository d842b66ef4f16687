import type { WindowFunction } from './window.ts';

/** What functions over a window stand for: indicators over any series, whose length may be a duration here. */
export const WINDOW_INDICATORS: Readonly<Record<WindowFunction, string>> = {
  highest: 'highest',
  lowest: 'lowest',
  avg: 'sma',
  stdev: 'stddev',
  change: 'momentum',
  percent_change: 'roc',
};

/** What people who know other products write, and what it is called here. */
export const FOREIGN_NAMES: ReadonlyMap<string, string> = new Map([
  ['marketcap', 'Write `market_cap`.'],
  ['bb', 'Write `bbands(20, 2).upper`, `.middle` or `.lower`.'],
  ['bollinger', 'Write `bbands(20, 2).upper`, `.middle` or `.lower`.'],
  ['crossover', 'Write `a crosses above b`.'],
  ['crossunder', 'Write `a crosses below b`.'],
  ['cross', 'Write `a crosses b`.'],
  ['btc_dominance', 'Write `market.btc_dominance`.'],
  ['eth_dominance', 'Write `market.eth_dominance`.'],
  ['total_market_cap', 'Write `market.total_market_cap`.'],
  ['total_volume_24h', 'Write `market.total_volume_24h`.'],
]);

/** Signs that other languages have, and what is written here. */
export const FOREIGN_SIGNS: readonly (readonly [string, string])[] = [
  ['&&', 'Write `and`.'],
  ['&', 'Write `and`.'],
  ['||', 'Write `or`.'],
  ['|', 'Write `or`.'],
  ['=>', 'Write `>=`.'],
  ['=<', 'Write `<=`.'],
  ['=', 'Write `==` to compare.'],
  ['!', 'Write `not`, or `!=` for "is not equal".'],
  ['≥', 'Write `>=`.'],
  ['≤', 'Write `<=`.'],
  ['≠', 'Write `!=`.'],
  ['×', 'Write `*`.'],
  ['÷', 'Write `/`.'],
  ['−', 'Write the minus of the keyboard, `-`.'],
  ['–', 'Write the minus of the keyboard, `-`.'],
  ['%', 'A `%` may only follow a number: `5%` is 5.'],
  ['^', 'There is no power operator; the arithmetic is + - * /.'],
  ['"', 'A text ends with the same quotation mark, on the same line.'],
  ["'", 'A text ends with the same quotation mark, on the same line.'],
];
