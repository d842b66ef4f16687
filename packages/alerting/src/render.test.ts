import { describe, expect, it } from 'vitest';
import { DEFAULT_TEXT_CHARS, formatTime, renderAlertText, TEMPLATE_TEXT_CHARS, type RenderInput } from './render.ts';

type RenderedAlert = RenderInput['alert'];

const ALERT: RenderedAlert = {
  strategyName: 'Oversold and turning',
  coin: { id: 1, symbol: 'BTC', name: 'Bitcoin', slug: 'bitcoin' },
  timeframe: '1h',
  triggeredAtMs: Date.UTC(2026, 10, 21, 4),
  priceUsd: 67_123.456,
  source: 'coinmarketcap',
  condition: 'r < 30',
  explanation: 'r = 28.4 < 30',
  values: [
    { text: 'r', value: 28.4 },
    { text: 'rank', value: null },
  ],
  candle: {
    timeframe: '1h',
    openAtMs: Date.UTC(2026, 10, 21, 3),
    open: 1,
    high: 2,
    low: 1,
    close: 67_120,
    samples: 60,
  },
  late: false,
  mayRepaint: false,
};

function render(changes: Partial<RenderedAlert> = {}, options: Partial<RenderInput> = {}): string {
  return renderAlertText({
    alert: { ...ALERT, ...changes },
    template: null,
    timeZone: 'UTC',
    reference: '7f3k2a',
    ...options,
  });
}

describe('the default text', () => {
  it.each<[string, string, Partial<RenderedAlert>]>([
    [
      'names coin, price, candle, strategy, values and reference',
      'Bitcoin (BTC) 67123.46 USD, 1h candle closed 2026-11-21 04:00 UTC. Oversold and turning: r = 28.4 < 30. Ref 7f3k2a',
      {},
    ],
    [
      'says when the candle is still open',
      'Bitcoin (BTC) 67123.46 USD, 1h candle still open at 2026-11-21 04:00 UTC. Oversold and turning: r = 28.4 < 30. Ref 7f3k2a',
      { mayRepaint: true },
    ],
    [
      'says late first',
      'Late: Bitcoin (BTC) 67123.46 USD, 1h candle closed 2026-11-21 04:00 UTC. Oversold and turning: r = 28.4 < 30. Ref 7f3k2a',
      { late: true },
    ],
    [
      'says demo first',
      'Demo data: Bitcoin (BTC) 67123.46 USD, 1h candle closed 2026-11-21 04:00 UTC. Oversold and turning: r = 28.4 < 30. Ref 7f3k2a',
      { source: 'demo' },
    ],
    [
      'says both',
      'Late, demo data: Bitcoin (BTC) 67123.46 USD, 1h candle closed 2026-11-21 04:00 UTC. Oversold and turning: r = 28.4 < 30. Ref 7f3k2a',
      { late: true, source: 'demo' },
    ],
    [
      'reads at the smallest price',
      'Dust (DST) 7.31e-22 USD, 1h candle closed 2026-11-21 04:00 UTC. Oversold and turning: r = 28.4 < 30. Ref 7f3k2a',
      { coin: { id: 9, symbol: 'DST', name: 'Dust', slug: 'dust' }, priceUsd: 7.31e-22 },
    ],
    [
      'names a coin by its id when its name does not fit an SMS',
      'DOG (#77) 67123.46 USD, 1h candle closed 2026-11-21 04:00 UTC. Oversold and turning: r = 28.4 < 30. Ref 7f3k2a',
      { coin: { id: 77, symbol: 'DOG', name: '狗狗币', slug: 'dog' } },
    ],
    [
      'writes quotation marks and dashes plainly',
      'Bitcoin (BTC) 67123.46 USD, 1h candle closed 2026-11-21 04:00 UTC. "Dip" - it\'s on...: r = 28.4 < 30. Ref 7f3k2a',
      { strategyName: '“Dip” – it’s on…' },
    ],
  ])('%s', (_, expected, changes) => {
    expect(render(changes)).toBe(expected);
  });

  it('is at most 320 characters, cut inside the explanation', () => {
    const text = render({ strategyName: 'n'.repeat(120), explanation: 'x'.repeat(8_000), late: true, source: 'demo' });
    expect(text).toBe(
      'Late, demo data: Bitcoin (BTC) 67123.46 USD, 1h candle closed 2026-11-21 04:00 UTC. ' +
        `${'n'.repeat(57)}...: ${'x'.repeat(159)}.... Ref 7f3k2a`,
    );
    expect(text).toHaveLength(DEFAULT_TEXT_CHARS);
  });

  it('keeps an explanation whole that just fits', () => {
    const room = DEFAULT_TEXT_CHARS - render({ explanation: '' }).length;
    expect(render({ explanation: 'x'.repeat(room) })).toContain(`${'x'.repeat(room)}. Ref`);
    expect(render({ explanation: 'x'.repeat(room + 1) })).toContain(`${'x'.repeat(room - 3)}.... Ref`);
  });

  it('never cuts a character in two', () => {
    for (let length = 50; length < 70; length += 1) {
      expect(render({ strategyName: `${'n'.repeat(length)}🚀🚀` }).isWellFormed()).toBe(true);
    }
  });

  it('says the time in the zone of the user', () => {
    expect(render({}, { timeZone: 'Europe/Berlin' })).toContain('closed 2026-11-21 05:00 GMT+1. ');
  });
});

const LINK = 'https://u.example/alerts/1';
const links = { alert: LINK, acknowledge: 'https://u.example/a/T' };

describe('the link', () => {
  const plain =
    'Bitcoin (BTC) 67123.46 USD, 1h candle closed 2026-11-21 04:00 UTC. Oversold and turning: r = 28.4 < 30.';

  it.each(['telegram', 'discord', 'slack', 'whatsapp', 'webhook'] as const)('stands in the text of %s', (kind) => {
    expect(render({}, { links, kind })).toBe(`${plain} ${LINK} Ref 7f3k2a`);
  });

  it.each(['email', 'ntfy', 'pushover', 'log'] as const)('has a place of its own in %s', (kind) => {
    expect(render({}, { links, kind })).toBe(`${plain} Ref 7f3k2a`);
  });

  it('is left out where it would cost another segment, and only there', () => {
    const costOf = (text: string): number => Math.ceil(text.length / 160);
    expect(render({}, { links, kind: 'sms', costOf })).toBe(`${plain} ${LINK} Ref 7f3k2a`);
    const room = 160 - render({ explanation: '' }, { links, kind: 'sms' }).length;
    expect(render({ explanation: 'x'.repeat(room) }, { links, kind: 'sms', costOf })).toContain(LINK);
    expect(render({ explanation: 'x'.repeat(room + 1) }, { links, kind: 'sms', costOf })).not.toContain(LINK);
  });

  it('is empty in a template when there is none', () => {
    const template = '[{{link}}] [{{ack_link}}]';
    expect(render({}, { template, links })).toBe(`[${LINK}] [https://u.example/a/T] Ref 7f3k2a`);
    expect(render({}, { template })).toBe('[] [] Ref 7f3k2a');
  });
});

describe('a name', () => {
  const names = (name: string, kind: RenderInput['kind'] & string): string =>
    render({ strategyName: name }, { template: '{{strategy}}', kind });

  it.each([
    ['claim at evil.com', 'claim at evil.\u2060com', 'claim at evil. com'],
    ['https://evil.com/x', 'https:\u2060//evil.\u2060com/x', 'https: //evil. com/x'],
    ['@everyone and @here', '@\u2060everyone and @\u2060here', '@ everyone and @ here'],
    ['/start #tag $CASH', '/\u2060start #\u2060tag $\u2060CASH', '/ start # tag $ CASH'],
    ['eve@evil', 'eve@\u2060evil', 'eve@ evil'],
    ['Dip 1.5 x, BTC/USD at 3.', 'Dip 1.5 x, BTC/USD at 3.', 'Dip 1.5 x, BTC/USD at 3.'],
  ])('%s is nothing to click in a messenger or an SMS, and itself in a webhook', (name, shown, inSms) => {
    expect(names(name, 'telegram')).toBe(`${shown} Ref 7f3k2a`);
    expect(names(name, 'sms')).toBe(`${inSms} Ref 7f3k2a`);
    expect(names(name, 'webhook')).toBe(`${name} Ref 7f3k2a`);
  });

  it('of a coin is none in the default text either', () => {
    const coin = { id: 9, symbol: 'x.io', name: 'Free at evil.com', slug: 'free' };
    expect(render({ coin }, { kind: 'slack' })).toContain('Free at evil.\u2060com (x.\u2060io) ');
  });
});

describe('a template', () => {
  const fill = (template: string, changes: Partial<RenderedAlert> = {}): string => render(changes, { template });

  it.each([
    ['{{coin.symbol}} {{coin.name}}', 'BTC Bitcoin Ref 7f3k2a'],
    ['{{close}} {{price}} {{r}} {{ r }}', '67120 67123.46 28.4 28.4 Ref 7f3k2a'],
    ['{{ PRICE }} {{R}} {{Coin.Symbol}}', '67123.46 28.4 BTC Ref 7f3k2a'],
    ['{{time}} {{timeframe}}', '2026-11-21 04:00 UTC 1h Ref 7f3k2a'],
    ['{{strategy}}: {{condition}}: {{explanation}}', 'Oversold and turning: r < 30: r = 28.4 < 30 Ref 7f3k2a'],
    ['{{rank}}', 'unknown Ref 7f3k2a'],
    [
      '{{unknown}} {{coin}} {{}} {{constructor}} {{__proto__}}',
      '{{unknown}} {{coin}} {{}} {{constructor}} {{__proto__}} Ref 7f3k2a',
    ],
    ['{r} {{r} }} $& $1', '{r} {{r} }} $& $1 Ref 7f3k2a'],
  ])('%s', (template, expected) => {
    expect(fill(template)).toBe(expected);
  });

  it('does not fill in what a value brings along', () => {
    expect(fill('{{strategy}}', { strategyName: '{{price}} $&' })).toBe('{{price}} $& Ref 7f3k2a');
  });

  it('says late and demo before the text of the user', () => {
    expect(fill('Hi', { late: true, source: 'demo' })).toBe('Late, demo data: Hi Ref 7f3k2a');
  });

  it('is cut at what the provider takes, the reference kept', () => {
    const text = fill('{{explanation}}', { explanation: 'x'.repeat(8_000) });
    expect(text).toBe(`${'x'.repeat(TEMPLATE_TEXT_CHARS - 14)}... Ref 7f3k2a`);
  });

  it('reads the price where there is no candle', () => {
    expect(fill('{{close}}', { candle: null })).toBe('67123.46 Ref 7f3k2a');
  });
});

describe('a time', () => {
  it.each([
    ['UTC', '2026-11-21 00:00 UTC'],
    ['America/New_York', '2026-11-20 19:00 GMT-5'],
    ['Asia/Kolkata', '2026-11-21 05:30 GMT+5:30'],
    ['Not/AZone', '2026-11-21 00:00 UTC'],
  ])('in %s reads %s', (timeZone, expected) => {
    expect(formatTime(Date.UTC(2026, 10, 21), timeZone)).toBe(expected);
  });
});
