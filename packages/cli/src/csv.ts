/** One row of a CSV file: its fields, and the line of the file on which it begins (the first is 1). */
export interface CsvRow {
  readonly line: number;
  readonly fields: readonly string[];
}

/**
 * Splits CSV text (RFC 4180) into rows.
 *
 * Edges: a byte order mark, LF and CRLF, quoted fields with commas, doubled quotes and line breaks in them; fields are
 *        trimmed; blank lines are left out. A quote that never closes takes in the rest of the file.
 */
export function* csvRows(text: string): Generator<CsvRow> {
  let at = text.charCodeAt(0) === 0xfeff ? 1 : 0;
  let line = 1;
  while (at < text.length) {
    const { fields, end, breaks } = readRow(text, at);
    if (fields.length > 1 || fields[0] !== '') yield { line, fields };
    at = end;
    line += breaks;
  }
}

function readRow(text: string, from: number): { fields: string[]; end: number; breaks: number } {
  const newline = text.indexOf('\n', from);
  const end = newline === -1 ? text.length : newline;
  const plain = text.slice(from, end);
  // Nearly every row: no quote in it, so every comma separates.
  if (!plain.includes('"')) return { fields: plain.split(',').map((field) => field.trim()), end: end + 1, breaks: 1 };
  const fields: string[] = [];
  let field = '';
  let quoted = false;
  let breaks = 0;
  let at = from;
  for (; at < text.length; at++) {
    const char = text[at]!;
    if (char === '\n') breaks++;
    if (quoted) {
      if (char !== '"') field += char;
      else if (text[at + 1] === '"') field += text[++at]!;
      else quoted = false;
    } else if (char === '"') quoted = true;
    else if (char === ',') {
      fields.push(field.trim());
      field = '';
    } else if (char === '\n') break;
    else field += char;
  }
  fields.push(field.trim());
  return { fields, end: at + 1, breaks };
}

/** A field as it stands in a CSV file: in quotes when it holds a comma, a quote or a line break. */
export function csvField(text: string): string {
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/** A number with all its digits (the shortest text that reads back the same); empty when unknown. */
export function csvNumber(value: number): string {
  return Number.isFinite(value) ? String(value) : '';
}

/** Columns as CSV text with a header; every column has `length` entries. */
export function csvTable(header: readonly string[], columns: readonly Float64Array[], length: number): string {
  const lines = [header.map(csvField).join(',')];
  for (let row = 0; row < length; row++) lines.push(columns.map((column) => csvNumber(column[row]!)).join(','));
  return `${lines.join('\n')}\n`;
}
