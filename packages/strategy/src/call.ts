import type { SyntaxNode } from '@lezer/common';
import { defaultOutputIndex, exampleCall, type CatalogueEntry } from './catalogue.ts';
import { childrenOf, nested, spanOf, withinLimits, wordsOf, type Checking, type IndicatorCall } from './checking.ts';
import { FOREIGN_NAMES, WINDOW_INDICATORS } from './names.ts';
import { functionNode, indicatorNode } from './nodes.ts';
import { withThousands } from './numbers.ts';
import {
  NUMBER_FUNCTIONS,
  SERIES_NAMES,
  TREND_DIRECTIONS,
  type IndicatorNode,
  type NumberFunction,
  type NumberNode,
  type SeriesName,
} from './plan.ts';
import { warnOfMissing } from './series.ts';
import { nearestWord } from './suggest.ts';
import { readCandles, WINDOW_FUNCTIONS, type WindowFunction } from './window.ts';

/** How a part that must be a number is checked; handed in, so that calls and numbers need not import one another. */
export type CheckNumber = (checking: Checking, node: SyntaxNode) => NumberNode | null;

const MAX_FUNCTION_ARGS = 16;

const FUNCTIONS: ReadonlyMap<string, NumberFunction> = new Map(NUMBER_FUNCTIONS.map((name) => [name, name]));
const SERIES: ReadonlySet<string> = new Set(SERIES_NAMES);
const WINDOWS: ReadonlyMap<string, WindowFunction> = new Map(WINDOW_FUNCTIONS.map((name) => [name, name]));

/** What stands in the parentheses of a call; `broken`: not all of it could be read. */
export function argumentsOf(node: SyntaxNode): { args: SyntaxNode[]; broken: boolean } {
  const list = node.getChild('Arguments');
  const children = list ? childrenOf(list) : [];
  return {
    args: children.filter((child) => !child.type.isError && !/^[(),]$/.test(child.name)),
    broken: children.some((child) => child.type.isError),
  };
}

function checkFunction(
  checking: Checking,
  node: SyntaxNode,
  name: NumberFunction,
  check: CheckNumber,
): NumberNode | null {
  const { args, broken } = argumentsOf(node);
  const checked = args.map((arg) => check(checking, arg));
  const [fewest, most] = name === 'abs' ? [1, 1] : [2, MAX_FUNCTION_ARGS];
  if (!broken && (args.length < fewest || args.length > most)) {
    const wanted = name === 'abs' ? 'one number' : `2 to ${MAX_FUNCTION_ARGS} numbers`;
    checking.report.error('CONDITION_ARITY', spanOf(node), `\`${name}\` takes ${wanted}, not ${args.length}.`);
    return null;
  }
  const whole = checked.filter((arg) => arg !== null);
  return broken || whole.length < checked.length ? null : functionNode(name, whole);
}

/** Splits what stands in the parentheses into the series (first, if it is not a plain number) and the parameters. */
function splitArguments(entry: CatalogueEntry, args: readonly (NumberNode | null)[]) {
  const hasInput = entry.inputs === 'series' && args.length > 0 && args[0]?.kind !== 'constant';
  return { hasInput, input: hasInput ? (args[0] ?? null) : null, rest: hasInput ? args.slice(1) : args };
}

function signatureOf(entry: CatalogueEntry): string {
  return `${entry.name}(${entry.params.map((param) => param.name).join(', ')})`;
}

/** The parameters as numbers: all of them, or none for those that charts use. */
function checkParameters(
  checking: Checking,
  node: SyntaxNode,
  entry: CatalogueEntry,
  given: readonly { at: SyntaxNode; value: NumberNode | null }[],
): number[] | null {
  const { report } = checking;
  if (given.length === 0) return entry.params.map((param) => param.default);
  if (given.length !== entry.params.length) {
    const wanted = entry.params.length === 0 ? 'no parameters' : `${entry.params.length}: ${signatureOf(entry)}`;
    report.error(
      'CONDITION_ARITY',
      spanOf(node),
      `\`${entry.name}\` takes ${wanted}; here ${given.length === 1 ? 'is 1' : `are ${given.length}`}.`,
      given.some(({ value }) => value && value.kind !== 'constant')
        ? `A series stands first: \`${entry.name}(close, …)\`.`
        : `Write \`${exampleCall(entry)}\`, or \`${entry.name}()\` for the same.`,
    );
    return null;
  }
  const before = report.list().length;
  const params = given.map(({ at, value }, index) => {
    const param = entry.params[index];
    if (!param || value === null) return Number.NaN;
    if (value.kind !== 'constant') {
      report.error(
        'CONDITION_TYPE',
        spanOf(at),
        `\`${param.name}\` of \`${entry.name}\` must be a plain number.`,
        entry.inputs === 'series' ? `A series stands first: \`${entry.name}(close, ${param.default})\`.` : null,
      );
    } else if (value.value < param.minimum || value.value > param.maximum) {
      const range = `from ${param.minimum} to ${withThousands(param.maximum)}`;
      report.error(
        'CONDITION_PARAM_RANGE',
        spanOf(at),
        `\`${param.name}\` of \`${entry.name}\` must be ${range}; ${value.text} is not.`,
      );
    } else if (param.kind === 'integer' && !Number.isInteger(value.value)) {
      report.error(
        'CONDITION_PARAM_RANGE',
        spanOf(at),
        `\`${param.name}\` of \`${entry.name}\` must be a whole number; ${value.text} is not.`,
      );
    } else {
      return value.value;
    }
    return Number.NaN;
  });
  if (report.list().length > before || params.some(Number.isNaN)) return null;
  const checked = checking.catalogue.checkParams(entry.name, params);
  if (checked.ok) return checked.value;
  report.error('CONDITION_PARAM_RANGE', spanOf(node), checked.failure.detail);
  return null;
}

/** An indicator over the columns of the candle takes no series; a column that the source does not have is noted. */
function readsItsOwn(
  checking: Checking,
  node: SyntaxNode,
  { entry, args }: { entry: CatalogueEntry; args: readonly (NumberNode | null)[] },
): boolean {
  if (entry.inputs === 'series') return true;
  const { inputs, name } = entry;
  if (args.some((arg) => arg !== null && arg.kind !== 'constant')) {
    const message = `\`${name}\` is computed from the candle's ${inputs.join(', ')}; it takes no series.`;
    checking.report.error('CONDITION_TYPE', spanOf(node), message, `Write \`${exampleCall(entry)}\`.`);
    return false;
  }
  for (const input of inputs) warnOfMissing(checking, node, input as SeriesName, name);
  return true;
}

const WINDOW_EXAMPLES: Partial<Record<WindowFunction, string>> = {
  highest: 'highest(high, 20)',
  lowest: 'lowest(low, 20)',
  percent_change: 'percent_change(price, 15m)',
};

/** `highest(high, 20)`, `percent_change(price, 15m)`: an indicator over any series, over candles or a duration. */
function checkWindow(
  checking: Checking,
  node: SyntaxNode,
  name: WindowFunction,
  check: CheckNumber,
): NumberNode | null {
  const entry = checking.catalogue.entries.get(WINDOW_INDICATORS[name]);
  const { args, broken } = argumentsOf(node);
  const [series, length] = args;
  if (!entry || broken || args.length !== 2 || !series || !length) {
    for (const arg of broken ? args : []) check(checking, arg);
    if (broken) return null;
    const count = args.length === 1 ? 'is 1 parameter' : `are ${args.length}`;
    const message = `\`${name}\` takes a series and a number of candles or a duration; here ${count}.`;
    const example = WINDOW_EXAMPLES[name] ?? `${name}(close, 20)`;
    checking.report.error('CONDITION_ARITY', spanOf(node), message, `Write \`${example}\`.`);
    return null;
  }
  const input = check(checking, series);
  const candles = readCandles(checking, length, entry.params[0]?.minimum ?? 1);
  if (!input || !candles) return null;
  if (input.kind === 'constant') {
    // Read back it would be taken for a parameter; and it has no history.
    checking.report.error(
      'CONDITION_TYPE',
      spanOf(series),
      'A number stands where a series is wanted.',
      `Write \`${name}(close, …)\`.`,
    );
    return null;
  }
  const written = `${name}(${input.text}, ${candles.written})`;
  const params = [candles.candles];
  const indicator = indicatorNode({ name: entry.name, params, outputs: entry.outputs, outputIndex: 0, input, written });
  return withinLimits(checking, node, indicator);
}

/** A call of an indicator up to its output, which stands behind it or is left to the default. */
export function checkIndicatorCall(checking: Checking, node: SyntaxNode, check: CheckNumber): IndicatorCall | null {
  const name = node.getChild('Name');
  const entry = name ? checking.catalogue.entries.get(wordsOf(checking, name).toLowerCase()) : undefined;
  if (!entry) return null;
  return nested(checking, node, () => {
    const { args, broken } = argumentsOf(node);
    const checked = args.map((arg) => check(checking, arg));
    if (broken) return null;
    if (!readsItsOwn(checking, node, { entry, args: checked })) return null;
    const { hasInput, input, rest } = splitArguments(entry, checked);
    const offset = hasInput ? 1 : 0;
    const given = rest.map((value, index) => ({ at: args[index + offset] ?? node, value }));
    const params = checkParameters(checking, node, entry, given);
    if (!params || (hasInput && !input)) return null;
    return { entry, params, input };
  });
}

/** An indicator without parameters may be written without parentheses: `obv`. */
export function checkIndicatorName(checking: Checking, node: SyntaxNode, entry: CatalogueEntry): IndicatorCall | null {
  return readsItsOwn(checking, node, { entry, args: [] }) ? { entry, params: [], input: null } : null;
}

/** The node of one output of a call; `hideOutput` when the user did not write it. */
export function outputNode(call: IndicatorCall, outputIndex: number, hideOutput: boolean): IndicatorNode {
  const { entry, params, input } = call;
  return indicatorNode({ name: entry.name, params, outputs: entry.outputs, outputIndex, input, hideOutput });
}

/** What a call without an output means, or the question which one is meant. */
export function defaultOutput(checking: Checking, node: SyntaxNode, call: IndicatorCall): IndicatorNode | null {
  const { entry } = call;
  const index = defaultOutputIndex(entry);
  if (index !== null) return withinLimits(checking, node, outputNode(call, index, true));
  checking.report.error(
    'CONDITION_UNKNOWN_OUTPUT',
    spanOf(node),
    `\`${entry.name}\` has several outputs; say which one.`,
    `Add ${entry.outputs.map((output) => `\`.${output}\``).join(', ')}.`,
  );
  return null;
}

/** `.signal` behind a call, or behind an own name that stands for one. */
export function checkOutput(checking: Checking, output: SyntaxNode, call: IndicatorCall): IndicatorNode | null {
  const { entry } = call;
  const wanted = wordsOf(checking, output).toLowerCase();
  const index = entry.outputs.indexOf(wanted);
  if (index !== -1) return withinLimits(checking, output, outputNode(call, index, false));
  const nearest = nearestWord(wanted, entry.outputs);
  const all = entry.outputs.map((name) => `\`.${name}\``).join(', ');
  checking.report.error(
    'CONDITION_UNKNOWN_OUTPUT',
    spanOf(output),
    `\`${entry.name}\` has no output \`${wordsOf(checking, output)}\`.`,
    entry.outputs.length === 1
      ? 'It has one output, which needs no name.'
      : nearest
        ? `Did you mean \`.${nearest}\`?`
        : `It has ${all}.`,
  );
  return null;
}

/** Reports a name that does not exist, with the one that was probably meant. */
export function reportUnknownName(checking: Checking, name: SyntaxNode, what: 'name' | 'function or indicator'): null {
  const word = wordsOf(checking, name);
  const { entries } = checking.catalogue;
  const callable = [...entries.keys(), ...NUMBER_FUNCTIONS, ...WINDOW_FUNCTIONS, ...TREND_DIRECTIONS, 'coin'];
  const readable = [...checking.ownNames.keys(), ...SERIES_NAMES, ...callable];
  const candidates = what === 'name' ? readable : callable;
  const nearest = nearestWord(word.toLowerCase(), candidates);
  const foreign = FOREIGN_NAMES.get(word.toLowerCase());
  const hint = foreign ?? (nearest ? `Did you mean \`${nearest}\`?` : null);
  checking.report.error('CONDITION_UNKNOWN_NAME', spanOf(name), `Unknown ${what} \`${word}\`.`, hint);
  return null;
}

/** A name followed by parentheses. */
export function checkCall(checking: Checking, node: SyntaxNode, check: CheckNumber): NumberNode | null {
  const name = node.getChild('Name');
  if (!name) return null;
  const word = wordsOf(checking, name).toLowerCase();
  const ownFunction = FUNCTIONS.get(word);
  if (ownFunction) return nested(checking, node, () => checkFunction(checking, node, ownFunction, check));
  const window = WINDOWS.get(word);
  if (window) return nested(checking, node, () => checkWindow(checking, node, window, check));
  if (checking.catalogue.entries.has(word)) {
    const call = checkIndicatorCall(checking, node, check);
    return call && defaultOutput(checking, node, call);
  }
  if (SERIES.has(word) || checking.ownNames.has(word)) {
    checking.report.error('CONDITION_ARITY', spanOf(node), `\`${word}\` takes no parameters.`, `Write \`${word}\`.`);
    return null;
  }
  reportUnknownName(checking, name, 'function or indicator');
  // What stands in the parentheses may have mistakes of its own.
  nested(
    checking,
    node,
    () =>
      argumentsOf(node)
        .args.map((arg) => check(checking, arg))
        .at(0) ?? null,
  );
  return null;
}
