import { describe, expect, test } from 'vitest';
import { spokenAlert, spokenLanguage, spokenNumber } from './spoken.ts';

test.each([
  [67_123.456, '67123'],
  [131.257, '131.3'],
  [1.5, '1.5'],
  [0.0042, '0.0042'],
  [0.0000123, '12.3 millionths'],
  [0.00000000731, '7.31 billionths'],
  [1_234_567_890, '1.235 billion'],
  [61_000_000, '61 million'],
  [0, '0'],
])('%d is said as %s', (value, text) => {
  expect(spokenNumber(value, 'en')).toBe(text);
});

test('French has its own comma and units', () => {
  expect(spokenNumber(131.257, 'fr')).toBe('131,3');
  expect(spokenNumber(0.0000123, 'fr')).toBe('12,3 millionièmes de');
});

test.each([
  ['fr', 'fr'],
  ['fr-CH', 'fr'],
  ['FR-fr', 'fr'],
  ['en-GB', 'en'],
  ['de', 'en'],
  ['fry', 'en'],
  [null, 'en'],
] as const)('who reads %s is spoken to in %s', (locale, language) => {
  expect(spokenLanguage(locale)).toBe(language);
});

describe('an alert that is spoken', () => {
  const coin = { id: 1, symbol: 'BTC', name: 'Bitcoin', slug: 'bitcoin' };
  const alert = { coin, priceUsd: 35_000, strategyName: 'Dip', late: false, source: 'coinmarketcap' };

  test('names coin, price and strategy', () => {
    expect(spokenAlert(alert, 'en')).toBe('uBot alert. Bitcoin: 35000 US dollars. Your strategy Dip came true.');
    expect(spokenAlert(alert, 'fr')).toBe(
      "Alerte uBot. Bitcoin : 35000 dollars américains. Votre stratégie Dip s'est réalisée.",
    );
  });

  test('says first that it is late, or of demo data', () => {
    expect(spokenAlert({ ...alert, late: true, source: 'demo' }, 'en')).toMatch(
      /^This alert is late\. This is demo data\. uBot alert\./,
    );
  });
});
