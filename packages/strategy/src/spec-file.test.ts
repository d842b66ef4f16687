import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { check } from './check.testing.ts';
import { parseSpecFile } from './spec-file.ts';

const FOLDER = new URL('../../../spec/', import.meta.url);

describe('a spec file', () => {
  it('is read into candles, questions and their answers', () => {
    const text = `
# a comment
candles 1h   close: 100 101 - 7*2 1..3   # eight places
  volume_24h: 1 2 - ? 5e3
  volume_24h: -1 0.5 9
let fast = ema(12)
when fast crosses above 100   # a cross
  candles 1-2  unknown
  candle 4 true
  candles 5 - 8  false
`;
    expect(parseSpecFile(text)).toEqual({
      ok: true,
      value: {
        blocks: [
          {
            line: 3,
            timeframe: '1h',
            series: new Map([
              ['close', Float64Array.of(100, 101, Number.NaN, 7, 7, 1, 2, 3)],
              ['volume_24h', Float64Array.of(1, 2, Number.NaN, Number.NaN, 5_000, -1, 0.5, 9)],
            ]),
            present: Uint8Array.of(1, 1, 0, 1, 1, 1, 1, 1),
            cases: [
              {
                line: 7,
                condition: 'fast crosses above 100',
                indicators: [{ name: 'fast', expression: 'ema(12)' }],
                verdicts: ['unknown', 'unknown', 'unknown', 'true', 'false', 'false', 'false', 'false'],
              },
            ],
          },
        ],
      },
    });
  });

  it.each([
    ['', 'line 1: The file has no `candles` block.'],
    ['when close > 1', 'line 1: A spec file begins with `candles 1h close: …`.'],
    ['candles 2h close: 1', 'line 1: There is no timeframe `2h`.'],
    ['candles 1h klose: 1', 'line 1: There is no series `klose`.'],
    ['candles 1h close: one', 'line 1: `one` is not a value.'],
    ['candles 1h 1 2', 'line 1: A column is written `close: 100 101 99`.'],
    ['candles 1h', 'line 1: The block has no candles.'],
    ['candles 1h close: 1 2 open: 1', 'line 1: The columns of a block are equally long.'],
    ['candles 1h close: 1 - open: 1 2', 'line 1: Candle 2 is missing in some columns only.'],
    ['candles 1h close: 1', 'line 1: The block asks nothing: a `when` line is missing.'],
    ['candles 1h close: 1\ncandle 1 true', 'line 2: A `candle` line stands below a `when` line.'],
    [
      'candles 1h close: 1\nwhen close > 0\ncandle 1 yes',
      'line 3: Expected `candle 3 true`, or `candles 3-5 unknown`.',
    ],
    ['candles 1h close: 1\nwhen close > 0\ncandle 0 true', 'line 3: There is no candle 0.'],
    ['candles 1h close: 1\nwhen close > 0\ncandle 1 true\ncandle 2 true', 'line 2: There is no candle 2.'],
    ['candles 1h close: 1\nwhen close > 0\ncandle 1 true\ncandle 1 true', 'line 4: Candle 1 has a verdict already.'],
    ['candles 1h close: 1 2\nwhen close > 0\ncandle 1 true', 'line 2: Candle 2 has no verdict.'],
    ['candles 1h close: 1 -\nwhen close > 0\ncandles 1-2 true', 'line 2: Candle 2 is absent and has no verdict.'],
    ['candles 1h close: 1\nlet fast ema(12)', 'line 2: Expected `let fast = ema(12)`.'],
  ])('%j is refused', (text, detail) => {
    expect(parseSpecFile(text)).toEqual({ ok: false, failure: { code: 'CONDITION_SYNTAX', detail } });
  });
});

describe('the spec files of the repository', () => {
  const names = readdirSync(FOLDER).filter((name) => name.endsWith('.txt'));

  it('are a dozen or more', () => {
    expect(names.length).toBeGreaterThanOrEqual(12);
  });

  it.each(names)('%s asks conditions that can be read', (name) => {
    const spec = parseSpecFile(readFileSync(new URL(name, FOLDER), 'utf8'));
    const blocks = spec.ok ? spec.value.blocks : [];
    expect(spec).toMatchObject({ ok: true });
    for (const { condition, indicators } of blocks.flatMap((block) => block.cases)) {
      expect({ condition, ok: check(condition, [...indicators]).ok }).toEqual({ condition, ok: true });
    }
  });
});
