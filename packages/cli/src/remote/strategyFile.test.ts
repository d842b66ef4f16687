import type { StrategyFile } from '@ubot/contracts';
import { assert, property, string } from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readStrategyFile, writeStrategyFile } from './strategyFile.ts';

const GOOD = `# a comment
set: mine
strategies:
  - id: dip
    name: "Dip: deep"
    universe: { kind: coins, ids: [1, 1027] }
    timeframe: 1h
    condition: rsi(14) < 30 # oversold
    trigger:
      cooldownMs: 60000
`;

const mistake = (text: string): string => {
  try {
    readStrategyFile('file.yaml', text);
  } catch (error) {
    return `${(error as { code: string }).code} ${(error as Error).message}`;
  }
  return 'none';
};

describe('a file of strategies', () => {
  it('is read as it stands, and knows where its parts stand', () => {
    const { file, placeOf } = readStrategyFile('file.yaml', GOOD);
    expect(file).toEqual({
      set: 'mine',
      strategies: [
        {
          id: 'dip',
          name: 'Dip: deep',
          universe: { kind: 'coins', ids: [1, 1027] },
          timeframe: '1h',
          condition: 'rsi(14) < 30',
          trigger: { cooldownMs: 60_000 },
        },
      ],
    });
    expect(placeOf('/strategies/0/condition')).toBe('8:16');
    expect(placeOf('/strategies/0/trigger/cooldownMs')).toBe('10:19');
    expect(placeOf('/strategies/0/nosuch/deep')).toBe('4:5');
    expect(placeOf('')).toBe('2:1');
  });

  it.each([
    ['YAML that is none', 'strategies: [\n  {name: x\n', /^VALIDATION_FAILED file\.yaml:\d+:\d+: /],
    ['a key twice', 'strategies: []\nstrategies: []\n', /^VALIDATION_FAILED file\.yaml:2:1: /],
    ['a tab', 'strategies:\n\t- name: x\n', /^VALIDATION_FAILED file\.yaml:2:1: /],
    ['an empty file', '', /^VALIDATION_FAILED file\.yaml:1:1: /],
    ['a list', '- name: x\n', /^VALIDATION_FAILED file\.yaml:1:1: .*must be object/],
    [
      'a field that is misspelt',
      GOOD.replace('timeframe', 'timefame'),
      /^VALIDATION_FAILED file\.yaml:4:5: .*timeframe/,
    ],
    ['a field of another type', GOOD.replace('60000', 'soon'), /^VALIDATION_FAILED file\.yaml:10:19: .*integer/],
    ['a name that is a number', GOOD.replace('"Dip: deep"', '7'), /^VALIDATION_FAILED file\.yaml:5:11: .*string/],
    [
      'more aliases than any file needs',
      `a: &a [x, x, x, x, x, x, x, x, x]\n${['b', 'c', 'd', 'e', 'f']
        .map((name, at) => `${name}: &${name} [${Array(9).fill(`*${'abcde'[at]}`).join(', ')}]`)
        .join('\n')}\n`,
      /^VALIDATION_FAILED file\.yaml/,
    ],
  ])('is refused with the line of %s', (_name, text, expected) => {
    expect(mistake(text)).toMatch(expected);
  });

  it('that was written is read back to the same, whatever its texts hold', () => {
    const text = string({ unit: 'grapheme', minLength: 1, maxLength: 60 });
    assert(
      property(text, text, text, (name, condition, message) => {
        const file: StrategyFile = {
          strategies: [{ name, universe: { kind: 'all' }, timeframe: '1m', condition, message, channels: [name] }],
        };
        expect(readStrategyFile('x', writeStrategyFile(file)).file).toEqual(file);
      }),
    );
  });
});
