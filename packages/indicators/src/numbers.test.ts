import { describe, expect, it } from 'vitest';
import { computeIndicator } from './compute.ts';
import { INDICATORS } from './catalogue.ts';
import { roundedMean } from './mean.ts';

function compute(name: string, params: number[], series: readonly number[]): Float64Array[] {
  return computeIndicator({ definition: INDICATORS.get(name)!, params, inputs: [Float64Array.from(series)] });
}

describe('small examples by hand', () => {
  it('sma(3) of 1 2 3 4 5', () => {
    expect([...compute('sma', [3], [1, 2, 3, 4, 5])[0]!]).toEqual([NaN, NaN, 2, 3, 4]);
  });

  it('ema(3) of 2 4 6 8 16: seeded with 4, then half way to each', () => {
    expect([...compute('ema', [3], [2, 4, 6, 8, 16])[0]!]).toEqual([NaN, NaN, 4, 6, 11]);
  });

  it('rsi(2) of 10 12 11 11: gains 2 then averages, losses 1', () => {
    const [value] = compute('rsi', [2], [10, 12, 11, 11, 14]);
    // Averages: gain 1, loss 0.5; then 0.5 and 0.25; then 1.75 and 0.125.
    expect([...value!]).toEqual([NaN, NaN, 100 * (1 / 1.5), 100 * (0.5 / 0.75), 100 * (1.75 / 1.875)]);
  });

  it.each([
    [[1, 2, 3, 4], 100],
    [[4, 3, 2, 1], 0],
    [[2, 2, 2, 2], NaN],
  ])('rsi(3) of %j is %d', (series, expected) => {
    expect(compute('rsi', [3], series)[0]!.at(-1)).toBe(expected);
  });

  it('macd(1,2,2) of 1 3 7 7', () => {
    // ema(1) is the value; ema(2) is 2, then 2 + (7 - 2) * 2/3, …
    const [line, signal, histogram] = compute('macd', [1, 2, 2], [1, 3, 7, 7]);
    expect([...line!].slice(1)).toEqual([1, 7 - (2 + 5 / 1.5), expect.closeTo(5 / 9, 12)]);
    expect([...signal!].slice(0, 3)).toEqual([NaN, NaN, (1 + line![2]!) / 2]);
    expect(histogram![3]).toBe(line![3]! - signal![3]!);
  });

  it('bbands(4,2) of 2 4 4 6: mean 4, deviation the root of 2', () => {
    const [upper, middle, lower, percentB, width] = compute('bbands', [4, 2], [2, 4, 4, 6]).map((c) => c[3]!);
    const spread = 2 * Math.SQRT2;
    expect([upper, middle, lower]).toEqual([4 + spread, 4, 4 - spread]);
    expect(percentB).toBeCloseTo((6 - (4 - spread)) / (2 * spread), 14);
    expect(width).toBe((2 * spread) / 4);
  });
});

describe('the mean', () => {
  it('of equal numbers is that number, where a rounded sum over the count is not', () => {
    const price = 0.1;
    const count = 10;
    const plain = Array.from({ length: count }).reduce<number>((sum) => sum + price, 0) / count;
    expect(plain).not.toBe(price);
    expect(compute('sma', [count], Array<number>(40).fill(price))[0]!.slice(9)).toEqual(
      new Float64Array(31).fill(price),
    );
    expect(roundedMean(0.30000000000000004, -2.7755575615628914e-17, 3)).toBe(0.1);
  });

  it('does not drift over 300,000 candles, and forgets a spike of 1e15 when it leaves the window', () => {
    let state = 7;
    const series = Array.from({ length: 300_000 }, (_, at) => {
      state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
      return at % 10_007 === 5_000 ? 1e15 : 1e-9 * (1 + state / 2_147_483_648);
    });
    const [value] = compute('sma', [20], series);
    for (let at = 19; at < series.length; at += 1_234) {
      const window = series.slice(at - 19, at + 1);
      if (window.includes(1e15)) continue;
      const mean = window.reduce((sum, x) => sum + x, 0) / 20;
      expect(Math.abs(value![at]! / mean - 1)).toBeLessThan(1e-14);
    }
  });
});

describe('bands', () => {
  it('see the same deviation around a large price as around a small one', () => {
    const small = Array.from({ length: 200 }, (_, at) => (at * 37) % 11);
    const width = (offset: number) => {
      const [upper, , lower] = compute(
        'bbands',
        [20, 1],
        small.map((x) => x + offset),
      );
      return [...upper!].map((value, at) => value - lower![at]!).slice(19);
    };
    const plain = width(0);
    width(1e12).forEach((value, at) => expect(Math.abs(value - plain[at]!)).toBeLessThan(1e-3));
    const shifted = small.map((x) => x + 1e12);
    const percents = [small, shifted].map((series) => compute('bbands', [20, 1], series)[3]!.slice(19));
    percents[1]!.forEach((value, at) => expect(Math.abs(value - percents[0]![at]!)).toBeLessThan(1e-9));
  });

  it('see the variance of prices around 1e-9, where a cut at 1e-14 sees none', () => {
    const [upper, middle] = compute('bbands', [4, 2], [1e-9, 2e-9, 3e-9, 4e-9]).map((c) => c[3]!);
    expect(upper! - middle!).toBeCloseTo(2e-9 * Math.sqrt(1.25), 20);
  });

  it('hold the sma itself, to the bit', () => {
    const series = Array.from({ length: 500 }, (_, at) => 0.1 + Math.sin(at) * 0.01);
    expect(compute('bbands', [20, 2], series)[1]).toEqual(compute('sma', [20], series)[0]);
  });
});

describe('rsi of a price that stopped moving', () => {
  it('keeps its value while the averages fade, and ends unknown, never wandering', () => {
    const moving = [10, 11, 10.5, 11.2, 10.9, 11.5];
    const [value] = compute('rsi', [2], [...moving, ...Array<number>(3_000).fill(11.5)]);
    const held = value![5]!;
    const fadedAt = value!.findIndex((x, at) => at > 5 && Number.isNaN(x));
    expect(fadedAt).toBeGreaterThan(900);
    for (let at = 5; at < fadedAt; at++) expect(Math.abs(value![at]! - held)).toBeLessThan(1e-9);
    expect(value!.slice(fadedAt).every(Number.isNaN)).toBe(true);
  });
});
