import { LIMITS, type Diagnostic, type ErrorCode, type Result, type Timeframe, type Trigger } from '@ubot/contracts';
import { checkIndicatorCall, checkIndicatorName, outputNode } from './call.ts';
import { defaultOutputIndex, type Catalogue } from './catalogue.ts';
import { withinLimits, type Checking, type FramedName, type OwnName, type SourceSeries } from './checking.ts';
import { WELL_KNOWN_COINS, type CoinResolver } from './coins.ts';
import { KEYWORDS } from './keywords.ts';
import { ownNamed } from './nodes.ts';
import { withThousands } from './numbers.ts';
import {
  NUMBER_FUNCTIONS,
  SERIES_NAMES,
  TREND_DIRECTIONS,
  type ConditionPlan,
  type IndicatorNode,
  type NamedNode,
} from './plan.ts';
import { createReport, type Report } from './report.ts';
import { parseSyntax } from './syntax.ts';
import { WINDOW_FUNCTIONS } from './window.ts';
import { checkNumber, checkYesNo } from './yesno.ts';

export interface ConditionInput {
  readonly text: string;
  readonly timeframe: Timeframe;
  /** The strategy's own names, each in terms of the language and of the names before it. */
  readonly indicators?: readonly { readonly name: string; readonly expression: string }[];
  /** When the strategy is evaluated: on a snapshot the open candle is read, which may still change its mind. */
  readonly on?: Trigger['on'];
  /** Finds the coins that the condition names; without it, those that everybody knows. */
  readonly coins?: CoinResolver;
  /** Where the prices come from: a series that it does not have is told at once. Without it nothing is said. */
  readonly source?: SourceSeries | null;
  /** How many candles are stored: what looks back further is noted. */
  readonly storedCandles?: Partial<Record<Timeframe, number>>;
}

export type ConditionCheck =
  | { readonly ok: true; readonly plan: ConditionPlan; readonly diagnostics: Diagnostic[] }
  | { readonly ok: false; readonly diagnostics: Diagnostic[] };

/** Words that an own name would hide. */
const TAKEN: ReadonlySet<string> = new Set([
  ...KEYWORDS,
  ...SERIES_NAMES,
  ...NUMBER_FUNCTIONS,
  ...WINDOW_FUNCTIONS,
  ...TREND_DIRECTIONS,
  'market',
  'coin',
]);

/** Only when the text reads well: a type mistake in a text with gaps is mostly the gap's. */
function settled(report: Report): Diagnostic[] {
  const diagnostics = report.list();
  const unreadable = diagnostics.some(({ code }) => code === 'CONDITION_SYNTAX');
  return unreadable
    ? diagnostics.filter(({ code, severity }) => code !== 'CONDITION_TYPE' && severity === 'error')
    : diagnostics;
}

function tooLong(text: string, report: Report, limit: number): boolean {
  if (text.length <= limit) return false;
  const shown = withThousands(limit);
  report.error(
    'CONDITION_LIMIT',
    { from: limit, to: text.length },
    `The condition is longer than ${shown} characters.`,
  );
  return true;
}

/** One own name; `node` null when it has mistakes, which are in the diagnostics. */
function checkOwnName(base: Omit<Checking, 'readable'>): OwnName {
  const syntax = parseSyntax(base.text, base.report);
  if (!syntax?.root) return { node: null, call: null };
  const { root, readable } = syntax;
  const checking = { ...base, readable };
  const quiet = { ...checking, report: createReport() };
  const call = root.name === 'Call' ? checkIndicatorCall(quiet, root, checkNumber) : null;
  // Which output is meant may be said where the name is used: `bands.upper`.
  if (call && defaultOutputIndex(call.entry) === null) {
    withinLimits(checking, root, outputNode(call, 0, true));
    return { node: null, call };
  }
  return { node: checkNumber(checking, root), call };
}

/** Where an own name first stands in the condition; its mistakes are shown there. */
function firstUse(text: string, name: string): { from: number; to: number } {
  for (const word of text.matchAll(/[a-z_][a-z0-9_]*/gi)) {
    if (word[0].toLowerCase() === name) return { from: word.index, to: word.index + name.length };
  }
  return { from: 0, to: 0 };
}

function checkOwnNames(
  input: ConditionInput,
  base: Omit<Checking, 'text' | 'ownNames' | 'readable'>,
): Map<string, FramedName> {
  const ownNames = new Map<string, FramedName>();
  for (const { name: written, expression } of (input.indicators ?? []).slice(0, LIMITS.indicatorNames)) {
    const name = written.toLowerCase();
    const at = firstUse(input.text, name);
    if (!/^[a-z_][a-z0-9_]*$/.test(name) || TAKEN.has(name)) {
      base.report.error(
        'CONDITION_SYNTAX',
        at,
        `\`${written}\` cannot be a name of your own.`,
        'The language has a use for it.',
      );
      continue;
    }
    if (ownNames.has(name)) {
      base.report.error('CONDITION_SYNTAX', at, `\`${name}\` is defined twice.`);
      continue;
    }
    const report = createReport();
    const own = tooLong(expression, report, LIMITS.conditionChars)
      ? { node: null, call: null }
      : checkOwnName({ ...base, report, text: expression, ownNames, depth: 0 });
    const mistakes = settled(report).filter(({ severity }) => severity === 'error');
    for (const { code, message, hint } of mistakes) {
      base.report.error(code as ErrorCode, at, `In \`${name}\`: ${message}`, hint);
    }
    const whole = mistakes.length === 0;
    const named = (read: OwnName): OwnName => ({
      node: whole && read.node ? ownNamed(read.node, name) : null,
      call: whole ? read.call : null,
    });
    const earlier = new Map(ownNames);
    ownNames.set(name, {
      ...named(own),
      // Its own mistakes are told above; what it may not do inside `@` is told where it stands.
      on(timeframe) {
        const framed = { ...base, text: expression, ownNames: earlier, depth: 0, timeframe, inFrame: true };
        return whole ? named(checkOwnName(framed)) : { node: null, call: null };
      },
    });
  }
  return ownNames;
}

function namedNodes(ownNames: ReadonlyMap<string, FramedName>): NamedNode[] {
  return [...ownNames].flatMap(([name, { node }]) => (node ? [{ name, node }] : []));
}

/**
 * Reads and checks a condition.
 *
 * Shape:  text → a plan that the engine evaluates, with warnings; or all mistakes at once, by their place in the text.
 * Edges:  never throws and never runs long, whatever the text; beyond 2,000 characters nothing is read.
 * Errors: CONDITION_SYNTAX, CONDITION_UNKNOWN_NAME, CONDITION_ARITY, CONDITION_PARAM_RANGE, CONDITION_TYPE,
 *         CONDITION_UNKNOWN_OUTPUT, CONDITION_LIMIT, CONDITION_AMBIGUOUS_COIN, as
 *         diagnostics.
 */
export function checkConditionWith(catalogue: Catalogue, input: ConditionInput): ConditionCheck {
  const { text, timeframe } = input;
  const report = createReport();
  const base = {
    report,
    catalogue,
    timeframe,
    inFrame: false,
    coins: input.coins ?? WELL_KNOWN_COINS,
    source: input.source ?? null,
    storedCandles: input.storedCandles ?? {},
    indicatorKeys: new Set<string>(),
    depth: 0,
  };
  if (tooLong(text, report, LIMITS.conditionChars)) return { ok: false, diagnostics: report.list() };
  const ownNames = checkOwnNames(input, base);
  const syntax = parseSyntax(text, report);
  const checking = { ...base, text, ownNames, readable: syntax?.readable ?? false };
  const root = syntax?.root ? checkYesNo(checking, syntax.root) : null;
  if (!root || report.hasErrors()) return { ok: false, diagnostics: settled(report) };
  if (input.on === 'snapshot') {
    report.warn(
      'WARNING_MAY_REPAINT',
      { from: 0, to: text.length },
      'This reads the open candle, which may still change: an alert can be sent for what the closed candle does not show.',
      'Evaluate on candle close to avoid it.',
    );
  }
  const plan: ConditionPlan = { root, timeframe, text, named: namedNodes(ownNames) };
  return { ok: true, plan, diagnostics: report.list() };
}

/** The canonical text of a condition, own names written out; checking it gives the same root again. */
export function printCondition(plan: Pick<ConditionPlan, 'root'>): string {
  return plan.root.key;
}

/** An indicator as the command line names it; without a named output it stands for all of them. */
export type ParsedIndicator = IndicatorNode & { readonly outputNamed: boolean };

export function parseIndicatorCallWith(catalogue: Catalogue, text: string): Result<ParsedIndicator> {
  const report = createReport();
  const checking: Checking = {
    text,
    report,
    catalogue,
    ownNames: new Map(),
    timeframe: '1h',
    inFrame: false,
    coins: WELL_KNOWN_COINS,
    source: null,
    storedCandles: {},
    indicatorKeys: new Set(),
    readable: true,
    depth: 0,
  };
  const syntax = tooLong(text, report, LIMITS.conditionChars) ? null : parseSyntax(text, report);
  const root = syntax?.readable ? syntax.root : null;
  let node: IndicatorNode | null = null;
  if (root?.name === 'Call') {
    const call = checkIndicatorCall(checking, root, checkNumber);
    const index = call && (defaultOutputIndex(call.entry) ?? 0);
    if (call && index !== null) node = withinLimits(checking, root, outputNode(call, index, true));
    else if (!report.hasErrors()) {
      // A function over a window, `stdev(close, 20)`, is an indicator by another name.
      const number = checkNumber(checking, root);
      if (number?.kind === 'indicator') node = number;
    }
  } else if (root) {
    const entry =
      root.name === 'Name' ? catalogue.entries.get(text.slice(root.from, root.to).toLowerCase()) : undefined;
    const call = entry && entry.params.length === 0 ? checkIndicatorName(checking, root, entry) : null;
    const number = call ? outputNode(call, defaultOutputIndex(call.entry) ?? 0, true) : checkNumber(checking, root);
    if (number?.kind === 'indicator') node = number;
    else if (number) report.error('CONDITION_TYPE', root, 'This is not an indicator.', 'Write one such as `rsi(14)`.');
  }
  if (node && !report.hasErrors()) return { ok: true, value: { ...node, outputNamed: root?.name === 'Member' } };
  const [first] = settled(report);
  if (!first) return { ok: false, failure: { code: 'CONDITION_SYNTAX', detail: 'This is not an indicator.' } };
  const detail = first.hint ? `${first.message} ${first.hint}` : first.message;
  const unknown = first.code === 'CONDITION_UNKNOWN_NAME' ? 'INDICATOR_UNKNOWN' : first.code;
  return { ok: false, failure: { code: unknown as 'INDICATOR_UNKNOWN', detail } };
}
