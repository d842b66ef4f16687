import type { Result } from '@ubot/contracts';

/** What the checks need to know of an indicator; the definitions of @ubot/indicators have it. */
export interface CatalogueEntry {
  readonly name: string;
  readonly params: readonly {
    readonly name: string;
    readonly kind: 'integer' | 'number';
    readonly minimum: number;
    readonly maximum: number;
    readonly default: number;
  }[];
  readonly outputs: readonly string[];
  readonly inputs: 'series' | readonly string[];
  /** Borders that an output never passes; null: none. */
  readonly ranges: readonly (readonly [minimum: number, maximum: number] | null)[];
  warmUp(params: readonly number[]): number;
}

export interface Catalogue {
  readonly entries: ReadonlyMap<string, CatalogueEntry>;
  /** Ranges, and what parameters demand of one another. */
  checkParams(name: string, params: number[]): Result<number[]>;
}

/** The output that is meant when none is named: the only one, or the one that bears the indicator's own name. */
export function defaultOutputIndex(entry: CatalogueEntry): number | null {
  if (entry.outputs.length === 1) return 0;
  const index = entry.outputs.indexOf(entry.name);
  return index === -1 ? null : index;
}

/** `macd(12, 26, 9)`: how the indicator is written with the parameters that charts use. */
export function exampleCall(entry: CatalogueEntry): string {
  return `${entry.name}(${entry.params.map((param) => param.default).join(', ')})`;
}
