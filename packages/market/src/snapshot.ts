import { UbotError, type GlobalMetricsWire, type SnapshotMessage } from '@ubot/contracts';

/** The market as a whole at one instant. NaN: the source said nothing. */
export interface GlobalMetrics {
  readonly totalMarketCapUsd: number;
  readonly totalVolume24hUsd: number;
  readonly btcDominancePct: number;
  readonly ethDominancePct: number;
  readonly providerTimeMs: number;
}

/**
 * All tickers at one instant as columns: entry i of every column belongs to coinIds[i].
 *
 * Units:  USD; percentages (5 means 5 %); epoch milliseconds.
 * Edges:  NaN is "the source said nothing"; a rank of 0 is an unknown rank; every coin once.
 */
export interface SnapshotColumns {
  readonly takenAtMs: number;
  readonly source: string;
  readonly pollIntervalMs: number;
  readonly coinIds: Int32Array;
  readonly priceUsd: Float64Array;
  readonly volume24hUsd: Float64Array;
  readonly marketCapUsd: Float64Array;
  readonly rank: Int32Array;
  readonly percentChange1h: Float64Array;
  readonly percentChange24h: Float64Array;
  readonly percentChange7d: Float64Array;
  readonly providerTimeMs: Float64Array;
  readonly global: GlobalMetrics | null;
}

const COLUMNS = [
  'priceUsd',
  'volume24hUsd',
  'marketCapUsd',
  'rank',
  'percentChange1h',
  'percentChange24h',
  'percentChange7d',
  'providerTimeMs',
] as const;

const known = (value: number | null): number => value ?? NaN;
const knownOrNull = (value: number): number | null => (Number.isFinite(value) ? value : null);
const numbers = (column: readonly (number | null)[]): Float64Array => Float64Array.from(column, known);
const wire = (column: Float64Array): (number | null)[] => Array.from(column, knownOrNull);

/**
 * A checked message as columns.
 *
 * Errors: throws SNAPSHOT_INVALID when the columns differ in length or a coin comes twice (a schema cannot say either).
 */
export function snapshotFromMessage(message: SnapshotMessage): SnapshotColumns {
  const count = message.coinIds.length;
  const uneven = COLUMNS.find((name) => message[name].length !== count);
  if (uneven !== undefined) {
    throw new UbotError(
      'SNAPSHOT_INVALID',
      `coinIds has ${count} entries and ${uneven} has ${message[uneven].length}; all columns need the same length.`,
    );
  }
  if (new Set(message.coinIds).size !== count) {
    throw new UbotError('SNAPSHOT_INVALID', 'coinIds names a coin twice.');
  }
  return {
    takenAtMs: message.takenAtMs,
    source: message.source,
    pollIntervalMs: message.pollIntervalMs,
    coinIds: Int32Array.from(message.coinIds),
    priceUsd: Float64Array.from(message.priceUsd),
    volume24hUsd: numbers(message.volume24hUsd),
    marketCapUsd: numbers(message.marketCapUsd),
    rank: Int32Array.from(message.rank, (rank) => rank ?? 0),
    percentChange1h: numbers(message.percentChange1h),
    percentChange24h: numbers(message.percentChange24h),
    percentChange7d: numbers(message.percentChange7d),
    providerTimeMs: numbers(message.providerTimeMs),
    global: message.global === null ? null : globalFromWire(message.global),
  };
}

/** The same snapshot as it goes over the wire: unknown is null. */
export function snapshotToMessage(snapshot: SnapshotColumns): SnapshotMessage {
  return {
    takenAtMs: snapshot.takenAtMs,
    source: snapshot.source,
    pollIntervalMs: snapshot.pollIntervalMs,
    coinIds: Array.from(snapshot.coinIds),
    priceUsd: Array.from(snapshot.priceUsd),
    volume24hUsd: wire(snapshot.volume24hUsd),
    marketCapUsd: wire(snapshot.marketCapUsd),
    rank: Array.from(snapshot.rank, (rank) => (rank === 0 ? null : rank)),
    percentChange1h: wire(snapshot.percentChange1h),
    percentChange24h: wire(snapshot.percentChange24h),
    percentChange7d: wire(snapshot.percentChange7d),
    providerTimeMs: wire(snapshot.providerTimeMs),
    global: snapshot.global === null ? null : globalToWire(snapshot.global),
  };
}

export function globalFromWire(global: GlobalMetricsWire): GlobalMetrics {
  return {
    totalMarketCapUsd: known(global.totalMarketCapUsd),
    totalVolume24hUsd: known(global.totalVolume24hUsd),
    btcDominancePct: known(global.btcDominancePct),
    ethDominancePct: known(global.ethDominancePct),
    providerTimeMs: known(global.providerTimeMs),
  };
}

export function globalToWire(global: GlobalMetrics): GlobalMetricsWire {
  return {
    totalMarketCapUsd: knownOrNull(global.totalMarketCapUsd),
    totalVolume24hUsd: knownOrNull(global.totalVolume24hUsd),
    btcDominancePct: knownOrNull(global.btcDominancePct),
    ethDominancePct: knownOrNull(global.ethDominancePct),
    providerTimeMs: knownOrNull(global.providerTimeMs),
  };
}
