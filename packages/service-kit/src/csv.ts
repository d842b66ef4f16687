export const CSV_TYPE = 'text/csv; charset=utf-8';
export const csvHeaders = (name: string) => ({ 'content-disposition': `attachment; filename="${name}.csv"` });

/** Whether an answer is wanted as a table; what the address says counts before what the header says. */
export function wantsCsv(accept: string | undefined, format: 'json' | 'csv' | undefined): boolean {
  if (format !== undefined) return format === 'csv';
  const accepted = (accept ?? '').split(',').map((part) => part.split(';')[0]?.trim());
  return accepted.includes('text/csv') && !accepted.includes('application/json');
}

/**
 * Rows under a line of names; null is empty.
 *
 * Edges: text that a spreadsheet would take for a formula gets an apostrophe before it: people's own names are among it.
 */
export function csvTable<Row extends object>(columns: readonly (keyof Row & string)[], rows: readonly Row[]): string {
  const lines = rows.map((row) => columns.map((column) => cell(row[column])).join(','));
  return `${[columns.join(','), ...lines].join('\r\n')}\r\n`;
}

function cell(value: unknown): string {
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  if (typeof value !== 'string') return '';
  const text = /^[=+\-@\t\r]/.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
