import { describe, expect, it } from 'vitest';
import { check, codesOf, planOf, rootOf } from './check.testing.ts';
import { printCondition } from './condition.ts';

describe('a condition', () => {
  // As written → as the engine keys it.
  it.each([
    ['rsi(14) < 30', 'rsi(14) < 30'],
    ['RSI( 14 ) < 30', 'rsi(14) < 30'],
    ['rsi(close, 14) < 30', 'rsi(14) < 30'],
    ['rsi() < 30', 'rsi(14) < 30'],
    ['rsi(14.0) < 30.0', 'rsi(14) < 30'],
    ['rsi(14).value < 30', 'rsi(14) < 30'],
    ['((rsi(14))) < (30)', 'rsi(14) < 30'],
    ['sma(volume_24h, 20) > 50k', 'sma(volume_24h, 20) > 50000'],
    ['macd(12, 26, 9).signal > 0', 'macd(12, 26, 9).signal > 0'],
    ['macd(12,26,9) > macd().histogram', 'macd(12, 26, 9).macd > macd(12, 26, 9).histogram'],
    ['bbands(20, 2).upper < close', 'bbands(20, 2).upper < close'],
    ['ema(rsi(14), 9) > 50', 'ema(rsi(14), 9) > 50'],
    ['ema(close * 2, 9) > 50', 'ema(close * 2, 9) > 50'],
    ['price > 1.5M', 'price > 1500000'],
    ['market_cap < 2B', 'market_cap < 2000000000'],
    ['market_cap < 2.5T', 'market_cap < 2500000000000'],
    ['percent_change_24h > 5%', 'percent_change_24h > 5'],
    ['percent_change_24h > 5 %', 'percent_change_24h > 5'],
    ['percent_change_1h < -5% or percent_change_7d > +.5', 'percent_change_1h < -5 or percent_change_7d > 0.5'],
    ['close > 7.31e-22', 'close > 7.31e-22'],
    ['rank <= 100', 'rank <= 100'],
    ['open == high and low != close', 'open == high and low != close'],
    [
      'market.btc_dominance > 50 and market.eth_dominance < 20',
      'market.btc_dominance > 50 and market.eth_dominance < 20',
    ],
    ['MARKET.Total_Market_Cap > market.total_volume_24h', 'market.total_market_cap > market.total_volume_24h'],
    ['30 < rsi(14) < 70', '30 < rsi(14) and rsi(14) < 70'],
    ['70 >= rsi(14) > 30 > 1', '70 >= rsi(14) and rsi(14) > 30 and 30 > 1'],
    ['close crosses above sma(50)', 'close crosses above sma(50)'],
    ['close CROSSES BELOW sma(50)', 'close crosses below sma(50)'],
    ['close crosses sma(50)', 'close crosses sma(50)'],
    ['not close > 5', 'not (close > 5)'],
    ['not (close > 5 or close < 3) and not not rank < 3', 'not (close > 5 or close < 3) and not not (rank < 3)'],
    ['rank < 1 or rank < 2 and rank < 3 or rank < 4', 'rank < 1 or rank < 2 and rank < 3 or rank < 4'],
    ['(rank < 1 or rank < 2) and (rank < 3 and rank < 4)', '(rank < 1 or rank < 2) and rank < 3 and rank < 4'],
    ['close - (open - low) - 1 > 0', 'close - (open - low) - 1 > 0'],
    ['close / (open * low) * 2 > 0', 'close / (open * low) * 2 > 0'],
    ['-(close + open) * -2 < --1', '-(close + open) * -2 < 1'],
    ['abs(close - open) > min(1, 2, low) + max(high, 3)', 'abs(close - open) > min(1, 2, low) + max(high, 3)'],
    ['close\n  >\t5 # a comment "with (marks"\n and open > 5#', 'close > 5 and open > 5'],
  ])('%s', (text, key) => {
    expect(printCondition(planOf(text))).toBe(key);
  });

  it('becomes a plan of plain data', () => {
    expect(planOf('RSI(14) < 30 and close crosses above macd(12, 26, 9).signal')).toEqual({
      timeframe: '1h',
      text: 'RSI(14) < 30 and close crosses above macd(12, 26, 9).signal',
      named: [],
      root: {
        kind: 'and',
        key: 'rsi(14) < 30 and close crosses above macd(12, 26, 9).signal',
        text: 'rsi(14) < 30 and close crosses above macd(12, 26, 9).signal',
        operands: [
          {
            kind: 'compare',
            op: '<',
            key: 'rsi(14) < 30',
            text: 'rsi(14) < 30',
            left: {
              kind: 'indicator',
              name: 'rsi',
              params: [14],
              output: 'value',
              outputIndex: 0,
              input: null,
              key: 'rsi(14)',
              text: 'rsi(14)',
            },
            right: { kind: 'constant', value: 30, key: '30', text: '30' },
          },
          {
            kind: 'crosses',
            direction: 'above',
            key: 'close crosses above macd(12, 26, 9).signal',
            text: 'close crosses above macd(12, 26, 9).signal',
            left: { kind: 'series', series: 'close', key: 'close', text: 'close' },
            right: {
              kind: 'indicator',
              name: 'macd',
              params: [12, 26, 9],
              output: 'signal',
              outputIndex: 1,
              input: null,
              key: 'macd(12, 26, 9).signal',
              text: 'macd(12, 26, 9).signal',
            },
          },
        ],
      },
    });
    const plan = planOf('rsi(14) < 30 or not (close > -5)');
    expect(structuredClone(plan)).toEqual(plan);
  });

  it('keeps the order of and and or', () => {
    expect(rootOf('rank < 1 or close > 2').key).not.toBe(rootOf('close > 2 or rank < 1').key);
  });

  it('reads numbers as they were written', () => {
    expect(rootOf('close > 50k and percent_change_1h < -5%').text).toBe('close > 50k and percent_change_1h < -5%');
    expect(rootOf('macd() > 1.10').text).toBe('macd(12, 26, 9) > 1.10');
  });
});

describe('own names', () => {
  const NAMES = [
    { name: 'fast', expression: 'ema(12)' },
    { name: 'slow', expression: 'EMA(26)' },
    { name: 'gap', expression: 'fast - slow' },
    { name: 'bands', expression: 'bbands(20, 2)' },
    { name: 'm', expression: 'macd(12, 26, 9)' },
  ];

  it('stand for their expressions in the key, and for themselves in the text', () => {
    const { root, named } = planOf(
      'FAST crosses above slow and gap * 2 > 1 and close > bands.upper and m < m.signal',
      NAMES,
    );
    expect(root.key).toBe(
      'ema(12) crosses above ema(26) and (ema(12) - ema(26)) * 2 > 1 and close > bbands(20, 2).upper and ' +
        'macd(12, 26, 9).macd < macd(12, 26, 9).signal',
    );
    expect(root.text).toBe('fast crosses above slow and gap * 2 > 1 and close > bands.upper and m < m.signal');
    expect(named.map(({ name, node }) => [name, node.key, node.text])).toEqual([
      ['fast', 'ema(12)', 'fast'],
      ['slow', 'ema(26)', 'slow'],
      ['gap', 'ema(12) - ema(26)', 'gap'],
      ['m', 'macd(12, 26, 9).macd', 'm'],
    ]);
  });

  it('may bear the name of an indicator, which is called with parentheses', () => {
    expect(rootOf('rsi < 30 and rsi(7) < 20', [{ name: 'rsi', expression: 'rsi(14)' }]).key).toBe(
      'rsi(14) < 30 and rsi(7) < 20',
    );
  });

  it('may not hide a word of the language, and may not be given twice', () => {
    const names = ['close', 'abs', 'and', 'market', 'coin', 'x y'].map((name) => ({ name, expression: 'rsi(14)' }));
    expect(codesOf('close > 5', names)).toHaveLength(6);
    const checked = check('a > 1', [
      { name: 'a', expression: 'rsi(14)' },
      { name: 'a', expression: 'rsi(15)' },
    ]);
    expect(checked.diagnostics).toEqual([
      { code: 'CONDITION_SYNTAX', severity: 'error', from: 0, to: 1, message: '`a` is defined twice.', hint: null },
    ]);
  });

  it('know only the names before them', () => {
    const names = [
      { name: 'a', expression: 'b + 1' },
      { name: 'b', expression: 'rsi(14)' },
    ];
    expect(check('a > 1 and b > 1', names).diagnostics).toEqual([
      {
        code: 'CONDITION_UNKNOWN_NAME',
        severity: 'error',
        from: 0,
        to: 1,
        message: 'In `a`: Unknown name `b`.',
        hint: null,
      },
    ]);
  });

  it('bring their mistakes to the place where they are used', () => {
    const names = [{ name: 'r', expression: 'rsii(14)' }];
    expect(check('close > 5 and r < 30', names).diagnostics).toEqual([
      {
        code: 'CONDITION_UNKNOWN_NAME',
        severity: 'error',
        from: 14,
        to: 15,
        message: 'In `r`: Unknown function or indicator `rsii`.',
        hint: 'Did you mean `rsi`?',
      },
    ]);
  });

  it('must be numbers', () => {
    expect(check('close > 5', [{ name: 'r', expression: 'rsi(14) < 30' }]).diagnostics).toMatchObject([
      { code: 'CONDITION_TYPE', message: 'In `r`: A yes/no stands where a number is wanted.' },
    ]);
  });
});
