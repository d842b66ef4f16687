export interface Figure {
  readonly label: string;
  readonly value: number;
  readonly unit: string;
  /** As people write it: "≥ 4", "≤ 1000", "none" where nothing is promised. */
  readonly goal: string;
  readonly ok: boolean;
}

export interface BenchReport {
  readonly name: string;
  readonly figures: readonly Figure[];
}

export interface Bench {
  readonly name: string;
  readonly about: string;
  readonly run: (tools: { log: (line: string) => void }) => Promise<BenchReport>;
}

/** The p-th percentile (0–100) by nearest rank of values in any order. */
export function percentile(values: readonly number[], p: number): number {
  const sorted = [...values].toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.max(0, Math.ceil((p / 100) * sorted.length) - 1))] ?? Number.NaN;
}

export const median = (values: readonly number[]): number => percentile(values, 50);
