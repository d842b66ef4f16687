import type { SyntaxNode } from '@lezer/common';
import { TIMEFRAME_MS } from '@ubot/market';
import { LIMIT_LOOK_BACK_CANDLES, spanOf, wordsOf, type Checking } from './checking.ts';
import { readNumber, withThousands } from './numbers.ts';

export const WINDOW_FUNCTIONS = ['highest', 'lowest', 'avg', 'stdev', 'change', 'percent_change'] as const;
export type WindowFunction = (typeof WINDOW_FUNCTIONS)[number];

/** A length in candles, and how the user said it. */
export interface Candles {
  readonly candles: number;
  readonly written: string;
}

/**
 * Reads how many candles: a whole number, or a duration of so many candles of the timeframe in force.
 *
 * Errors: CONDITION_PARAM_RANGE for a fraction, a length out of range, or a duration that is not a whole number of candles;
 *         CONDITION_TYPE for anything that is not written as a number.
 */
export function readCandles(checking: Checking, node: SyntaxNode, minimum = 1): Candles | null {
  const literal = node.name === 'Number' && !node.getChild('Percent') ? node.getChild('NumberLiteral') : null;
  const refuse = (message: string, hint: string | null = null): null => {
    checking.report.error('CONDITION_PARAM_RANGE', spanOf(node), message, hint);
    return null;
  };
  if (!literal) {
    const message = 'A plain number of candles or a duration is wanted here.';
    checking.report.error('CONDITION_TYPE', spanOf(node), message, 'Write a count of candles, 20, or a duration, 15m.');
    return null;
  }
  const written = wordsOf(checking, literal);
  const reading = readNumber(written);
  const { timeframe } = checking;
  if (reading.kind !== 'duration' && reading.kind !== 'number') return refuse(`\`${written}\` is not a number.`);
  const candles = reading.kind === 'duration' ? reading.ms / TIMEFRAME_MS[timeframe] : reading.value;
  if (reading.kind === 'duration' && (candles < 1 || !Number.isInteger(candles))) {
    const much = candles < 1 ? 'shorter than a candle' : 'not a whole number of candles';
    const hint = `Choose a multiple of ${timeframe}, or a shorter timeframe, as in \`percent_change(close, ${written}) @ 1m\`.`;
    return refuse(`\`${written}\` is ${much} of ${timeframe}.`, hint);
  }
  if (!Number.isInteger(candles)) return refuse(`A count of candles is a whole number; ${written} is not.`);
  if (candles < minimum || candles > LIMIT_LOOK_BACK_CANDLES) {
    const range = `from ${minimum} to ${withThousands(LIMIT_LOOK_BACK_CANDLES)}`;
    return refuse(`A count of candles is ${range}; \`${written}\` is not.`);
  }
  return { candles, written };
}
