import { checkCondition, type BoolNode } from '@ubot/strategy';
import type { Timeframe } from '@ubot/contracts';
import type { OwnName } from './language.ts';

/** The form view: lines that are all to hold, or of which one is to hold. */
export interface SimpleLine {
  readonly left: string;
  readonly how: SimpleHow;
  readonly right: string;
}
export const SIMPLE_HOWS = ['<', '<=', '>', '>=', 'crosses above', 'crosses below'] as const;
export type SimpleHow = (typeof SIMPLE_HOWS)[number];
export interface SimpleForm {
  readonly join: 'and' | 'or';
  readonly lines: readonly SimpleLine[];
}

export const FIRST_LINE: SimpleLine = { left: 'rsi(14)', how: '<', right: '30' };
/** What people most often compare. */
export const USUAL_VALUES = [
  'price',
  'close',
  'rsi(14)',
  'sma(50)',
  'sma(200)',
  'ema(20)',
  'macd(12, 26, 9).histogram',
  'bbands(20, 2).upper',
  'bbands(20, 2).lower',
  'highest(high, 20)[1]',
  'lowest(low, 20)[1]',
  'percent_change(price, 15m)',
  'percent_change_24h',
  'volume_24h',
  'market_cap',
  'rank',
] as const;

export function textOfForm({ join, lines }: SimpleForm): string {
  return lines.map(({ left, how, right }) => `${left.trim()} ${how} ${right.trim()}`).join(`\n${join} `);
}

function lineOf(node: BoolNode): SimpleLine | null {
  if (node.kind === 'compare') {
    const how = SIMPLE_HOWS.find((each) => each === node.op);
    return how === undefined ? null : { left: node.left.text, how, right: node.right.text };
  }
  if (node.kind === 'crosses' && node.direction !== 'either') {
    const how = node.direction === 'above' ? 'crosses above' : 'crosses below';
    return { left: node.left.text, how, right: node.right.text };
  }
  return null;
}

/** A condition as a form; null where it says more than a form can: brackets, `not`, chains, trends. */
export function formOfText(
  condition: string,
  given: { timeframe: Timeframe; indicators: readonly OwnName[] },
): SimpleForm | null {
  if (condition.trim() === '') return { join: 'and', lines: [FIRST_LINE] };
  // A comment would be lost on the way back.
  if (condition.includes('#')) return null;
  const checked = checkCondition({ text: condition, ...given });
  if (!checked.ok) return null;
  const { root } = checked.plan;
  const nodes = root.kind === 'and' || root.kind === 'or' ? root.operands : [root];
  const lines = nodes.map(lineOf);
  return lines.every((line) => line !== null) ? { join: root.kind === 'or' ? 'or' : 'and', lines } : null;
}
