import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { checkCondition } from './door.ts';
import { LIVE_SOURCE } from './series.ts';

const page = readFileSync(new URL('../../../docs/language.md', import.meta.url), 'utf8');

const blocks = [...page.matchAll(/```condition\n([\s\S]*?)```/g)].map(([, text]) => text!);
const conditions = blocks.flatMap((block) => block.split('\n').filter((line) => line.trim() !== ''));

/** The texts between backticks, but for those in parentheses, which say what is meant. */
function examplesIn(cell: string): string[] {
  let depth = 0;
  return cell.split('`').filter((part, i) => {
    if (i % 2 === 1) return depth === 0;
    depth += part.split('(').length - part.split(')').length;
    return false;
  });
}

/** The examples of table rows whose first cell is a code. */
const examples = [...page.matchAll(/^\| `((?:CONDITION|WARNING)_[A-Z_]+)`\s*\|(.*)\|$/gm)].flatMap(([, code, cell]) =>
  examplesIn(cell!).map((text) => [code!, text] as const),
);

const checked = (text: string) =>
  checkCondition({ text, timeframe: '1h', source: text.includes('obv') ? LIVE_SOURCE : null });

describe('docs/language.md', () => {
  it('has examples', () => {
    expect(conditions.length).toBeGreaterThan(25);
    expect(examples.length).toBeGreaterThan(18);
  });

  it.each(conditions)('%s', (text) => {
    expect(checked(text)).toMatchObject({ ok: true, diagnostics: [] });
  });

  it.each(examples)('%s: %s', (code, text) => {
    expect(checked(text).diagnostics.map((note) => note.code)).toContain(code);
  });
});
