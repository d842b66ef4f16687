import type { Result } from '@ubot/contracts';
import { createCoinMarketCap } from './coinmarketcap/driver.ts';
import { createSimulator, type SimulatorOptions } from './simulator/driver.ts';
import type { MarketSource, SourceLog } from './types.ts';

export const SOURCE_SETTINGS = ['auto', 'coinmarketcap', 'demo', 'module'] as const;
export type SourceSetting = (typeof SOURCE_SETTINGS)[number];

/** With `auto` and no key, a start waits no longer than this to learn whether the keyless path answers. */
const PROBE_LIMIT_MS = 5_000;

export interface CmcSettings {
  /** null or empty: the keyless path, gently. */
  readonly apiKey: string | null;
  readonly baseUrl: string;
  /** How many coins from the top of the ranking. */
  readonly coins: number;
  /** A cadence of the operator's own instead of the fastest that the plan pays for. */
  readonly intervalMs?: number;
  readonly timeoutMs?: number;
  readonly retryBaseMs?: number;
}

export interface SourceOptions {
  readonly setting: Exclude<SourceSetting, 'module'>;
  readonly cmc: CmcSettings;
  readonly demo?: SimulatorOptions;
  readonly nowMs: () => number;
  /** In [0, 1); spreads retries. */
  readonly random: () => number;
  readonly log: SourceLog;
}

/**
 * The source that a setting means. `auto`: CoinMarketCap with a key; without one its keyless path if that answers;
 * otherwise the demo market.
 *
 * Errors: SOURCE_SCHEDULE_UNPAYABLE when the plan cannot pay for what is configured. A provider that is away or refuses
 *         the key is not a reason to refuse: polls will say so, and the rest of the house works.
 */
export async function createSource(options: SourceOptions): Promise<Result<MarketSource>> {
  const { setting, log } = options;
  const apiKey = options.cmc.apiKey === '' ? null : options.cmc.apiKey;
  const demo = () => createSimulator(options.demo);
  if (setting === 'demo') return { ok: true, value: demo() };

  const { nowMs, random } = options;
  const source = createCoinMarketCap({ ...options.cmc, apiKey, nowMs, random, log });
  if (setting === 'auto' && apiKey === null) {
    const answered = await source.probe(AbortSignal.timeout(PROBE_LIMIT_MS));
    if (answered.ok) return { ok: true, value: source };
    log({ event: 'source.keyless-away', code: answered.failure.code, detail: answered.failure.detail });
    await source.close();
    return { ok: true, value: demo() };
  }
  const schedule = await source.schedule();
  if (!schedule.ok && schedule.failure.code === 'SOURCE_SCHEDULE_UNPAYABLE') return schedule;
  return { ok: true, value: source };
}
