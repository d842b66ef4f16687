import type { Result } from '@ubot/contracts';
import { createSimulator, type SimulatorOptions } from './simulator/driver.ts';
import type { MarketSource, SourceLog } from './types.ts';

export const SOURCE_SETTINGS = ['auto', 'coinmarketcap', 'demo'] as const;
export type SourceSetting = (typeof SOURCE_SETTINGS)[number];

export interface CmcSettings {
  /** null: the keyless path, gently. */
  readonly apiKey: string | null;
  readonly baseUrl: string;
  /** How many coins from the top of the ranking. */
  readonly coins: number;
  /** A cadence of the operator's own instead of the fastest that the plan pays for. */
  readonly intervalMs?: number;
}

export interface SourceOptions {
  readonly setting: SourceSetting;
  readonly cmc: CmcSettings;
  readonly demo?: SimulatorOptions;
  readonly nowMs: () => number;
  /** In [0, 1); spreads retries. */
  readonly random: () => number;
  readonly log: SourceLog;
}

export async function createSource(options: SourceOptions): Promise<Result<MarketSource>> {
  return { ok: true, value: createSimulator(options.demo) };
}
