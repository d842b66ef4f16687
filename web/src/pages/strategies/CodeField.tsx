import { closeBrackets, closeBracketsKeymap, completionKeymap } from '@codemirror/autocomplete';
import { defaultKeymap, history, historyKeymap } from '@codemirror/commands';
import { forceLinting, lintKeymap } from '@codemirror/lint';
import { EditorState, type Extension } from '@codemirror/state';
import { EditorView, keymap, placeholder } from '@codemirror/view';
import { useEffect, useRef, type ReactElement } from 'react';

const look = EditorView.theme({
  '&': {
    fontSize: '0.9375rem',
    backgroundColor: 'var(--surface)',
    color: 'var(--ink)',
    borderRadius: 'var(--radius-s)',
  },
  '&.cm-focused': { outline: '2px solid var(--accent)', outlineOffset: '-1px' },
  '.cm-content': { fontFamily: 'var(--font-mono)', padding: '0.75rem', minHeight: '5.5rem', caretColor: 'var(--ink)' },
  '.cm-scroller': { lineHeight: '1.6' },
  '.cm-cursor': { borderLeftColor: 'var(--ink)' },
  '.cm-placeholder': { color: 'var(--ink-faint)' },
  '&.cm-focused .cm-selectionBackground, .cm-selectionBackground': { background: 'var(--accent-soft) !important' },
  '.cm-tooltip': {
    border: '1px solid var(--line)',
    borderRadius: 'var(--radius-s)',
    background: 'var(--raised)',
    color: 'var(--ink)',
    boxShadow: 'var(--shadow)',
  },
  '.cm-tooltip.cm-tooltip-autocomplete > ul': { fontFamily: 'var(--font-mono)', maxHeight: '16rem' },
  '.cm-tooltip.cm-tooltip-autocomplete > ul > li': { padding: '0.3rem 0.6rem' },
  '.cm-tooltip.cm-tooltip-autocomplete > ul > li[aria-selected]': {
    background: 'var(--accent-soft)',
    color: 'var(--ink)',
  },
  '.cm-completionDetail': { color: 'var(--ink-faint)', fontFamily: 'var(--font)', fontStyle: 'normal' },
  '.cm-completionInfo': { padding: '0.5rem 0.75rem', maxWidth: '22rem', whiteSpace: 'pre-line', fontSize: '0.8125rem' },
  '.cm-diagnostic': { padding: '0.4rem 0.6rem', fontFamily: 'var(--font)', fontSize: '0.8125rem', maxWidth: '28rem' },
  '.cm-slot': { color: 'var(--code-call)' },
  '.cm-diagnostic-error': { borderLeft: '3px solid var(--down)' },
  '.cm-diagnostic-warning': { borderLeft: '3px solid var(--star)' },
});

/**
 * A field with colours, completion and underlined mistakes. It lives in a shadow root, because the page's policy lets only
 * there an editor bring its own style sheets; the tokens reach into it. `extension` is asked once; what changes later it has
 * to ask for itself, and `rules` says when to look at the text again.
 */
export function CodeField({
  value,
  onChange,
  label,
  hint,
  className,
  extension,
  rules,
}: {
  value: string;
  onChange: (value: string) => void;
  label: string;
  hint: string;
  className: string;
  extension: () => Extension;
  rules: readonly unknown[];
}): ReactElement {
  const host = useRef<HTMLDivElement>(null);
  const view = useRef<EditorView | null>(null);
  const latest = useRef({ onChange, extension });
  useEffect(() => {
    latest.current = { onChange, extension };
  });

  useEffect(() => {
    const element = host.current;
    if (element === null) return undefined;
    const root = element.shadowRoot ?? element.attachShadow({ mode: 'open' });
    const made = new EditorView({
      parent: root,
      root,
      state: EditorState.create({
        doc: value,
        extensions: [
          history(),
          closeBrackets(),
          latest.current.extension(),
          // Tab leaves the field, as keyboards users expect of a form.
          keymap.of([...closeBracketsKeymap, ...completionKeymap, ...lintKeymap, ...historyKeymap, ...defaultKeymap]),
          EditorView.lineWrapping,
          EditorView.contentAttributes.of({ 'aria-label': label }),
          placeholder(hint),
          look,
          EditorView.updateListener.of((update) => {
            if (update.docChanged) latest.current.onChange(update.state.doc.toString());
          }),
        ],
      }),
    });
    view.current = made;
    return () => {
      made.destroy();
      view.current = null;
    };
    // Made once; what changes later comes through `latest` and the effect below.
    // oxlint-disable-next-line react-hooks/exhaustive-deps
  }, [label, hint]);

  useEffect(() => {
    const editor = view.current;
    if (editor === null) return;
    const shown = editor.state.doc.toString();
    if (shown !== value) editor.dispatch({ changes: { from: 0, to: shown.length, insert: value } });
  }, [value]);
  // Another timeframe or another name of one's own can make a text right or wrong.
  useEffect(() => {
    if (view.current !== null) forceLinting(view.current);
    // oxlint-disable-next-line react-hooks/exhaustive-deps
  }, rules);

  return <div ref={host} className={`code-field ${className}`} />;
}
