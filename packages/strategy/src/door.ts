import type { Result } from '@ubot/contracts';
import { INDICATORS, checkParams } from '@ubot/indicators';
import type { Catalogue } from './catalogue.ts';
import {
  checkConditionWith,
  parseIndicatorCallWith,
  type ConditionCheck,
  type ConditionInput,
  type ParsedIndicator,
} from './condition.ts';

const CATALOGUE: Catalogue = { entries: INDICATORS, checkParams };

/** `checkConditionWith` over the indicators that the engine has. */
export function checkCondition(input: ConditionInput): ConditionCheck {
  return checkConditionWith(CATALOGUE, input);
}

/**
 * Reads an indicator as the command line names it.
 *
 * Shape:  `rsi(14)`, `macd(12, 26, 9).signal`; without a named output (`bbands(20, 2)`) the node is of the default or
 *         first output and `outputNamed` is false: all outputs are meant.
 * Errors: those of a condition; INDICATOR_UNKNOWN for a name that does not exist.
 */
export function parseIndicatorCall(text: string): Result<ParsedIndicator> {
  return parseIndicatorCallWith(CATALOGUE, text);
}
