import type { SyntaxNode } from '@lezer/common';
import type { Timeframe } from '@ubot/contracts';
import type { Catalogue, CatalogueEntry } from './catalogue.ts';
import type { CoinResolver } from './coins.ts';
import { MAX_NESTING, NESTED_TOO_DEEP } from './nesting.ts';
import { withThousands } from './numbers.ts';
import type { IndicatorNode, NumberNode, SeriesName } from './plan.ts';
import type { Report, Span } from './report.ts';

/** A call of an indicator before it is known which of its outputs is meant. */
export interface IndicatorCall {
  readonly entry: CatalogueEntry;
  readonly params: readonly number[];
  readonly input: NumberNode | null;
}

/** One of the strategy's own names: null where its expression has mistakes of its own. */
export interface OwnName {
  readonly node: NumberNode | null;
  /** When the name stands for a call without an output, so that `name.output` can choose one. */
  readonly call: IndicatorCall | null;
}

/** An own name that can be read on another timeframe too, where it stands inside `@`. */
export interface FramedName extends OwnName {
  on(timeframe: Timeframe): OwnName;
}

/** A source of prices and the series that it does not have. */
export interface SourceSeries {
  readonly name: string;
  readonly lacks: readonly SeriesName[];
}

/** What one check carries through the tree. */
export interface Checking {
  readonly text: string;
  readonly report: Report;
  readonly catalogue: Catalogue;
  readonly ownNames: ReadonlyMap<string, FramedName>;
  /** The timeframe in force: that of the strategy, or of the `@` that the part stands before. */
  readonly timeframe: Timeframe;
  readonly inFrame: boolean;
  readonly coins: CoinResolver;
  /** What the condition is asked of; null: nobody says. */
  readonly source: SourceSeries | null;
  /** Candles that are stored: an indicator that needs more is unknown after a restart. */
  readonly storedCandles: Partial<Record<Timeframe, number>>;
  /** The distinct indicators met so far, over all texts of the strategy. */
  readonly indicatorKeys: Set<string>;
  /** The text has no gaps: what looks like a mistake of order is one. */
  readonly readable: boolean;
  /** How many nested constructs the part being checked stands in. */
  depth: number;
}

export const LIMIT_INDICATORS = 64;
export const LIMIT_LOOK_BACK_CANDLES = 5_000;
/** Own names standing for one another could write 2^64 characters in 64 short lines. */
const LIMIT_EXPANDED_CHARS = 8_000;

/** The part's words without the blanks and comments that the tree gives it at its end. */
export function spanOf(node: SyntaxNode): Span {
  return { from: node.from, to: node.to };
}

export function wordsOf(checking: Checking, node: SyntaxNode): string {
  return checking.text.slice(node.from, node.to);
}

export function childrenOf(node: SyntaxNode): SyntaxNode[] {
  const children: SyntaxNode[] = [];
  for (let child = node.firstChild; child; child = child.nextSibling) {
    if (child.name !== 'Comment') children.push(child);
  }
  return children;
}

/** Checks one nested construct, or reports that it stands too deep. */
export function nested<Checked>(checking: Checking, node: SyntaxNode, check: () => Checked | null): Checked | null {
  if (checking.depth >= MAX_NESTING) {
    checking.report.error('CONDITION_LIMIT', { from: node.from, to: node.from + 1 }, NESTED_TOO_DEEP);
    return null;
  }
  checking.depth += 1;
  const checked = check();
  checking.depth -= 1;
  return checked;
}

/** Refuses a part whose full text, own names written out, has grown out of all proportion. */
export function withinSize<Node extends { readonly key: string }>(
  checking: Checking,
  at: SyntaxNode,
  node: Node,
): Node | null {
  if (node.key.length <= LIMIT_EXPANDED_CHARS) return node;
  checking.report.error(
    'CONDITION_LIMIT',
    spanOf(at),
    `With its own names written out this is longer than ${withThousands(LIMIT_EXPANDED_CHARS)} characters.`,
  );
  return null;
}

function lookBackOf(checking: Checking, node: NumberNode): number {
  switch (node.kind) {
    case 'past':
      return node.candles + lookBackOf(checking, node.of);
    case 'indicator': {
      const own = checking.catalogue.entries.get(node.name)?.warmUp([...node.params]) ?? 0;
      return own + (node.input ? lookBackOf(checking, node.input) : 0);
    }
    case 'arithmetic':
      return Math.max(lookBackOf(checking, node.left), lookBackOf(checking, node.right));
    case 'negate':
      return lookBackOf(checking, node.operand);
    case 'function':
      return Math.max(...node.args.map((arg) => lookBackOf(checking, arg)));
    default:
      return 0;
  }
}

/** Counts an indicator against the limits of a condition. */
export function withinLimits(checking: Checking, at: SyntaxNode, node: IndicatorNode): IndicatorNode | null {
  // The outputs of one call are computed together and count once.
  const call = node.key.endsWith(')') ? node.key : node.key.slice(0, node.key.lastIndexOf('.'));
  const lookedBack = withinLookBack(checking, at, node);
  return lookedBack && withinCount(checking, at, call) ? lookedBack : null;
}

/** Counts whatever keeps something of its own for every coin: an indicator, a past value, a trend. */
export function withinCount(checking: Checking, at: SyntaxNode, key: string): boolean {
  const { report, indicatorKeys } = checking;
  const counted = checking.inFrame ? `${key} @ ${checking.timeframe}` : key;
  if (!indicatorKeys.has(counted) && indicatorKeys.size === LIMIT_INDICATORS) {
    report.error('CONDITION_LIMIT', spanOf(at), `There are more than ${LIMIT_INDICATORS} different indicators.`);
  }
  indicatorKeys.add(counted);
  return indicatorKeys.size <= LIMIT_INDICATORS;
}

/** Refuses what looks back too far, and notes what looks back further than candles are stored. */
export function withinLookBack<Node extends NumberNode>(checking: Checking, at: SyntaxNode, node: Node): Node | null {
  const { report, timeframe } = checking;
  const lookBack = lookBackOf(checking, node);
  if (lookBack > LIMIT_LOOK_BACK_CANDLES) {
    const limit = withThousands(LIMIT_LOOK_BACK_CANDLES);
    report.error(
      'CONDITION_LIMIT',
      spanOf(at),
      `This looks back ${withThousands(lookBack)} candles; at most ${limit} are looked at.`,
    );
    return null;
  }
  const stored = checking.storedCandles[timeframe] ?? Infinity;
  if (lookBack > stored) {
    report.warn(
      'WARNING_MORE_THAN_STORED',
      spanOf(at),
      `This looks back ${withThousands(lookBack)} candles of ${timeframe}; ${withThousands(stored)} are stored.`,
      'It is unknown until so many have been seen, and again after a restart.',
    );
  }
  return withinSize(checking, at, node);
}
