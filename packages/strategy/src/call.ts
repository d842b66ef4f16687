import type { SyntaxNode } from '@lezer/common';
import { defaultOutputIndex, exampleCall, type CatalogueEntry } from './catalogue.ts';
import { childrenOf, nested, spanOf, withinLimits, wordsOf, type Checking, type IndicatorCall } from './checking.ts';
import { FOREIGN_NAMES, LATER_FUNCTIONS, LATER_INDICATORS } from './names.ts';
import { functionNode, indicatorNode } from './nodes.ts';
import { withThousands } from './numbers.ts';
import { NUMBER_FUNCTIONS, SERIES_NAMES, type IndicatorNode, type NumberFunction, type NumberNode } from './plan.ts';
import { nearestWord } from './suggest.ts';

/** How a part that must be a number is checked; handed in, so that calls and numbers need not import one another. */
export type CheckNumber = (checking: Checking, node: SyntaxNode) => NumberNode | null;

const MAX_FUNCTION_ARGS = 16;

const FUNCTIONS: ReadonlyMap<string, NumberFunction> = new Map(NUMBER_FUNCTIONS.map((name) => [name, name]));
const SERIES: ReadonlySet<string> = new Set(SERIES_NAMES);

/** Reports a part that the language has and this version has not. */
export function reportLater(checking: Checking, node: SyntaxNode, what: string): null {
  checking.report.error(
    'CONDITION_UNSUPPORTED',
    spanOf(node),
    `${what} is not available in this version.`,
    `Available are: the series of the coin, market.*, ${[...checking.catalogue.entries.keys()].join(', ')}, ` +
      '+ - * /, abs, min, max, comparisons, crosses, and, or, not.',
  );
  return null;
}

function argumentsOf(node: SyntaxNode): { args: SyntaxNode[]; broken: boolean } {
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

/** A call of an indicator up to its output, which stands behind it or is left to the default. */
export function checkIndicatorCall(checking: Checking, node: SyntaxNode, check: CheckNumber): IndicatorCall | null {
  const name = node.getChild('Name');
  const entry = name ? checking.catalogue.entries.get(wordsOf(checking, name).toLowerCase()) : undefined;
  if (!entry) return null;
  return nested(checking, node, () => {
    const { args, broken } = argumentsOf(node);
    const checked = args.map((arg) => check(checking, arg));
    if (broken) return null;
    const { hasInput, input, rest } = splitArguments(entry, checked);
    const offset = hasInput ? 1 : 0;
    const given = rest.map((value, index) => ({ at: args[index + offset] ?? node, value }));
    const params = checkParameters(checking, node, entry, given);
    if (!params || (hasInput && !input)) return null;
    return { entry, params, input };
  });
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
  const callable = [...entries.keys(), ...NUMBER_FUNCTIONS];
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
  if (checking.catalogue.entries.has(word)) {
    const call = checkIndicatorCall(checking, node, check);
    return call && defaultOutput(checking, node, call);
  }
  if (LATER_FUNCTIONS.has(word) || LATER_INDICATORS.has(word)) return reportLater(checking, node, `\`${word}\``);
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
