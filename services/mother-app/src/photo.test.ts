import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import type { SnapshotColumns } from '@ubot/market';
import { describe, expect, test } from 'vitest';
import { encodePhoto, matchesEtag, photoOf, pickEncoding } from './photo.ts';

const snapshot: SnapshotColumns = {
  takenAtMs: 60_000,
  source: 'demo',
  pollIntervalMs: 60_000,
  coinIds: Int32Array.of(7, 1, 3),
  priceUsd: Float64Array.of(0.5, 90_000, 2),
  volume24hUsd: Float64Array.of(NaN, 1e9, 0),
  marketCapUsd: Float64Array.of(NaN, 1e12, 0),
  rank: Int32Array.of(0, 1, 2),
  percentChange1h: Float64Array.of(1, 2, NaN),
  percentChange24h: Float64Array.of(1, 2, NaN),
  percentChange7d: Float64Array.of(1, 2, NaN),
  providerTimeMs: Float64Array.of(NaN, 59_000, 58_000),
  global: null,
};
const coins = new Map([
  [1, { id: 1, symbol: 'BTC', name: 'Bitcoin', slug: 'bitcoin', rank: 1 }],
  [3, { id: 3, symbol: 'AAA', name: 'Triple A', slug: 'triple-a', rank: 2 }],
]);
const photo = photoOf({ snapshotId: '12', snapshot, coins, global: null, label: 'demo market', demo: true });

describe('the photo', () => {
  test('lists coins by rank, those without one last, and says null where nothing is known', () => {
    expect(photo).toEqual({
      snapshotId: '12',
      takenAtMs: 60_000,
      source: 'demo',
      label: 'demo market',
      demo: true,
      global: null,
      coins: [
        {
          ...coins.get(1),
          priceUsd: 90_000,
          volume24hUsd: 1e9,
          marketCapUsd: 1e12,
          percentChange1h: 2,
          percentChange24h: 2,
          percentChange7d: 2,
          providerTimeMs: 59_000,
        },
        {
          ...coins.get(3),
          priceUsd: 2,
          volume24hUsd: 0,
          marketCapUsd: 0,
          percentChange1h: null,
          percentChange24h: null,
          percentChange7d: null,
          providerTimeMs: 58_000,
        },
        {
          id: 7,
          symbol: '#7',
          name: 'Coin 7',
          slug: 'coin-7',
          rank: null,
          priceUsd: 0.5,
          volume24hUsd: null,
          marketCapUsd: null,
          percentChange1h: 1,
          percentChange24h: 1,
          percentChange7d: 1,
          providerTimeMs: null,
        },
      ],
    });
  });

  test('is the same in every encoding, each with an ETag of its own that changes with the content only', async () => {
    const answer = await encodePhoto(photo);
    const text = JSON.stringify(photo);
    expect(answer.identity.body.toString()).toBe(text);
    expect(gunzipSync(answer.gzip.body).toString()).toBe(text);
    expect(brotliDecompressSync(answer.br.body).toString()).toBe(text);
    const tags = [answer.identity.etag, answer.gzip.etag, answer.br.etag];
    expect(new Set(tags).size).toBe(3);
    for (const tag of tags) expect(tag).toMatch(/^"[\w-]+"$/);
    expect((await encodePhoto({ ...photo })).br.etag).toBe(answer.br.etag);
    expect((await encodePhoto({ ...photo, snapshotId: '13' })).br.etag).not.toBe(answer.br.etag);
  });
});

test.each([
  [undefined, 'identity'],
  ['', 'identity'],
  ['gzip, deflate, br', 'br'],
  ['gzip;q=0.5', 'gzip'],
  ['br;q=0, gzip', 'gzip'],
  ['br;q=0.0, gzip;q=0', 'identity'],
  ['*', 'br'],
  ['br;q=0, *', 'gzip'],
  ['deflate, zstd', 'identity'],
  ['BR', 'br'],
])('a client that accepts %j gets %s', (accepts, encoding) => {
  expect(pickEncoding(accepts)).toBe(encoding);
});

test.each([
  ['"a-br"', true],
  ['W/"a-br"', true],
  ['"x", "a-br"', true],
  ['*', true],
  ['"a"', false],
  ['a-br', false],
  [undefined, false],
])('If-None-Match %j names "a-br": %s', (header, matches) => {
  expect(matchesEtag(header, '"a-br"')).toBe(matches);
});
