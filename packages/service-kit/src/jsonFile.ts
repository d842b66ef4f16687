import { readFileSync } from 'node:fs';
import { Mistake } from './settings.ts';

/** Errors: throws a Mistake that begins with `what`, as "names a file". */
export function readText(file: string, what: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    throw new Mistake(`${what} that cannot be read: ${file}`);
  }
}

/** Errors: throws a Mistake that quotes nothing of the text. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // Not the parser's own words: they may quote what stands in the file.
    throw new Mistake('names a file that is not valid JSON');
  }
}
