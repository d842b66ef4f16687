import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { checkParams, computeIndicator, INDICATORS, type IndicatorDefinition, type OutputUnit } from './index.ts';

/** Two parameter sets for each: the defaults, and all minimums. */
const cases = [...INDICATORS.values()].flatMap((definition) => {
  const of = (params: number[]) => ({ name: `${definition.name}(${params.join(', ')})`, definition, params });
  const defaults = of(definition.params.map((param) => param.default));
  return definition.params.length === 0 ? [defaults] : [defaults, of(definition.params.map((param) => param.minimum))];
});

type Candle = Record<'open' | 'high' | 'low' | 'close' | 'volume' | 'volume_24h', number>;
const HOUR_MS = 3_600_000;
const START_MS = Date.UTC(2024, 0, 1);
const fresh = (length: number) => new Float64Array(length);

function inputsOf(definition: IndicatorDefinition): readonly (keyof Candle)[] {
  return definition.inputs === 'series' ? ['close'] : definition.inputs;
}

function compute(definition: IndicatorDefinition, params: readonly number[], candles: readonly Candle[]) {
  const inputs = inputsOf(definition).map((name) => Float64Array.from(candles, (candle) => candle[name]));
  const openAtMs = candles.map((_, at) => START_MS + at * HOUR_MS);
  return computeIndicator({ definition, params, inputs, openAtMs });
}

function random(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
    return state / 2_147_483_648;
  };
}

/** A wandering market: deterministic, never flat, never the same volume. */
function walk(length: number, { price: scale = 1, volume: volumeScale = 1, seed = 12_345 } = {}): Candle[] {
  const next = random(seed);
  let price = 100;
  return Array.from({ length }, (_, at) => {
    const open = price;
    // It begins up and down, so that even the shortest window has seen both.
    const change = at < 6 ? (at % 2 === 0 ? 0.005 : -0.005) * (1 + next()) : (next() - 0.5) * 0.04;
    price *= 1 + change;
    const high = Math.max(open, price) * (1 + next() * 0.01);
    const low = Math.min(open, price) * (1 - next() * 0.01);
    const volume = (10 + next() * 90) * volumeScale;
    return {
      open: open * scale,
      high: high * scale,
      low: low * scale,
      close: price * scale,
      volume,
      volume_24h: volume * 24,
    };
  });
}

const flatMarket = (price: number, length: number): Candle[] =>
  Array.from({ length }, () => ({ open: price, high: price, low: price, close: price, volume: 7, volume_24h: 7 }));

/** Coins driven by hand: a row has one candle per coin, undefined where the coin has none. */
function live(definition: IndicatorDefinition, params: readonly number[], capacity: number) {
  const columns = definition.create(params, { capacity, allocate: fresh });
  const names = inputsOf(definition);
  const stepOf = (row: readonly (Candle | undefined)[], at = 0) => ({
    from: 0,
    to: capacity,
    openAtMs: START_MS + at * HOUR_MS,
    inputs: names.map((name) => Float64Array.from(row, (candle) => candle?.[name] ?? -777)),
    present: Uint8Array.from(row, (candle) => (candle === undefined ? 0 : 1)),
  });
  return { columns, stepOf, step: (row: readonly (Candle | undefined)[], at = 0) => columns.step(stepOf(row, at)) };
}

const valuesAt = (outputs: readonly Float64Array[], slot: number) => outputs.map((column) => column[slot]!);
const rowsOf = (outputs: readonly Float64Array[], length: number) =>
  Array.from({ length }, (_, at) => outputs.map((column) => column[at]!));

/** How an output grows with prices and volumes; null where no such rule holds. */
function factorOf(unit: OutputUnit, price: number, volume: number): number | null {
  switch (unit) {
    case 'input':
      return price;
    case 'volume':
      return volume;
    case 'input_volume':
      return price * volume;
    case 'other':
      return null;
    default:
      return 1;
  }
}

/** All inputs as the same wild number, or a candle as it may be. */
const anyCandle: fc.Arbitrary<Candle> = fc
  .record({
    price: fc.oneof(
      { weight: 8, arbitrary: fc.double({ min: 0.5, max: 2, noNaN: true }) },
      { weight: 1, arbitrary: fc.double({ min: 1e-12, max: 1e12, noNaN: true }) },
      { weight: 1, arbitrary: fc.constantFrom(0, NaN, 1) },
    ),
    range: fc.double({ min: 0, max: 0.1, noNaN: true }),
    volume: fc.oneof(fc.double({ min: 0, max: 1_000, noNaN: true }), fc.constantFrom(0, NaN)),
  })
  .map(({ price, range, volume }) => ({
    open: price,
    high: price * (1 + range),
    low: price * (1 - range),
    close: price,
    volume,
    volume_24h: volume,
  }));

describe.each(cases)('$name', ({ definition, params }) => {
  const warmUp = definition.warmUp(params);

  it('passes its own parameter check, and says of every output what it is', () => {
    expect(checkParams(definition.name, params)).toEqual({ ok: true, value: params });
    const { outputs, units, ranges } = definition;
    expect([units.length, ranges.length]).toEqual([outputs.length, outputs.length]);
    expect(new Set(outputs).size).toBe(outputs.length);
  });

  it('has every output after exactly the stated warm-up, and not all of them before', () => {
    const outputs = compute(definition, params, walk(warmUp + 5));
    const allKnown = (at: number) => outputs.every((column) => Number.isFinite(column[at]));
    const known = Array.from({ length: warmUp + 5 }, (_, at) => allKnown(at));
    expect(known).toEqual(known.map((_, at) => at >= warmUp - 1));
  });

  it('gives live what it gives in batch, bit for bit, also with gaps', () => {
    const row = fc.tuple(...[1, 2, 3].map(() => fc.option(anyCandle, { nil: undefined, freq: 6 })));
    fc.assert(
      fc.property(fc.array(row, { minLength: 1, maxLength: 70 }), (rows) => {
        const { columns, step } = live(definition, params, 3);
        const seen: number[][][] = [[], [], []];
        // The time of a candle is its place among those of its coin, as in the batch.
        const counts = [0, 0, 0];
        for (const candles of rows) {
          candles.forEach((candle, slot) => {
            if (candle === undefined) return;
            const alone = candles.map((each, i) => (i === slot ? each : undefined));
            step(alone, counts[slot]);
            counts[slot]! += 1;
            seen[slot]!.push(valuesAt(columns.outputs, slot));
          });
        }
        for (let slot = 0; slot < 3; slot++) {
          const candles = rows.map((each) => each[slot]).filter((candle) => candle !== undefined);
          expect(seen[slot]).toEqual(rowsOf(compute(definition, params, candles), candles.length));
        }
      }),
      { numRuns: 25 },
    );
  });

  it('peeks what a step would give, and changes nothing by it', () => {
    const candles = walk(warmUp + 30);
    const { columns, step, stepOf } = live(definition, params, 1);
    const expected = rowsOf(compute(definition, params, candles), candles.length);
    const [other] = walk(1, { price: 3, seed: 99 });
    const told = candles.map((candle, at) => {
      const before = valuesAt(columns.outputs, 0);
      const into = definition.outputs.map(() => fresh(1));
      columns.peek(stepOf([other], at), into);
      columns.peek(stepOf([candle], at), into);
      const unchanged = valuesAt(columns.outputs, 0);
      step([candle], at);
      return { before, unchanged, peeked: valuesAt(into, 0), stepped: valuesAt(columns.outputs, 0) };
    });
    expect(told.map(({ unchanged }) => unchanged)).toEqual(told.map(({ before }) => before));
    expect(told.map(({ peeked }) => peeked)).toEqual(expected);
    expect(told.map(({ stepped }) => stepped)).toEqual(expected);
  });

  it('leaves a coin without a candle as it was, and a peek at it too', () => {
    const { columns, step, stepOf } = live(definition, params, 2);
    const candles = walk(warmUp + 3);
    candles.forEach((candle, at) => step([candle, candle], at));
    const before = valuesAt(columns.outputs, 1);
    step([candles[0], undefined], candles.length);
    expect(valuesAt(columns.outputs, 1)).toEqual(before);
    const into = definition.outputs.map(() => fresh(2).fill(42));
    columns.peek(stepOf([candles[0], undefined], candles.length), into);
    expect(valuesAt(into, 1)).toEqual(definition.outputs.map(() => 42));
  });

  it('works on the asked range of slots only', () => {
    const { columns, stepOf } = live(definition, params, 3);
    walk(warmUp + 3).forEach((candle, at) => {
      columns.step({ ...stepOf([candle, candle, candle], at), from: 1, to: 2 });
    });
    expect(valuesAt(columns.outputs, 1).every((value) => Number.isFinite(value))).toBe(true);
    for (const slot of [0, 2]) expect(valuesAt(columns.outputs, slot)).toEqual(definition.outputs.map(() => NaN));
  });

  it.each([NaN, Infinity, -Infinity, 1e200])(
    'answers an input of %d in any column with unknown, and forgets it',
    (bad) => {
      const candles = walk(warmUp + 20);
      const at = warmUp + 5;
      const whole = rowsOf(compute(definition, params, candles), candles.length);
      for (const name of inputsOf(definition)) {
        const { columns, step } = live(definition, params, 1);
        const told: number[][] = [];
        const toldOfBad: number[][] = [];
        candles.forEach((candle, i) => {
          if (i === at) {
            step([{ ...candle, [name]: bad }], i);
            toldOfBad.push(valuesAt(columns.outputs, 0));
          }
          step([candle], i);
          told.push(valuesAt(columns.outputs, 0));
        });
        expect(toldOfBad).toEqual([definition.outputs.map(() => NaN)]);
        expect(told).toEqual(whole);
      }
    },
  );

  it('never gives an infinite value, and never one beyond its borders, whatever comes in', () => {
    const wild: fc.Arbitrary<Candle> = fc.oneof(
      anyCandle,
      fc.record({
        open: fc.double(),
        high: fc.double(),
        low: fc.double(),
        close: fc.double(),
        volume: fc.double(),
        volume_24h: fc.double(),
      }),
    );
    fc.assert(
      fc.property(fc.array(wild, { maxLength: 60 }), (candles) => {
        compute(definition, params, candles).forEach((column, o) => {
          const [least, most] = definition.ranges[o] ?? [-Number.MAX_VALUE, Number.MAX_VALUE];
          const beyond = column.filter((value) => !Number.isNaN(value) && !(value >= least && value <= most));
          const infinite = column.filter((value) => Math.abs(value) === Infinity);
          expect([...beyond, ...infinite]).toEqual([]);
        });
      }),
      { numRuns: 60 },
    );
  });

  it.each([0, 0.1, 1e-9, 3e-22, 1e12])('stays put on a flat market of %d', (price) => {
    const length = 2 * warmUp + 50;
    const outputs = compute(definition, params, flatMarket(price, length));
    outputs.forEach((column, o) => {
      // What adds up day by day may step with the day; nothing else moves.
      const settled = [...new Set(column.slice(length - 40))];
      expect([definition.outputs[o], settled]).toEqual([definition.outputs[o], [settled[0]]]);
      expect(Math.abs(settled[0]!)).not.toBe(Infinity);
    });
  });

  it.each([
    [1e-9, 1],
    [1e-15, 1],
    [1e12, 1],
    [1, 1e6],
  ])('keeps its digits at prices of %d and volumes of %d', (price, volume) => {
    const length = warmUp + 100;
    const plain = compute(definition, params, walk(length));
    const scaled = compute(definition, params, walk(length, { price, volume }));
    plain.forEach((column, o) => {
      const factor = factorOf(definition.units[o]!, price, volume);
      if (factor === null) return;
      const size = Math.max(...column.filter((value) => Number.isFinite(value)).map(Math.abs)) || 1;
      const errors = [...scaled[o]!].map((value, at) => Math.abs(value / factor - column[at]!) / size);
      const unknownAlike = errors.map(Number.isNaN);
      expect([definition.outputs[o], unknownAlike]).toEqual([definition.outputs[o], [...column].map(Number.isNaN)]);
      const worst = Math.max(...errors.filter((error) => !Number.isNaN(error)));
      expect([definition.outputs[o], worst < 1e-9]).toEqual([definition.outputs[o], true]);
    });
  });

  it('has forgotten what came before once it is stable, to the bit', () => {
    const stable = definition.stable(params);
    if (stable === null || stable > 6_000) return;
    expect(stable).toBeGreaterThanOrEqual(warmUp);
    const candles = walk(37 + stable + 50);
    const early = rowsOf(compute(definition, params, candles), candles.length);
    const { columns, step } = live(definition, params, 1);
    const late: number[][] = [];
    for (let at = 37; at < candles.length; at++) {
      step([candles[at]], at);
      late.push(valuesAt(columns.outputs, 0));
    }
    expect(late.slice(stable)).toEqual(early.slice(37 + stable));
  });

  it('starts again after a reset of its slots, and of no others', () => {
    const { columns, step } = live(definition, params, 2);
    const candles = walk(2 * warmUp + 10);
    candles.forEach((candle, at) => step([candle, candle], at));
    const other = valuesAt(columns.outputs, 0);
    columns.reset(1, 2);
    expect(valuesAt(columns.outputs, 0)).toEqual(other);
    expect(valuesAt(columns.outputs, 1)).toEqual(definition.outputs.map(() => NaN));
    const again = walk(warmUp + 10, { price: 2, seed: 5 });
    const told = again.map((candle, at) => {
      step([undefined, candle], at);
      return valuesAt(columns.outputs, 1);
    });
    expect(told).toEqual(rowsOf(compute(definition, params, again), again.length));
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
    const candles = walk(warmUp + 20);
    const told = candles.map((candle, at) => {
      (at % 2 === 0 ? first : second).step(stepOf([candle, undefined], at));
      return [valuesAt(first.outputs, 0), valuesAt(second.outputs, 0)];
    });
    const expected = rowsOf(compute(definition, params, candles), candles.length);
    expect(told).toEqual(expected.map((row) => [row, row]));
    // A third one, laid over memory in use, neither clears it nor disagrees.
    expect(valuesAt(lay().outputs, 0)).toEqual(valuesAt(first.outputs, 0));
  });
});
