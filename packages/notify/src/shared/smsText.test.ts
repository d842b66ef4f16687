import { hasSharedData, NO_SHARED_DATA, sharedData } from '@ubot/testing';
import { describe, expect, test } from 'vitest';
import { fitSms, shortenKeepingEnd, SMS_LIMITS, smsSegments } from './smsText.ts';

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
    // A family is four people and three joiners, a flag two letters, é here a letter and an accent.
    for (const character of ['👨‍👩‍👧‍👦', '🇫🇷', 'e\u0301']) {
      const most = 4 + character.length;
      expect(shortenKeepingEnd(`a${character}${'b'.repeat(20)}`, most, 'X')).toBe(`a${character}...`);
      expect(shortenKeepingEnd(`a${character}${'b'.repeat(20)}`, most - 1, 'X')).toBe('a...');
    }
  });
});

describe('a text on its way out by SMS', () => {
  const at = (maxSegments: number, transliterate = false) => ({ maxSegments, transliterate });

  test.each([
    ['a'.repeat(1_600), 'a'.repeat(1_600)],
    [`${'a'.repeat(1_599)} X`, `${'a'.repeat(1_595)}... X`],
    [`${'€'.repeat(900)} X`, `${'€'.repeat(834)}... X`],
    [`${'ж'.repeat(800)} X`, `${'ж'.repeat(732)}... X`],
  ])('has at most 1,600 characters and 11 segments', (text, expected) => {
    expect(fitSms(text, 'X', SMS_LIMITS)).toBe(expected);
  });

  test('is cut at the segments that are allowed, and not a character before', () => {
    expect(fitSms(`${'a'.repeat(200)} X`, 'X', at(1))).toBe(`${'a'.repeat(155)}... X`);
    expect(fitSms(`${'ж'.repeat(200)} X`, 'X', at(1))).toBe(`${'ж'.repeat(65)}... X`);
    // Without its last character, which alone was outside GSM-7, far more of it fits.
    expect(fitSms(`${'a'.repeat(200)}ж X`, 'X', at(1))).toBe(`${'a'.repeat(155)}... X`);
  });

  test('is transliterated when that is wanted and saves segments, and only then', () => {
    const russian = `Биткойн ниже 36000 — ${'сигнал '.repeat(8)}`;
    expect(smsSegments(russian)).toEqual({ encoding: 'UCS-2', segments: 2 });
    expect(fitSms(russian, 'X', at(11))).toBe(russian);
    expect(fitSms(russian, 'X', at(11, true))).toBe(`Bitkoyn nizhe 36000 - ${'signal '.repeat(8)}`);
    expect(fitSms('Биткойн', 'X', at(11, true))).toBe('Биткойн');
    const chinese = '比特币'.repeat(20);
    expect(fitSms(chinese, 'X', at(11, true))).toBe(chinese);
  });

  test('keeps what GSM-7 has, and ends up wholly in it', () => {
    const text = `Café £5 {€} ‘ˋ’ ${'x'.repeat(80)}`;
    const sent = fitSms(text, 'X', at(11, true));
    expect(sent).toContain('Café £5 {€}');
    expect(smsSegments(sent)).toEqual({ encoding: 'GSM-7', segments: 1 });
  });
});
