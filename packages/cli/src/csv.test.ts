import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { csvField, csvNumber, csvRows, csvTable } from './csv.ts';

describe('CSV rows', () => {
  it('begin after a byte order mark, end with LF or CRLF, and count the lines of the file', () => {
    expect([...csvRows('\uFEFFa,b\r\n1, 2 \r\n\r\n3,4\n')]).toEqual([
      { line: 1, fields: ['a', 'b'] },
      { line: 2, fields: ['1', '2'] },
      { line: 4, fields: ['3', '4'] },
    ]);
  });

  it('hold quoted commas, quotes and line breaks', () => {
    expect([...csvRows('"a,b","say ""hi""",c\n"two\nlines",2\n3,')]).toEqual([
      { line: 1, fields: ['a,b', 'say "hi"', 'c'] },
      { line: 2, fields: ['two\nlines', '2'] },
      { line: 4, fields: ['3', ''] },
    ]);
  });

  it('read back what was written', () => {
    const text = fc.string().map((value) => `x${value.trim()}`);
    fc.assert(
      fc.property(fc.array(fc.array(text, { minLength: 1, maxLength: 4 }), { maxLength: 5 }), (rows) => {
        const written = rows.map((row) => row.map(csvField).join(',')).join('\r\n');
        // A lone carriage return inside a field is written in quotes and kept; around fields spaces are trimmed.
        const expected = rows.map((row) => row.map((field) => field.trim()));
        expect([...csvRows(written)].map(({ fields }) => fields)).toEqual(expected);
      }),
    );
  });
});

describe('CSV output', () => {
  it.each([
    [0.1 + 0.2, '0.30000000000000004'],
    [1e-7, '1e-7'],
    [-0.5, '-0.5'],
    [NaN, ''],
    [Infinity, ''],
    [1_700_000_000_000, '1700000000000'],
  ])('prints %d as "%s"', (value, text) => {
    expect(csvNumber(value)).toBe(text);
  });

  it('quotes a heading that holds a comma', () => {
    expect(csvTable(['time', 'macd(12,26,9).macd'], [Float64Array.of(1, 2), Float64Array.of(NaN, 0.5)], 2)).toBe(
      'time,"macd(12,26,9).macd"\n1,\n2,0.5\n',
    );
  });
});
