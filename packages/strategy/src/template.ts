import {
  placeholderKey,
  placeholdersIn,
  TEMPLATE_PLACEHOLDERS,
  type Diagnostic,
  type PlaceholderUse,
} from '@ubot/contracts';
import type { BoolNode, ConditionPlan, NumberNode } from './plan.ts';
import { createReport } from './report.ts';
import { nearestWord } from './suggest.ts';

/** A value of a cross of one candle before, as alerts store it. */
const BEFORE = ', one candle before';

/**
 * Every mistake in a message template, by its place in the template.
 *
 * Shape:  a placeholder is one of the fixed names, one of the strategy's own, or a number of the condition as it is written.
 * Edges:  `plan` null: the condition has mistakes of its own, so that its numbers are not known; only what is unreadable
 *         is told. Spaces and capitals make no difference.
 * Errors: TEMPLATE_UNKNOWN_PLACEHOLDER, TEMPLATE_SYNTAX, as diagnostics.
 */
export function checkTemplate(template: string, plan: ConditionPlan | null): Diagnostic[] {
  const report = createReport();
  const uses = placeholdersIn(template);
  for (const span of unreadable(template, uses)) {
    report.error('TEMPLATE_SYNTAX', span, 'This placeholder is not closed.', 'Write it as `{{price}}`, on one line.');
  }
  for (const { from, to } of uses.filter((use) => use.name === '')) {
    report.error('TEMPLATE_SYNTAX', { from, to }, 'This placeholder names nothing.', 'Write one such as `{{price}}`.');
  }
  if (plan === null) return report.list();
  const known = placeholderNames(plan);
  const keys = new Set(known.map(placeholderKey));
  for (const { name, ...span } of uses) {
    if (name === '' || keys.has(placeholderKey(name))) continue;
    const meant = nearestWord(placeholderKey(name), known);
    const hint =
      meant === null ? `There are ${FIXED_LIST}, and the numbers of the condition.` : `Did you mean \`{{${meant}}}\`?`;
    report.error('TEMPLATE_UNKNOWN_PLACEHOLDER', span, `There is no placeholder \`${name}\` in this strategy.`, hint);
  }
  return report.list();
}

const FIXED_NAMES = Object.keys(TEMPLATE_PLACEHOLDERS);
const FIXED_LIST = FIXED_NAMES.map((name) => `\`${name}\``).join(', ');

/** All that a template of a strategy with this condition may name; the fixed names first. */
export function placeholderNames({ root, named }: ConditionPlan): string[] {
  return [...new Set([...FIXED_NAMES, ...named.map(({ name }) => name), ...mentioned(root)])];
}

function mentioned(node: BoolNode): string[] {
  switch (node.kind) {
    case 'compare':
      return [...numbersOf(node.left), ...numbersOf(node.right)];
    case 'crosses':
      return [...numbersOf(node.left), ...numbersOf(node.right)].flatMap((text) => [text, `${text}${BEFORE}`]);
    case 'trend':
      return numbersOf(node.of);
    case 'not':
      return mentioned(node.operand);
    default:
      return node.operands.flatMap(mentioned);
  }
}

/** The numbers whose values an alert stores: each with its parts, constants left out. */
function numbersOf(node: NumberNode): string[] {
  switch (node.kind) {
    case 'constant':
      return [];
    case 'arithmetic':
      return [...numbersOf(node.left), ...numbersOf(node.right), node.text];
    case 'negate':
      return [...numbersOf(node.operand), node.text];
    case 'function':
      return [...node.args.flatMap(numbersOf), node.text];
    default:
      return [node.text];
  }
}

/** Pairs of opening braces that begin no placeholder: `{{price}`, `{{price` at the end of a line. */
function unreadable(template: string, uses: readonly PlaceholderUse[]): { from: number; to: number }[] {
  return [...template.matchAll(/\{\{[^{}\n]*\}?/g)].flatMap(({ index, 0: text }) => {
    const isRead = uses.some(({ from, to }) => index >= from && index < to);
    return isRead ? [] : [{ from: index, to: index + text.length }];
  });
}
