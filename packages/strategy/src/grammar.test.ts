import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
// @ts-expect-error plain JavaScript, run by Node before anything is compiled
import { compileGrammar } from '../grammar.mjs';

describe('the generated parser', () => {
  it.each(Object.entries<string>(compileGrammar()))(
    '%s is what the grammar makes (npm run grammar -w @ubot/strategy)',
    (name, text) => {
      expect(readFileSync(new URL(`./generated/${name}`, import.meta.url), 'utf8')).toBe(text);
    },
  );
});
