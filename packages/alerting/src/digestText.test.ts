import { describe, expect, test } from 'vitest';
import { renderDigestText, type DigestAlert } from './digestText.ts';

const AT = Date.UTC(2026, 10, 21, 13);
const MINUTE_MS = 60_000;

const alert = (minutes: number, changes: Partial<DigestAlert> = {}): DigestAlert => ({
  strategyName: 'Dip',
  coin: { id: 1, symbol: 'BTC', name: 'Bitcoin', slug: 'bitcoin' },
  triggeredAtMs: AT + minutes * MINUTE_MS,
  priceUsd: 35_000,
  source: 'coinmarketcap',
  late: false,
  ...changes,
});

const render = (alerts: readonly DigestAlert[], changes: { maxChars?: number; timeZone?: string } = {}): string =>
  renderDigestText({
    alerts,
    timeZone: 'Europe/Paris',
    reference: 'K7QX2M',
    maxChars: 1_000,
    seeAllAt: 'https://ubot.example.com/alerts',
    ...changes,
  });

describe('a digest', () => {
  test('counts its alerts and has a line for each: time, coin, price, strategy', () => {
    const sol = { id: 5426, symbol: 'SOL', name: 'Solana', slug: 'solana' };
    expect(render([alert(0), alert(1, { coin: sol, priceUsd: 131.257, strategyName: 'Oversold', late: true })])).toBe(
      [
        '2 alerts, 2026-11-21 14:00 to 14:01 GMT+1:',
        '14:00 Bitcoin (BTC) 35000 USD: Dip',
        '14:01 Solana (SOL) 131.26 USD: Oversold, late Ref K7QX2M',
      ].join('\n'),
    );
  });

  test('of one minute names it once in its head', () => {
    expect(render([alert(0), alert(0)]).split('\n')[0]).toBe('2 alerts, 2026-11-21 14:00 GMT+1:');
  });

  test('names the day of each alert where the days of the user differ', () => {
    expect(render([alert(599), alert(601)])).toBe(
      [
        '2 alerts, 2026-11-21 23:59 to 2026-11-22 00:01 GMT+1:',
        '11-21 23:59 Bitcoin (BTC) 35000 USD: Dip',
        '11-22 00:01 Bitcoin (BTC) 35000 USD: Dip Ref K7QX2M',
      ].join('\n'),
    );
  });

  test('of the night in which clocks are set back names both offsets', () => {
    const before = alert(0, { triggeredAtMs: Date.UTC(2026, 9, 25, 0, 30) });
    const after = alert(0, { triggeredAtMs: Date.UTC(2026, 9, 25, 1, 30) });
    expect(render([before, after]).split('\n')[0]).toBe('2 alerts, 2026-10-25 02:30 GMT+2 to 02:30 GMT+1:');
  });

  test('says when it is of demo data', () => {
    expect(render([alert(0, { source: 'demo' }), alert(0)])).toMatch(/^Demo data: 2 alerts, /);
  });

  test('says how many more there are, and where, when the channel has no room for all', () => {
    const text = render(
      Array.from({ length: 41 }, () => alert(0)),
      { maxChars: 250 },
    );
    expect(text.split('\n')).toEqual([
      '41 alerts, 2026-11-21 14:00 GMT+1:',
      ...Array.from({ length: 4 }, () => '14:00 Bitcoin (BTC) 35000 USD: Dip'),
      'and 37 more: https://ubot.example.com/alerts Ref K7QX2M',
    ]);
  });

  test.each([1, 10, 60, 100, 200, 319, 320, 1_600, 20_000])(
    'keeps to a limit of %i and to its reference',
    (maxChars) => {
      const text = render(
        Array.from({ length: 500 }, (_, index) => alert(index, { strategyName: 'x'.repeat(200) })),
        { maxChars: Math.max(11, maxChars) },
      );
      expect(text.length).toBeLessThanOrEqual(Math.max(11, maxChars));
      expect(text.endsWith(' Ref K7QX2M')).toBe(true);
    },
  );
});
