import { expect, test } from 'vitest';
import { csvTable } from './csv.ts';

test.each<[string, string]>([
  ['plain', 'plain'],
  ['with, comma', '"with, comma"'],
  ['with "quotes"', '"with ""quotes"""'],
  ['two\nlines', '"two\nlines"'],
  ['=1+1', "'=1+1"],
  ['@SUM(A1,B1)', '"\'@SUM(A1,B1)"'],
  ['-5', "'-5"],
  ['été', 'été'],
])('the text %j is the cell %j', (name, cell) => {
  expect(csvTable(['name', 'count', 'none'], [{ name, count: -5, none: null }])).toBe(
    `name,count,none\r\n${cell},-5,\r\n`,
  );
});

test('without rows there is the line of names', () => {
  expect(csvTable<{ name: string }>(['name'], [])).toBe('name\r\n');
});
