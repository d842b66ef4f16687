/**
 * Names of the language that this version does not evaluate yet: refused as "not available", never as unknown. An
 * indicator that the catalogue has is looked up there first, so a name may stay here when it arrives.
 */
export const LATER_FUNCTIONS: ReadonlySet<string> = new Set([
  'coin',
  'highest',
  'lowest',
  'avg',
  'stdev',
  'change',
  'percent_change',
  'rising',
  'falling',
]);

export const LATER_INDICATORS: ReadonlySet<string> = new Set(
  `wma rma dema tema hma kama vwma stoch_rsi stoch ppo roc momentum cci williams_r mfi ultimate trix tsi cmo aroon
   awesome adx psar supertrend ichimoku vortex tr atr natr keltner donchian chandelier obv ad cmf adosc vwap force_index
   ease_of_movement vpt heikin_ashi sma ema rsi macd bbands`.split(/\s+/),
);

/** What people who know other products write, and what it is called here. */
export const FOREIGN_NAMES: ReadonlyMap<string, string> = new Map([
  ['volume', "Write `volume_24h`: the provider's rolling 24 hour volume."],
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
