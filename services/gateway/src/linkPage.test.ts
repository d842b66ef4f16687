import type { AlertLinkState } from '@ubot/contracts';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { startGateway, type Harness } from './harness.testing.ts';

const TOKEN = 'A'.repeat(43);
const STATE: AlertLinkState = {
  strategyName: '<script>alert(1)</script>',
  coinName: 'Bitcoin & Co',
  coinSymbol: 'BTC',
  triggeredAtMs: Date.parse('2026-11-21T12:00:00Z'),
  explanation: 'close = 35000 < 36000',
  timeZone: 'Europe/Paris',
  acknowledgedAtMs: null,
  acknowledgedBy: null,
  snoozedUntilMs: null,
};

let gateway: Harness;
beforeAll(async () => {
  gateway = await startGateway();
});
afterAll(() => gateway.close());
beforeEach(() => {
  gateway.world.link = { ...STATE };
});

async function open(method: string, body?: string, token = TOKEN) {
  const answer = await fetch(`${gateway.url}/a/${token}`, {
    method,
    ...(body !== undefined && { body, headers: { 'content-type': 'application/x-www-form-urlencoded' } }),
  });
  return { status: answer.status, headers: answer.headers, text: await answer.text() };
}

describe('the page behind the link in a message', () => {
  test('shows the alert and its buttons to a stranger, and changes nothing', async () => {
    const { status, headers, text } = await open('GET');
    expect(status).toBe(200);
    expect(headers.get('content-type')).toBe('text/html; charset=utf-8');
    expect(headers.get('content-security-policy')).toContain("default-src 'none'");
    expect(headers.get('cache-control')).toBe('no-store');
    expect(text).toContain('Bitcoin &amp; Co (BTC): &lt;script&gt;alert(1)&lt;/script&gt;');
    expect(text).toContain('close = 35000 &lt; 36000');
    expect(text).toContain('21 Nov 2026, 13:00:00 CET');
    expect(text.match(/<button/g)).toHaveLength(5);
    expect(gateway.world.link).toEqual(STATE);
  });

  test('acknowledges by its button, and then says so in its place', async () => {
    const { status, text } = await open('POST', 'action=acknowledge');
    expect(status).toBe(200);
    expect(text).toContain('Already acknowledged by a link in a message at 21 Nov 2026, 13:01:00 CET.');
    expect(text).not.toContain('>Acknowledge<');
  });

  test('snoozes by its buttons, for the times on them only', async () => {
    expect((await open('POST', 'snooze=1')).status).toBe(400);
    const { text } = await open('POST', 'snooze=3600000');
    expect(text).toContain('Snoozed until 21 Nov 2026, 14:00:00 CET.');
    expect(text).not.toContain('>1 hour<');
  });

  test('of a link that is wrong or too old says that, and is 404', async () => {
    gateway.world.link = null;
    const { status, text } = await open('GET');
    expect(status).toBe(404);
    expect(text).toContain('older than seven days');
    expect((await open('POST', 'action=acknowledge')).status).toBe(404);
    expect((await open('GET', undefined, 'short')).status).toBe(400);
  });
});
