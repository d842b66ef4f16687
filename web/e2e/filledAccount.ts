import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createTwilioServer } from '@ubot/testing';
import type { Page } from 'playwright-core';
import { startUbot, type RunningUbot } from './ubot.testing.ts';

const PHONE = '+14155550100';
const ALERTS = 12;
const PATIENCE_MS = 60_000;
const PRICES = { currency: 'USD', prices: [{ kind: 'sms', perSegment: '0.0083' }] };
const HOUR_MS = 3_600_000;

const STRATEGIES = [
  {
    name: 'Bitcoin is moving',
    universe: { kind: 'coins', ids: [1] },
    timeframe: '1m',
    condition: 'price > 0.9 * sma(close, 20) and rsi(14) < 90',
    trigger: { on: 'snapshot', fires: 'while_true', cooldownMs: HOUR_MS },
    tags: ['bitcoin'],
  },
  {
    name: 'Up in a day',
    universe: { kind: 'top', count: 100 },
    timeframe: '1m',
    condition: 'percent_change_24h > 2',
    trigger: { on: 'snapshot', fires: 'while_true', cooldownMs: 24 * HOUR_MS },
    tags: ['momentum'],
  },
  {
    name: 'Oversold bounce',
    universe: { kind: 'top', count: 200 },
    timeframe: '1h',
    condition: 'rsi(14) crosses above 30 and close > open',
    trigger: { on: 'candle_close' },
    urgent: true,
    tags: ['momentum'],
  },
  {
    name: 'Golden cross',
    universe: { kind: 'all' },
    timeframe: '1d',
    condition: 'sma(50) crosses above sma(200)',
    trigger: { on: 'candle_close' },
  },
] as const;

/** A uBot of its own with a local Twilio and a price for its messages. */
export async function startUbotToFill(): Promise<RunningUbot & { smsCode(): string }> {
  const folder = await mkdtemp(join(tmpdir(), 'ubot-prices-'));
  const prices = join(folder, 'prices.json');
  await writeFile(prices, JSON.stringify(PRICES));
  const twilio = await createTwilioServer({ callbacks: [] });
  const ubot = await startUbot({
    env: {
      TWILIO_ACCOUNT_SID: twilio.accountSid,
      TWILIO_AUTH_TOKEN: twilio.authToken,
      TWILIO_BASE_URL: twilio.url,
      TWILIO_FROM: '+15005550006',
      UBOT_PRICES_FILE: prices,
      UBOT_DIGEST_WAIT_MS: '0',
      UBOT_DIGEST_INTERVAL_MS: '0',
    },
  });
  return {
    ...ubot,
    smsCode: () => /^\d{6}/.exec(twilio.messages().at(-1)?.body ?? '')?.[0] ?? '',
    async close() {
      await ubot.close();
      await twilio.close();
      await rm(folder, { recursive: true });
    },
  };
}

/** What an account has after a while: a watchlist, channels (one not yet proved), strategies, alerts of which one is seen, mutes. */
export async function fillAccount(page: Page, given: { url: string; smsCode?: () => string }): Promise<void> {
  const post = async (path: string, data?: object): Promise<{ id: string }> => {
    const answer = await page.request.post(`${given.url}/api/v1${path}`, { data, headers: { origin: given.url } });
    if (!answer.ok()) throw new Error(`${path} answered ${answer.status()}: ${await answer.text()}`);
    const text = await answer.text();
    return JSON.parse(text === '' ? '{}' : text) as { id: string };
  };
  const alertIds = async (): Promise<string[]> => {
    const answer = await page.request.get(`${given.url}/api/v1/alerts?limit=50`);
    const { alerts } = (await answer.json()) as { alerts: { id: string }[] };
    return alerts.map(({ id }) => id);
  };

  await post('/watchlists', { name: 'Favourites', coinIds: [1, 1027, 5426] });
  const channelIds = [(await post('/channels', { name: 'Server log', target: { kind: 'log' } })).id];
  if (given.smsCode !== undefined) {
    const phone = await post('/channels', { name: 'My phone', target: { kind: 'sms', to: PHONE } });
    await post(`/channels/${phone.id}/verification`);
    await post(`/channels/${phone.id}/verification/check`, { code: given.smsCode() });
    channelIds.push(phone.id);
  }
  await post('/channels', { name: 'My bot', target: { kind: 'webhook', url: 'https://bot.example.com/ubot' } });
  const strategyIds: string[] = [];
  for (const strategy of STRATEGIES) strategyIds.push((await post('/strategies', { ...strategy, channelIds })).id);
  const until = Date.now() + PATIENCE_MS;
  while ((await alertIds()).length < ALERTS && Date.now() < until) await page.waitForTimeout(500);
  const oldest = (await alertIds()).at(-1);
  if (oldest !== undefined) await post(`/alerts/${oldest}/acknowledge`);
  await post('/silences', { tag: 'bitcoin', endsAtMs: Date.now() + 8 * HOUR_MS, comment: 'Asleep' });
  await post('/inhibitions', {
    name: 'A golden cross leads',
    sourceStrategyId: strategyIds[3],
    targetTags: ['momentum'],
  });
}
