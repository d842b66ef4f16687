import { falling, INDICATORS, past, rising, type IndicatorColumns, type IndicatorDefinition } from '@ubot/indicators';
import type { InstanceOp } from './program.ts';

/** What looks back without being an indicator of the catalogue. */
const HISTORY: ReadonlyMap<string, IndicatorDefinition> = new Map(
  [past, rising, falling].map((definition) => [definition.name, definition]),
);

export function definitionOf(name: string): IndicatorDefinition {
  const definition = INDICATORS.get(name) ?? HISTORY.get(name);
  if (definition === undefined) throw new Error(`A checked plan names the indicator ${name}, which is unknown.`);
  return definition;
}

type Kernel = Pick<InstanceOp, 'name' | 'params'>;

/** Lays an indicator over `cells`, from their beginning. */
export function layInstance({ name, params }: Kernel, slots: number, cells: Float64Array): IndicatorColumns {
  let used = 0;
  const allocate = (length: number) => cells.subarray(used, (used += length));
  return definitionOf(name).create([...params], { capacity: slots, allocate });
}

/** How many cells an indicator takes over `slots` coins: it is linear in the coins, so two small ones tell. */
export function cellsFor({ name, params }: Kernel, slots: number): number {
  const cellsOf = (capacity: number): number => {
    let cells = 0;
    const allocate = (length: number): Float64Array => {
      cells += length;
      return new Float64Array(length);
    };
    definitionOf(name).create([...params], { capacity, allocate });
    return cells;
  };
  const one = cellsOf(1);
  return one + (slots - 1) * (cellsOf(2) - one);
}
