import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { checkParams, computeIndicator, INDICATORS, type IndicatorDefinition } from './index.ts';

/** Several parameter sets for each: the default, and the smallest that are allowed. */
const SMALLEST: Record<string, number[]> = { sma: [1], ema: [1], rsi: [2], macd: [1, 2, 1], bbands: [2, 0.001] };
const cases = [...INDICATORS.values()].flatMap((definition) => [
  { definition, params: definition.params.map((param) => param.default) },
  { definition, params: SMALLEST[definition.name]! },
]);

const fresh = (length: number) => new Float64Array(length);
const inputCount = (definition: IndicatorDefinition) => (definition.inputs === 'series' ? 1 : definition.inputs.length);

function compute(definition: IndicatorDefinition, params: readonly number[], series: readonly number[]) {
  const inputs = Array.from({ length: inputCount(definition) }, () => Float64Array.from(series));
  return computeIndicator({ definition, params, inputs });
}

/** A wandering price: deterministic, never flat. */
function walk(length: number, scale = 1): number[] {
  let state = 12345;
  let price = 100;
  return Array.from({ length }, () => {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
    price *= 1 + (state / 2_147_483_648 - 0.5) * 0.04;
    return price * scale;
  });
}

/** One or two coins driven by hand: each row is [value, value, …] per coin, undefined where the coin has no candle. */
function live(definition: IndicatorDefinition, params: readonly number[], capacity: number) {
  const columns = definition.create(params, { capacity, allocate: fresh });
  const stepOf = (row: readonly (number | undefined)[]) => ({
    from: 0,
    to: capacity,
    inputs: Array.from({ length: inputCount(definition) }, () => Float64Array.from(row, (value) => value ?? -777)),
    present: Uint8Array.from(row, (value) => (value === undefined ? 0 : 1)),
  });
  return { columns, stepOf, step: (row: readonly (number | undefined)[]) => columns.step(stepOf(row)) };
}

const valuesAt = (outputs: readonly Float64Array[], slot: number) => outputs.map((column) => column[slot]);

describe.each(cases)('$definition.name($params)', ({ definition, params }) => {
  const warmUp = definition.warmUp(params);

  it('passes its own parameter check', () => {
    expect(checkParams(definition.name, params)).toEqual({ ok: true, value: params });
  });

  it('has every output after exactly the stated warm-up, and not all of them before', () => {
    const outputs = compute(definition, params, walk(warmUp + 5));
    const allKnown = (at: number) => outputs.every((column) => Number.isFinite(column[at]));
    expect(outputs).toHaveLength(definition.outputs.length);
    for (let at = 0; at < warmUp + 5; at++) expect([at, allKnown(at)]).toEqual([at, at >= warmUp - 1]);
  });

  it('gives live what it gives in batch, bit for bit, also with gaps', () => {
    const value = fc.oneof(
      { weight: 8, arbitrary: fc.double({ min: 0.5, max: 2, noNaN: true }) },
      { weight: 1, arbitrary: fc.double({ min: 1e-12, max: 1e12, noNaN: true }) },
      { weight: 1, arbitrary: fc.constantFrom(0, NaN, 1) },
      { weight: 2, arbitrary: fc.constant(undefined) },
    );
    fc.assert(
      fc.property(fc.array(fc.tuple(value, value, value), { minLength: 1, maxLength: 90 }), (rows) => {
        const { columns, step } = live(definition, params, 3);
        const seen: number[][][] = [[], [], []];
        for (const row of rows) {
          step(row);
          row.forEach((x, slot) => x !== undefined && seen[slot]!.push(valuesAt(columns.outputs, slot) as number[]));
        }
        for (let slot = 0; slot < 3; slot++) {
          const series = rows.map((row) => row[slot]).filter((x) => x !== undefined);
          const batch = compute(definition, params, series);
          expect(seen[slot]).toEqual(series.map((_, at) => batch.map((column) => column[at]!)));
        }
      }),
      { numRuns: 100 },
    );
  });

  it('peeks what a step would give, and changes nothing by it', () => {
    const series = walk(warmUp + 30);
    const { columns, step, stepOf } = live(definition, params, 1);
    const expected = compute(definition, params, series);
    series.forEach((value, at) => {
      const before = valuesAt(columns.outputs, 0);
      const into = definition.outputs.map(() => fresh(1));
      columns.peek(stepOf([value * 3]), into);
      columns.peek(stepOf([value]), into);
      expect(valuesAt(columns.outputs, 0)).toEqual(before);
      step([value]);
      expect(valuesAt(columns.outputs, 0)).toEqual(valuesAt(into, 0));
      expect(valuesAt(columns.outputs, 0)).toEqual(expected.map((column) => column[at]));
    });
  });

  it('leaves a coin without a candle as it was, and a peek at it too', () => {
    const { columns, step, stepOf } = live(definition, params, 2);
    for (const value of walk(warmUp + 3)) step([value, value]);
    const before = valuesAt(columns.outputs, 1);
    step([50, undefined]);
    expect(valuesAt(columns.outputs, 1)).toEqual(before);
    const into = definition.outputs.map(() => fresh(2).fill(42));
    columns.peek(stepOf([50, undefined]), into);
    expect(valuesAt(into, 1)).toEqual(definition.outputs.map(() => 42));
  });

  it('works on the asked range of slots only', () => {
    const { columns, stepOf } = live(definition, params, 3);
    for (const value of walk(warmUp + 3)) columns.step({ ...stepOf([value, value, value]), from: 1, to: 2 });
    expect(valuesAt(columns.outputs, 1).every((value) => Number.isFinite(value))).toBe(true);
    for (const slot of [0, 2]) expect(valuesAt(columns.outputs, slot)).toEqual(definition.outputs.map(() => NaN));
  });

  it.each([NaN, Infinity, -Infinity, 1e200])('answers an input of %d with unknown, and forgets it', (bad) => {
    const series = walk(warmUp + 20);
    const at = warmUp + 5;
    const broken = compute(definition, params, [...series.slice(0, at), bad, ...series.slice(at)]);
    const whole = compute(definition, params, series);
    broken.forEach((column, o) => {
      expect(column[at]).toBeNaN();
      expect([...column.slice(0, at), ...column.slice(at + 1)]).toEqual([...whole[o]!]);
    });
  });

  it('never gives an infinite value, whatever comes in', () => {
    fc.assert(
      fc.property(fc.array(fc.double(), { maxLength: 80 }), (series) => {
        for (const column of compute(definition, params, series)) {
          for (const value of column) expect(Math.abs(value)).not.toBe(Infinity);
        }
      }),
      { numRuns: 100 },
    );
  });

  it.each([0, 0.1, 1e-9, 3e-22, 1e12])('stays put on a flat market of %d', (price) => {
    const outputs = compute(definition, params, Array<number>(warmUp + 50).fill(price));
    const flat: Record<string, number[]> = {
      sma: [price],
      ema: [price],
      rsi: [NaN],
      macd: [0, 0, 0],
      bbands: [price, price, price, NaN, price === 0 ? NaN : 0],
    };
    for (let at = warmUp - 1; at < warmUp + 50; at++) {
      expect(outputs.map((column) => column[at])).toEqual(flat[definition.name]);
    }
  });

  it.each([1e-9, 1e-15, 1e12])('keeps its digits at prices of %d', (scale) => {
    const plain = compute(definition, params, walk(warmUp + 100));
    const scaled = compute(definition, params, walk(warmUp + 100, scale));
    const free = new Set(['percent_b', 'width']);
    plain.forEach((column, o) => {
      const factor = definition.name === 'rsi' || free.has(definition.outputs[o]!) ? 1 : scale;
      const size = Math.max(...column.filter((value) => Number.isFinite(value)).map(Math.abs)) || 1;
      const back = [...scaled[o]!].map((value) => value / factor);
      expect(back.map(Number.isNaN)).toEqual([...column].map(Number.isNaN));
      const errors = back
        .map((value, at) => Math.abs(value - column[at]!) / size)
        .filter((error) => !Number.isNaN(error));
      expect(Math.max(...errors)).toBeLessThan(1e-10);
    });
  });

  it('starts again after a reset of its slots, and of no others', () => {
    const { columns, step } = live(definition, params, 2);
    const series = walk(2 * warmUp + 10);
    for (const value of series) step([value, value]);
    const other = valuesAt(columns.outputs, 0);
    columns.reset(1, 2);
    expect(valuesAt(columns.outputs, 0)).toEqual(other);
    expect(valuesAt(columns.outputs, 1)).toEqual(definition.outputs.map(() => NaN));
    const again = walk(warmUp + 10).map((value) => value * 2);
    const expected = compute(definition, params, again);
    again.forEach((value, at) => {
      step([undefined, value]);
      expect(valuesAt(columns.outputs, 1)).toEqual(expected.map((column) => column[at]));
    });
  });

  it('keeps all its state in the memory it was given: two laid over the same memory are one', () => {
    const blocks: SharedArrayBuffer[] = [];
    const lay = () => {
      let next = 0;
      return definition.create(params, {
        capacity: 2,
        allocate(length) {
          blocks[next] ??= new SharedArrayBuffer(8 * length);
          return new Float64Array(blocks[next++]!, 0, length);
        },
      });
    };
    const [first, second] = [lay(), lay()];
    const { stepOf } = live(definition, params, 2);
    const series = walk(warmUp + 20);
    const expected = compute(definition, params, series);
    series.forEach((value, at) => {
      (at % 2 === 0 ? first : second).step(stepOf([value, undefined]));
      for (const columns of [first, second]) {
        expect(valuesAt(columns.outputs, 0)).toEqual(expected.map((column) => column[at]));
      }
    });
    // A third one, laid over memory in use, neither clears it nor disagrees.
    expect(valuesAt(lay().outputs, 0)).toEqual(valuesAt(first.outputs, 0));
  });
});
