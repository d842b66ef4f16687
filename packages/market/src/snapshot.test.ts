import { UbotError, type SnapshotMessage } from '@ubot/contracts';
import { describe, expect, it } from 'vitest';
import { snapshotFromMessage, snapshotToMessage } from './snapshot.ts';

const message: SnapshotMessage = {
  takenAtMs: 1_700_000_000_000,
  source: 'coinmarketcap',
  pollIntervalMs: 60_000,
  coinIds: [1, 1027, 2_147_483_647],
  priceUsd: [64_000.5, 3_100, 7.31e-22],
  volume24hUsd: [1e10, 0, null],
  marketCapUsd: [1.2e12, null, 0],
  rank: [1, 2, null],
  percentChange1h: [-0.5, null, 1.3e11],
  percentChange24h: [1, 2, null],
  percentChange7d: [null, 2, 3],
  providerTimeMs: [1_699_999_990_000, 1_699_999_990_000, null],
  global: {
    totalMarketCapUsd: 2.4e12,
    totalVolume24hUsd: null,
    btcDominancePct: 52.1,
    ethDominancePct: 17,
    providerTimeMs: null,
  },
};

describe('a snapshot message', () => {
  it('becomes columns with NaN and rank 0 where the source said nothing', () => {
    expect(snapshotFromMessage(message)).toEqual({
      takenAtMs: 1_700_000_000_000,
      source: 'coinmarketcap',
      pollIntervalMs: 60_000,
      coinIds: Int32Array.of(1, 1027, 2_147_483_647),
      priceUsd: Float64Array.of(64_000.5, 3_100, 7.31e-22),
      volume24hUsd: Float64Array.of(1e10, 0, NaN),
      marketCapUsd: Float64Array.of(1.2e12, NaN, 0),
      rank: Int32Array.of(1, 2, 0),
      percentChange1h: Float64Array.of(-0.5, NaN, 1.3e11),
      percentChange24h: Float64Array.of(1, 2, NaN),
      percentChange7d: Float64Array.of(NaN, 2, 3),
      providerTimeMs: Float64Array.of(1_699_999_990_000, 1_699_999_990_000, NaN),
      global: {
        totalMarketCapUsd: 2.4e12,
        totalVolume24hUsd: NaN,
        btcDominancePct: 52.1,
        ethDominancePct: 17,
        providerTimeMs: NaN,
      },
    });
  });

  it('comes back unchanged from its columns', () => {
    expect(snapshotToMessage(snapshotFromMessage(message))).toEqual(message);
    expect(snapshotToMessage(snapshotFromMessage({ ...message, global: null }))).toEqual({ ...message, global: null });
  });

  it.each([
    ['a column that is too short', { ...message, rank: [1, 2] }, 'coinIds has 3 entries and rank has 2'],
    ['a coin that comes twice', { ...message, coinIds: [1, 1027, 1] }, 'coinIds names a coin twice'],
  ])('is refused with %s', (_, wrong, detail) => {
    expect(() => snapshotFromMessage(wrong)).toThrow(UbotError);
    expect(() => snapshotFromMessage(wrong)).toThrow(detail);
  });
});
