/**
 * Compiles src/condition.grammar to src/generated. `npm run grammar -w @ubot/strategy` writes the files; a test holds
 * that what is committed is what this makes.
 */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { buildParserFile } from '@lezer/generator';

const at = (path) => fileURLToPath(new URL(path, import.meta.url));

/** @returns {Record<string, string>} the generated files, by name */
export function compileGrammar() {
  const { parser, terms } = buildParserFile(readFileSync(at('./src/condition.grammar'), 'utf8'), {
    fileName: 'condition.grammar',
    moduleStyle: 'es',
    typeScript: true,
    warn: (message) => {
      throw new Error(message);
    },
  });
  // Outside of the parser only the keywords are needed by number.
  const keywords = [...terms.matchAll(/\w+Keyword = \d+/g)].map(([term]) => `export const ${term};\n`).join('');
  return { 'condition.parser.ts': parser, 'condition.terms.ts': `// Made by grammar.mjs.\n${keywords}` };
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  mkdirSync(at('./src/generated'), { recursive: true });
  for (const [name, text] of Object.entries(compileGrammar())) writeFileSync(at(`./src/generated/${name}`), text);
}
