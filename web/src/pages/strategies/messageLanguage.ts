import { autocompletion, type Completion, type CompletionContext } from '@codemirror/autocomplete';
import type { Extension } from '@codemirror/state';
import { Decoration, MatchDecorator, ViewPlugin, type DecorationSet, type EditorView } from '@codemirror/view';
import { TEMPLATE_PLACEHOLDERS, type Diagnostic, type TemplatePlaceholder } from '@ubot/contracts';
import { underlined } from './language.ts';

const slots = new MatchDecorator({ regexp: /\{\{[^{}\n]*\}\}/g, decoration: Decoration.mark({ class: 'cm-slot' }) });

const coloured = ViewPlugin.fromClass(
  class {
    marks: DecorationSet;
    constructor(view: EditorView) {
      this.marks = slots.createDeco(view);
    }
    update(update: Parameters<typeof slots.updateDeco>[0]): void {
      this.marks = slots.updateDeco(update, this.marks);
    }
  },
  { decorations: ({ marks }) => marks },
);

/** Inside of braces the names that this strategy's message may use; null elsewhere. */
export function completePlaceholder(context: CompletionContext, names: readonly string[]) {
  const open = context.matchBefore(/\{\{[^{}\n]*$/);
  if (open === null) return null;
  // The braces that close it may stand there already: the field writes them by itself.
  const behind = context.state.sliceDoc(context.pos, context.pos + 2);
  const missing = '}'.repeat(2 - (/^\}*/.exec(behind)?.[0].length ?? 0));
  const options = names.map((label): Completion => ({
    label,
    type: 'variable',
    detail: TEMPLATE_PLACEHOLDERS[label as TemplatePlaceholder] ?? '',
    apply: (view, _completion, from, to) => {
      const insert = `${label}${missing}`;
      const anchor = from + label.length + 2;
      view.dispatch({ changes: { from, to, insert }, selection: { anchor } });
    },
  }));
  return { from: open.from + 2, options, validFor: /^[^{}\n]*$/ };
}

/** A message's template: its placeholders coloured, completed, and underlined where they are mistaken. */
export function messageLanguage(options: {
  names: () => readonly string[];
  check: (message: string) => readonly Diagnostic[];
}): Extension {
  return [
    coloured,
    autocompletion({ override: [(context) => completePlaceholder(context, options.names())], icons: false }),
    underlined(options.check),
  ];
}
