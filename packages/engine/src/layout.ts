import { INDICATORS } from '@ubot/indicators';
import type { EvaluationMode, InstanceOp, Program, TimeframeProgram } from './program.ts';

/** Where each part of a slice's state lies in its memory, in 8-byte cells. Follows from the program alone. */
export interface Layout {
  readonly regions: ReadonlyMap<string, Region>;
  readonly cells: number;
}
export interface Region {
  readonly offset: number;
  readonly length: number;
}

export const EVALUATION_MODES: readonly EvaluationMode[] = ['candle_close', 'snapshot'];

/** Names of the parts. Equal names in two programs hold the same thing, so state moves from one to the next by name. */
export const regionName = {
  lastOpenAt: (program: TimeframeProgram) => `${program.timeframe}|last`,
  instance: (program: TimeframeProgram, key: string) => `${program.timeframe}|instance|${key}`,
  number: (program: TimeframeProgram, key: string) => `${program.timeframe}|number|${key}`,
  peek: (program: TimeframeProgram, key: string) => `${program.timeframe}|peek|${key}`,
  openColumn: (program: TimeframeProgram, column: string) => `${program.timeframe}|open|${column}`,
  evaluated: (program: TimeframeProgram, mode: EvaluationMode) => `${program.timeframe}|evaluated|${mode}`,
  root: (program: TimeframeProgram, mode: EvaluationMode, key: string) => `${program.timeframe}|root|${mode}|${key}`,
};

/** 64 coins fill one 8-byte cell of a bitset. */
export const SLOTS_PER_CELL = 64;

/** How much memory an indicator takes over `slots` coins: it is linear in the coins, so two small ones tell. */
function instanceCells(instance: InstanceOp, slots: number): number {
  const cellsFor = (capacity: number): number => {
    let cells = 0;
    createInstance(instance, capacity, (length) => {
      cells += length;
      return new Float64Array(length);
    });
    return cells;
  };
  const one = cellsFor(1);
  return one + (slots - 1) * (cellsFor(2) - one);
}

export function createInstance(instance: InstanceOp, capacity: number, allocate: (length: number) => Float64Array) {
  const definition = INDICATORS.get(instance.name);
  if (definition === undefined) throw new Error(`Unknown indicator ${instance.name}.`);
  return definition.create([...instance.params], { capacity, allocate });
}

export function createLayoutOf(slots: number) {
  const cellsOf = new Map<string, number>();

  const measured = (instance: InstanceOp): number => {
    const cells = cellsOf.get(instance.key) ?? instanceCells(instance, slots);
    cellsOf.set(instance.key, cells);
    return cells;
  };

  return function layoutOf(program: Program): Layout {
    const regions = new Map<string, Region>();
    let cells = 0;
    const put = (name: string, length: number): void => {
      regions.set(name, { offset: cells, length });
      cells += length;
    };
    for (const timeframe of program.timeframes) {
      const peeks = timeframe.roots.snapshot.length > 0;
      put(regionName.lastOpenAt(timeframe), slots);
      for (const instance of timeframe.instances) {
        put(regionName.instance(timeframe, instance.key), measured(instance));
      }
      for (const number of timeframe.numbers) {
        if (number.op === 'constant') continue;
        put(regionName.number(timeframe, number.key), 2 * slots);
        if (peeks) put(regionName.peek(timeframe, number.key), slots);
      }
      if (peeks) for (const column of timeframe.columns) put(regionName.openColumn(timeframe, column), slots);
      for (const mode of EVALUATION_MODES) {
        put(regionName.evaluated(timeframe, mode), slots / SLOTS_PER_CELL);
        for (const root of timeframe.roots[mode]) {
          // One bit "true" and one bit "unknown" a coin.
          put(regionName.root(timeframe, mode, timeframe.bools[root]!.key), (2 * slots) / SLOTS_PER_CELL);
        }
      }
    }
    return { regions, cells };
  };
}
