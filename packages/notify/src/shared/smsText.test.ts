import { hasSharedData, NO_SHARED_DATA, sharedData } from '@ubot/testing';
import { describe, expect, test } from 'vitest';
import { shortenKeepingEnd, smsSegments } from './smsText.ts';

interface Vector {
  testDescription: string;
  body: string;
  encoding: string;
  segments: number;
}

describe('SMS segments', () => {
  test.skipIf(!hasSharedData)(`equal those of the provider's calculator${NO_SHARED_DATA}`, () => {
    const vectors: Vector[] = JSON.parse(sharedData('twilio/sms-segments.json').toString('utf8'));
    expect(vectors.length).toBeGreaterThan(10);
    for (const { body, encoding, segments, testDescription } of vectors) {
      expect({ testDescription, ...smsSegments(body) }).toEqual({ testDescription, encoding, segments });
    }
  });

  test.each([
    ['', 'GSM-7', 0],
    ['a'.repeat(160), 'GSM-7', 1],
    ['a'.repeat(161), 'GSM-7', 2],
    ['a'.repeat(306), 'GSM-7', 2],
    ['a'.repeat(307), 'GSM-7', 3],
    ['€'.repeat(80), 'GSM-7', 1],
    [`${'a'.repeat(152)}€aaaaaaa`, 'GSM-7', 2],
    // The escape and its character stay together: 152 + 2 places do not fit the first 153.
    [`${'a'.repeat(152)}€${'a'.repeat(152)}`, 'GSM-7', 3],
    ['ж'.repeat(70), 'UCS-2', 1],
    ['ж'.repeat(71), 'UCS-2', 2],
    ['😜'.repeat(35), 'UCS-2', 1],
    // A pair is not split: 33 pairs (66 units) fill a segment of 67.
    ['😜'.repeat(67), 'UCS-2', 3],
  ])('of %j are %s × %i', (text, encoding, segments) => {
    expect(smsSegments(text)).toEqual({ encoding, segments });
  });
});

describe('a text that is too long', () => {
  test('keeps its reference', () => {
    expect(shortenKeepingEnd('abcdefghijkl Ref X', 18, 'X')).toBe('abcdefghijkl Ref X');
    expect(shortenKeepingEnd('abcdefghijklm Ref X', 12, 'X')).toBe('abcdefg... X');
  });
  test('is not cut inside a character', () => {
    expect(shortenKeepingEnd(`a😜${'b'.repeat(20)}`, 5, 'X')).toBe('a...');
  });
});
