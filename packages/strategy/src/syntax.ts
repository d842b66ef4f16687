import type { SyntaxNode, Tree } from '@lezer/common';
import { parser } from './generated/condition.parser.ts';
import { FOREIGN_SIGNS } from './names.ts';
import { MAX_NESTING, NESTED_TOO_DEEP } from './nesting.ts';
import type { Report, Span } from './report.ts';

/** What cannot be read is told this often; each costs a walk through the tree. */
const MAX_REPORTED = 20;

interface Brackets {
  /** Opening brackets that nothing closes, and closing ones that close nothing. */
  readonly unmatched: readonly (Span & { readonly opening: boolean })[];
  /** The bracket that opens one level too many. */
  readonly tooDeep: Span | null;
}

const CLOSER: ReadonlyMap<string, string> = new Map([
  ['(', ')'],
  ['[', ']'],
]);

/** Comments and texts first, so that nothing in them counts; then brackets; then more signs or `not`s in a row than may be. */
const TOKENS = new RegExp(
  `#[^\\n]*|"[^"\\n]*"|'[^'\\n]*'|[()[\\]]|(?:[-+][ \\t\\r\\n]*){${MAX_NESTING + 2}}|(?:not[ \\t\\r\\n]+){${MAX_NESTING + 2}}`,
  'gi',
);

/** Walks the text once, over comments and texts in quotation marks, before any parser sees it. */
function scanBrackets(text: string): Brackets {
  const open: { closer: string; at: number }[] = [];
  const unmatched: (Span & { opening: boolean })[] = [];
  let tooDeep: Span | null = null;
  for (const token of text.matchAll(TOKENS)) {
    const [sign] = token;
    const at = token.index;
    const closer = CLOSER.get(sign);
    if (/^[-+n]/i.test(sign)) {
      tooDeep ??= { from: at, to: at + sign.trimEnd().length };
    } else if (closer !== undefined) {
      open.push({ closer, at });
      if (open.length > MAX_NESTING) tooDeep ??= { from: at, to: at + 1 };
    } else if (sign === ')' || sign === ']') {
      if (open.at(-1)?.closer === sign) open.pop();
      else unmatched.push({ from: at, to: at + 1, opening: false });
    }
  }
  for (const { at } of open) unmatched.push({ from: at, to: at + 1, opening: true });
  return { unmatched, tooDeep };
}

/** The last word or sign that ends at or before `at`, comments left out. */
function tokenBefore(tree: Tree, at: number): Span | null {
  let found: Span | null = null;
  tree.iterate({
    to: at,
    enter: (node) => {
      if (node.name === 'Comment' || node.to > at || node.to === node.from || node.node.firstChild) return;
      if (!found || node.to > found.to) found = { from: node.from, to: node.to };
    },
  });
  return found;
}

function reportMissing(text: string, tree: Tree, at: number, report: Report): void {
  const before = tokenBefore(tree, at);
  if (before) {
    const word = text.slice(before.from, before.to);
    report.error('CONDITION_SYNTAX', before, `Something is missing after \`${word}\`.`);
    return;
  }
  const next = /^[a-z0-9_]+|^\S/i.exec(text.slice(at).trimStart());
  if (!next) {
    report.error(
      'CONDITION_SYNTAX',
      { from: 0, to: text.length },
      'The condition is empty.',
      'Write a yes/no question, such as `rsi(14) < 30`.',
    );
    return;
  }
  const from = text.length - text.slice(at).trimStart().length;
  report.error('CONDITION_SYNTAX', { from, to: from + next[0].length }, `Something is missing before \`${next[0]}\`.`);
}

const NEEDS_LEFT_SIDE = /^(?:and|or|crosses|[<>=!]=|[<>*/,])$/i;

function shownSign(sign: string): string {
  const code = sign.codePointAt(0) ?? 0;
  const name = `U+${code.toString(16).toUpperCase().padStart(4, '0')}`;
  return /^\p{C}|^\p{Z}/u.test(sign) ? name : `\`${sign}\` (${name})`;
}

function reportStray(text: string, span: Span, report: Report): void {
  const stray = text.slice(span.from, span.to);
  const foreign = FOREIGN_SIGNS.find(([sign]) => text.startsWith(sign, span.from));
  // eslint-disable-next-line no-control-regex
  const exotic = /[^\x20-\x7e\t\r\n]/u.exec(stray);
  if (foreign) {
    const [sign, hint] = foreign;
    const to = span.from + sign.length;
    report.error('CONDITION_SYNTAX', { from: span.from, to }, `\`${sign}\` has no meaning in a condition.`, hint);
  } else if (exotic) {
    const from = span.from + exotic.index;
    report.error(
      'CONDITION_SYNTAX',
      { from, to: from + exotic[0].length },
      `The character ${shownSign(exotic[0])} has no meaning in a condition.`,
      'Only plain letters, digits, spaces and signs of the keyboard are read; some characters merely look like them.',
    );
  } else if (NEEDS_LEFT_SIDE.test(stray)) {
    report.error('CONDITION_SYNTAX', span, `A value is missing before \`${stray}\`.`);
  } else {
    report.error(
      'CONDITION_SYNTAX',
      span,
      `\`${stray}\` does not belong here.`,
      /^[\w.]/.test(stray) ? 'An operator such as `<` or `and` may be missing before it.' : null,
    );
  }
}

/** The first piece of text that the parser could not use, of each run of such pieces. */
function errorRuns(text: string, tree: Tree): Span[] {
  const runs: { first: Span; to: number }[] = [];
  tree.iterate({
    enter: ({ type, from, to }) => {
      if (!type.isError) return;
      const run = runs.at(-1);
      const continues = run && text.slice(run.to, from).trim() === '' && (run.to > run.first.from || run.to === from);
      if (!continues) {
        runs.push({ first: { from, to }, to });
        return;
      }
      if (run.first.from === run.first.to && to > from) run.first = { from, to };
      run.to = Math.max(run.to, to);
    },
  });
  return runs.map((run) => run.first);
}

function firstPart(node: SyntaxNode | null): SyntaxNode | null {
  let part = node;
  while (part && (part.type.isError || part.name === 'Comment')) part = part.nextSibling;
  return part;
}

export interface Syntax {
  /** The condition, or what could be made of it; null when there is nothing. */
  readonly root: SyntaxNode | null;
  /** Every word was understood. */
  readonly readable: boolean;
}

/**
 * Reads the text into a tree and reports all that cannot be read.
 *
 * Edges:  the tree is whole whatever the text is; parts that could not be read are error nodes in it. Null when the
 *         text is nested too deep, or has too many stray brackets, to be looked at further.
 * Errors: CONDITION_SYNTAX, CONDITION_LIMIT.
 */
export function parseSyntax(text: string, report: Report): Syntax | null {
  const { unmatched, tooDeep } = scanBrackets(text);
  if (tooDeep) {
    report.error('CONDITION_LIMIT', tooDeep, NESTED_TOO_DEEP);
    return null;
  }
  for (const bracket of unmatched.slice(0, MAX_REPORTED)) {
    const sign = `\`${text[bracket.from]}\``;
    report.error(
      'CONDITION_SYNTAX',
      bracket,
      bracket.opening ? `This ${sign} is never closed.` : `This ${sign} closes nothing.`,
    );
  }
  if (unmatched.length > MAX_REPORTED) return null;
  const tree = parser.parse(text);
  const closing = new Set(unmatched.filter((bracket) => !bracket.opening).map((bracket) => bracket.from));
  const unclosed = unmatched.some((bracket) => bracket.opening);
  const runs = errorRuns(text, tree);
  for (const run of runs.slice(0, MAX_REPORTED)) {
    // What an unmatched bracket left behind has been reported with the bracket.
    if (closing.has(run.from)) continue;
    const after = text.slice(run.to).trim();
    if (run.from !== run.to) reportStray(text, run, report);
    else if (!(unclosed && after === '')) reportMissing(text, tree, run.from, report);
  }
  const root = tree.topNode.firstChild;
  return { root: firstPart(root), readable: runs.length === 0 && unmatched.length === 0 };
}
