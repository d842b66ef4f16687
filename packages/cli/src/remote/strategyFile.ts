import { StrategyFileSchema, UbotError, type StrategyFile } from '@ubot/contracts';
import { schemaIssues } from '@ubot/service-kit';
import { isNode, LineCounter, parseDocument, stringify, type Document } from 'yaml';

export interface ReadFile {
  readonly file: StrategyFile;
  /** Where a JSON pointer into the file stands, as "line:column"; the nearest part around it when it is not there. */
  placeOf(pointer: string): string;
}

/**
 * Reads a file of strategies.
 *
 * Errors: throws VALIDATION_FAILED with the line of every mistake in the YAML, or of the first in its shape.
 */
export function readStrategyFile(name: string, text: string): ReadFile {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  const placeAt = (offset: number): string => {
    const { line, col } = lines.linePos(offset);
    return `${line}:${col}`;
  };
  const [first] = document.errors;
  if (first !== undefined) {
    const all = document.errors.map(({ pos, message }) => `${name}:${placeAt(pos[0])}: ${message}`);
    throw new UbotError('VALIDATION_FAILED', all.slice(0, MISTAKES_SHOWN).join('\n'));
  }
  const placeOf = (pointer: string): string => placeAt(offsetOf(document, pointer));
  const file = valueOf(name, document);
  const [issue] = schemaIssues(StrategyFileSchema, file);
  if (issue !== undefined) {
    throw new UbotError('VALIDATION_FAILED', `${name}:${placeOf(issue.path)}: ${issue.path} ${issue.message}`);
  }
  return { file: file as StrategyFile, placeOf };
}

const MISTAKES_SHOWN = 20;

function valueOf(name: string, document: Document): unknown {
  try {
    return document.toJS();
  } catch (error) {
    // More aliases than any file of strategies needs.
    throw new UbotError('VALIDATION_FAILED', `${name}: ${error instanceof Error ? error.message : 'cannot be read'}`);
  }
}

function offsetOf(document: Document, pointer: string): number {
  const path = pointer
    .split('/')
    .slice(1)
    .map((part) => (/^\d+$/.test(part) ? Number(part) : part.replaceAll('~1', '/').replaceAll('~0', '~')));
  for (let length = path.length; length >= 0; length -= 1) {
    const node = length === 0 ? document.contents : document.getIn(path.slice(0, length), true);
    if (isNode(node) && node.range !== undefined && node.range !== null) return node.range[0];
  }
  return 0;
}

/** A file as people write it; `apply` reads it back to the same value. */
export function writeStrategyFile(file: StrategyFile): string {
  return stringify(file, { lineWidth: 100 });
}
