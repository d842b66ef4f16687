import { autocompletion, snippetCompletion, type Completion, type CompletionContext } from '@codemirror/autocomplete';
import { HighlightStyle, LRLanguage, LanguageSupport, syntaxHighlighting } from '@codemirror/language';
import { linter, type Diagnostic as Mark } from '@codemirror/lint';
import type { Extension } from '@codemirror/state';
import { styleTags, tags } from '@lezer/highlight';
import type { Diagnostic } from '@ubot/contracts';
import { INDICATORS, type IndicatorDefinition } from '@ubot/indicators';
import {
  KEYWORDS,
  NUMBER_FUNCTIONS,
  SERIES_NAMES,
  TREND_DIRECTIONS,
  WINDOW_FUNCTIONS,
  conditionParser,
} from '@ubot/strategy';
import { text, type TextKey } from '../../texts/i18n.ts';

type Grammar = Parameters<typeof LRLanguage.define>[0]['parser'];
// One class, which the compiler knows twice: it reads the declarations behind our package as CommonJS.
const grammar = conditionParser as unknown as Grammar;

/** The condition language in the editor: the server's own grammar, so that both read a text alike. */
const language = LRLanguage.define({
  name: 'condition',
  parser: grammar.configure({
    props: [
      styleTags({
        'AndKeyword OrKeyword NotKeyword CrossesKeyword AboveKeyword BelowKeyword': tags.keyword,
        'Call/Name': tags.function(tags.variableName),
        'Member/Name': tags.propertyName,
        Name: tags.variableName,
        'Number/NumberLiteral Percent': tags.number,
        'OtherTimeframe/NumberLiteral': tags.unit,
        String: tags.string,
        Comment: tags.lineComment,
        'CompareOperator Plus Minus Times Divide': tags.operator,
      }),
    ],
  }),
  languageData: { commentTokens: { line: '#' }, closeBrackets: { brackets: ['(', '[', '"'] } },
});

const colours = HighlightStyle.define([
  { tag: tags.keyword, color: 'var(--code-keyword)', fontWeight: '600' },
  { tag: tags.function(tags.variableName), color: 'var(--code-call)' },
  { tag: tags.propertyName, color: 'var(--code-call)' },
  { tag: tags.number, color: 'var(--code-number)' },
  { tag: tags.unit, color: 'var(--code-number)' },
  { tag: tags.string, color: 'var(--code-string)' },
  { tag: tags.lineComment, color: 'var(--ink-faint)', fontStyle: 'italic' },
  { tag: tags.operator, color: 'var(--ink-soft)' },
]);

/** A name of the user's own, as the strategy defines it. */
export interface OwnName {
  readonly name: string;
  readonly expression: string;
}

const MARKET_FIELDS = ['btc_dominance', 'eth_dominance', 'total_market_cap', 'total_volume_24h'] as const;

/** "rsi(14)": an indicator with the parameters that charts begin with. */
export function usualCall({ name, params }: IndicatorDefinition): string {
  return params.length === 0 ? `${name}()` : `${name}(${params.map((param) => param.default).join(', ')})`;
}

// In a snippet a bare number is the place of a field in the round of Tab: what stands there has to be named after it.
function indicatorCompletion(definition: IndicatorDefinition): Completion {
  const { name, title, about, params, outputs } = definition;
  const holes = params.map((param, at) => `#{${at + 1}:${param.default}}`).join(', ');
  const notes = [
    about,
    params.map((param) => `${param.name}: ${param.minimum}–${param.maximum}`).join(', '),
    outputs.length > 1 ? `.${outputs.join(' .')}` : '',
  ];
  return snippetCompletion(`${name}(${holes})`, {
    label: usualCall(definition),
    detail: title,
    info: notes.filter((note) => note !== '').join('\n'),
    type: 'function',
  });
}

const WINDOWS: Readonly<Record<(typeof WINDOW_FUNCTIONS)[number], string>> = {
  highest: '#{1:high}, #{2:20}',
  lowest: '#{1:low}, #{2:20}',
  avg: '#{1:close}, #{2:20}',
  stdev: '#{1:close}, #{2:20}',
  change: '#{1:close}, #{2:1}',
  percent_change: '#{1:price}, #{2:15m}',
};

type LanguageText = TextKey extends infer K ? (K extends `language.${infer Name}` ? Name : never) : never;

/** Everything that may stand at the beginning of a value. */
function words(): Completion[] {
  const about = (name: LanguageText): string => text(`language.${name}`);
  return [
    ...SERIES_NAMES.map((name): Completion => ({ label: name, type: 'variable', detail: about(name), boost: 2 })),
    ...MARKET_FIELDS.map((name): Completion => ({
      label: `market.${name}`,
      type: 'variable',
      detail: about(`market_${name}`),
    })),
    ...[...INDICATORS.values()].map(indicatorCompletion),
    ...WINDOW_FUNCTIONS.map((name) =>
      snippetCompletion(`${name}(${WINDOWS[name]})`, { label: `${name}(…)`, type: 'function', detail: about(name) }),
    ),
    ...TREND_DIRECTIONS.map((name) =>
      snippetCompletion(`${name}(#{1:close}, #{2:3})`, { label: `${name}(…)`, type: 'function', detail: about(name) }),
    ),
    ...NUMBER_FUNCTIONS.map((name) =>
      snippetCompletion(`${name}(#{})`, { label: `${name}(…)`, type: 'function', detail: about(name) }),
    ),
    snippetCompletion('coin("#{bitcoin}").#{close}', { label: 'coin("…")', type: 'function', detail: about('coin') }),
    ...KEYWORDS.map((name): Completion => ({ label: name, type: 'keyword' })),
    { label: 'crosses above', type: 'keyword', boost: 1 },
    { label: 'crosses below', type: 'keyword', boost: 1 },
  ];
}

/** What may follow a dot: the outputs of an indicator, the figures of the market, the series of another coin. */
function fieldsOf(name: string, own: readonly OwnName[]): readonly string[] {
  if (name === 'market') return MARKET_FIELDS;
  if (name === 'coin') return SERIES_NAMES;
  const called = own.find((each) => each.name.toLowerCase() === name)?.expression.match(/^\s*([a-z_][a-z0-9_]*)/i)?.[1];
  const outputs = INDICATORS.get((called ?? name).toLowerCase())?.outputs ?? [];
  return outputs.length > 1 ? outputs : [];
}

/** Completions at the cursor; null where nothing can be said. */
export function completeCondition(context: CompletionContext, own: readonly OwnName[]) {
  const field = context.matchBefore(/([a-zA-Z_][a-zA-Z0-9_]*)(\([^()]*\))?\.[a-zA-Z0-9_]*$/);
  if (field !== null) {
    const dot = field.text.lastIndexOf('.');
    const name = field.text.match(/^[a-zA-Z0-9_]+/)?.[0].toLowerCase() ?? '';
    const options = fieldsOf(name, own).map((label): Completion => ({ label, type: 'property' }));
    return options.length === 0 ? null : { from: field.from + dot + 1, options, validFor: /^[a-zA-Z0-9_]*$/ };
  }
  const word = context.matchBefore(/[a-zA-Z_][a-zA-Z0-9_]*$/);
  if (word === null && !context.explicit) return null;
  const mine = own.map(({ name, expression }): Completion => ({
    label: name,
    type: 'constant',
    detail: expression,
    boost: 9,
  }));
  return { from: word?.from ?? context.pos, options: [...mine, ...words()], validFor: /^[a-zA-Z_][a-zA-Z0-9_]*$/ };
}

const LINT_AFTER_MS = 250;

/** Mistakes and warnings at their places, a moment after the last key. */
export function underlined(check: (written: string) => readonly Diagnostic[]): Extension {
  return linter(
    (view) => {
      const written = view.state.doc.toString();
      if (written.trim() === '') return [];
      return check(written).map(({ from, to, severity, message, hint }): Mark => ({
        from: Math.min(from, written.length),
        to: Math.min(Math.max(to, from), written.length),
        severity,
        message: hint === null ? message : `${message} ${hint}`,
      }));
    },
    { delay: LINT_AFTER_MS },
  );
}

/** The language with colours, completion and underlined mistakes. `own` and `check` are asked each time anew. */
export function conditionLanguage(options: {
  own: () => readonly OwnName[];
  check: (condition: string) => readonly Diagnostic[];
}): Extension {
  return [
    new LanguageSupport(language),
    syntaxHighlighting(colours),
    autocompletion({ override: [(context) => completeCondition(context, options.own())], icons: false }),
    underlined(options.check),
  ];
}
