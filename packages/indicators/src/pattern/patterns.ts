import {
  abandonedbaby,
  bearishengulfingpattern,
  bearishhammerstick,
  bearishharami,
  bearishharamicross,
  bearishinvertedhammerstick,
  bearishmarubozu,
  bearishspinningtop,
  bullishengulfingpattern,
  bullishhammerstick,
  bullishharami,
  bullishharamicross,
  bullishinvertedhammerstick,
  bullishmarubozu,
  bullishspinningtop,
  darkcloudcover,
  doji,
  downsidetasukigap,
  dragonflydoji,
  eveningdojistar,
  eveningstar,
  gravestonedoji,
  hammerpatternunconfirmed,
  hangingmanunconfirmed,
  morningdojistar,
  morningstar,
  piercingline,
  shootingstarunconfirmed,
  threeblackcrows,
  threewhitesoldiers,
  tweezerbottom,
  tweezertop,
} from 'technicalindicators';
import type { IndicatorDefinition } from '../types.ts';
import { patternOf, type Pattern, type PatternCandles } from './pattern.ts';

/** The last candle of those given, alone. */
function last(candles: PatternCandles): PatternCandles {
  const of = (column: number[]) => column.slice(-1);
  return { open: of(candles.open), high: of(candles.high), low: of(candles.low), close: of(candles.close) };
}

/**
 * The candles, with their first closes replaced by others of the same direction: the library compares the average gain and
 * the average loss of these closes as texts, to which 9 is more than 10 and 1e-7 more than 0.5. Averages of equally many
 * changes compare as the last close does with the first; that much it is told, in numbers whose texts compare alike.
 */
function withDirection(candles: PatternCandles, closes: number): PatternCandles {
  const close = candles.close.slice();
  const direction = Math.sign(close[closes - 1]! - close[0]!);
  for (let i = 0; i < closes; i++) close[i] = i === closes - 1 ? 5 + direction : 5;
  return { ...candles, close };
}

const bodyOf = ({ open, close }: PatternCandles): number => close.at(-1)! - open.at(-1)!;
const lowerShadow = ({ open, low, close }: PatternCandles): number =>
  Math.min(open.at(-1)!, close.at(-1)!) - low.at(-1)!;
const isHammer = (candle: PatternCandles): boolean => bullishhammerstick(candle) || bearishhammerstick(candle);
const isInvertedHammer = (candle: PatternCandles): boolean =>
  bullishinvertedhammerstick(candle) || bearishinvertedhammerstick(candle);

// How many closes come before the candle that is looked at, and before the two of tweezers.
const BEFORE_ONE = 4;
const BEFORE_TWO = 3;

const ONE_CANDLE: readonly Pattern[] = [
  {
    name: 'doji',
    title: 'Doji',
    about: 'Opens and closes at about the same price (within 0.1 %), with shadows on both sides or on neither.',
    candles: 1,
    matches: doji,
  },
  {
    name: 'dragonfly_doji',
    title: 'Dragonfly doji',
    about: 'Open, close and high are about the same price, with a shadow below.',
    candles: 1,
    matches: dragonflydoji,
  },
  {
    name: 'gravestone_doji',
    title: 'Gravestone doji',
    about: 'Open, close and low are about the same price, with a shadow above.',
    candles: 1,
    matches: gravestonedoji,
  },
  {
    name: 'bullish_marubozu',
    title: 'Bullish marubozu',
    about: 'A rising candle without shadows: it opens at its low and closes at its high.',
    candles: 1,
    matches: bullishmarubozu,
  },
  {
    name: 'bearish_marubozu',
    title: 'Bearish marubozu',
    about: 'A falling candle without shadows: it opens at its high and closes at its low.',
    candles: 1,
    matches: bearishmarubozu,
  },
  {
    name: 'bullish_spinning_top',
    title: 'Bullish spinning top',
    about: 'A rising candle whose shadows are both longer than its body.',
    candles: 1,
    // The library does not ask whether the candle rose.
    matches: (candles) => bullishspinningtop(candles) && bodyOf(candles) > 0,
  },
  {
    name: 'bearish_spinning_top',
    title: 'Bearish spinning top',
    about: 'A falling candle whose shadows are both longer than its body.',
    candles: 1,
    // The library does not ask whether the candle fell, and takes its whole range for the lower shadow.
    matches: (candles) => bearishspinningtop(candles) && bodyOf(candles) < 0 && -bodyOf(candles) < lowerShadow(candles),
  },
];

const AFTER_A_TREND: readonly Pattern[] = [
  {
    name: 'hammer',
    title: 'Hammer',
    about: 'After a fall, a candle with its body at the top and a shadow below of at least half the body.',
    candles: 5,
    matches: (candles) => hammerpatternunconfirmed(withDirection(candles, BEFORE_ONE)) && isHammer(last(candles)),
  },
  {
    name: 'inverted_hammer',
    title: 'Inverted hammer',
    about: 'After a fall, a candle with its body at the bottom and a shadow above of at least half the body.',
    candles: 5,
    matches: (candles) =>
      hammerpatternunconfirmed(withDirection(candles, BEFORE_ONE)) && isInvertedHammer(last(candles)),
  },
  {
    name: 'hanging_man',
    title: 'Hanging man',
    about: 'After a rise, a candle with its body at the top and a shadow below of at least half the body.',
    candles: 5,
    matches: (candles) => hangingmanunconfirmed(withDirection(candles, BEFORE_ONE)),
  },
  {
    name: 'shooting_star',
    title: 'Shooting star',
    about: 'After a rise, a candle with its body at the bottom and a shadow above of at least half the body.',
    candles: 5,
    matches: (candles) => shootingstarunconfirmed(withDirection(candles, BEFORE_ONE)),
  },
  {
    name: 'tweezer_top',
    title: 'Tweezer top',
    about: 'After a rise, two candles with the same high.',
    candles: 5,
    matches: (candles) => tweezertop(withDirection(candles, BEFORE_TWO)),
  },
  {
    name: 'tweezer_bottom',
    title: 'Tweezer bottom',
    about: 'After a fall, two candles with the same low.',
    candles: 5,
    matches: (candles) => tweezerbottom(withDirection(candles, BEFORE_TWO)),
  },
];

const TWO_CANDLES: readonly Pattern[] = [
  {
    name: 'bullish_engulfing',
    title: 'Bullish engulfing',
    about: 'A falling candle, then one that opens below its close and closes above its open.',
    candles: 2,
    matches: bullishengulfingpattern,
  },
  {
    name: 'bearish_engulfing',
    title: 'Bearish engulfing',
    about: 'A rising candle, then one that opens above its close and closes below its open.',
    candles: 2,
    matches: bearishengulfingpattern,
  },
  {
    name: 'bullish_harami',
    title: 'Bullish harami',
    about: 'A falling candle, then one that opens within its body and stays above its close and below its high.',
    candles: 2,
    matches: bullishharami,
  },
  {
    name: 'bearish_harami',
    title: 'Bearish harami',
    about: 'A rising candle, then one that opens within its body and stays above its open and closes below its close.',
    candles: 2,
    matches: bearishharami,
  },
  {
    name: 'bullish_harami_cross',
    title: 'Bullish harami cross',
    about: 'A bullish harami whose second candle opens and closes at about the same price.',
    candles: 2,
    matches: bullishharamicross,
  },
  {
    name: 'bearish_harami_cross',
    title: 'Bearish harami cross',
    about: 'A bearish harami whose second candle opens and closes at about the same price.',
    candles: 2,
    matches: bearishharamicross,
  },
  {
    name: 'piercing_line',
    title: 'Piercing line',
    about: 'A falling candle, then one that opens below its low and closes above the middle of its body.',
    candles: 2,
    matches: piercingline,
  },
  {
    name: 'dark_cloud_cover',
    title: 'Dark cloud cover',
    about: 'A rising candle, then one that opens above its high and closes in the lower half of its body.',
    candles: 2,
    matches: darkcloudcover,
  },
];

const THREE_CANDLES: readonly Pattern[] = [
  {
    name: 'morning_star',
    title: 'Morning star',
    about:
      'A falling candle, one wholly below it, then a rising one from above that to beyond the middle of the first.',
    candles: 3,
    matches: morningstar,
  },
  {
    name: 'evening_star',
    title: 'Evening star',
    about:
      'A rising candle, one wholly above it, then a falling one from below that to beyond the middle of the first.',
    candles: 3,
    matches: eveningstar,
  },
  {
    name: 'morning_doji_star',
    title: 'Morning doji star',
    about: 'A morning star whose middle candle is a doji.',
    candles: 3,
    matches: morningdojistar,
  },
  {
    name: 'evening_doji_star',
    title: 'Evening doji star',
    about: 'An evening star whose middle candle is a doji.',
    candles: 3,
    matches: eveningdojistar,
  },
  {
    name: 'abandoned_baby',
    title: 'Abandoned baby (bullish)',
    about: 'A falling candle, a doji wholly below it, then a rising candle wholly above the doji.',
    candles: 3,
    matches: abandonedbaby,
  },
  {
    name: 'three_white_soldiers',
    title: 'Three white soldiers',
    about: 'Three rising candles with rising highs, each opening below the close of the one before.',
    candles: 3,
    matches: threewhitesoldiers,
  },
  {
    name: 'three_black_crows',
    title: 'Three black crows',
    about: 'Three falling candles with falling lows, each opening within the body of the one before.',
    candles: 3,
    matches: threeblackcrows,
  },
  {
    name: 'downside_tasuki_gap',
    title: 'Downside Tasuki gap',
    about: 'Two falling candles with a gap between, then a rising one that closes within the gap.',
    candles: 3,
    matches: downsidetasukigap,
  },
];

/** Every candlestick pattern, 1 on the candle that completes it. */
export const PATTERNS: readonly IndicatorDefinition[] = [
  ...ONE_CANDLE,
  ...AFTER_A_TREND,
  ...TWO_CANDLES,
  ...THREE_CANDLES,
].map(patternOf);
