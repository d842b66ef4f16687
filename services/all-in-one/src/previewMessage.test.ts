import type { AlertPage, PreviewAnswer } from '@ubot/contracts';
import { waitFor } from '@ubot/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { STRATEGY } from './apiExamples.testing.ts';
import { startWholeUbot, type WholeUbot } from './wholeUbot.testing.ts';

/** A message before it is saved, over all services. */
let ubot: WholeUbot;
beforeAll(async () => {
  ubot = await startWholeUbot({ env: { UBOT_PUBLIC_URL: 'https://u.example' } });
}, 90_000);
afterAll(() => ubot?.close());

const preview = async (body: object) =>
  (await ubot.call('POST', '/api/v1/strategies/preview-message', { body })).body as PreviewAnswer;
const of = ({ messages }: PreviewAnswer, kind: string) => messages.find((message) => message.kind === kind)!;

test('is shown on a made example while there is no strategy, and said to be one', async () => {
  const shown = await preview({ message: '{{coin.symbol}} {{price}} rsi {{rsi(14)}} {{link}}' });
  expect(shown).toMatchObject({ example: true, alertId: null });
  const text = 'BTC 67123.46 rsi 28.4 https://u.example/alerts/00000000-0000-0000-0000-000000000000 Ref K7QX2M';
  expect(of(shown, 'sms')).toEqual({
    kind: 'sms',
    title: 'BTC: Example',
    text,
    shown: text,
    shortened: false,
    characters: text.length,
    limit: { most: 1_600, unit: 'characters' },
    sms: { encoding: 'GSM-7', segments: 1 },
  });
  expect(of(shown, 'email')).toMatchObject({ text, limit: null, sms: null });
});

test('is shown on the newest alert of the strategy, with what is shortened and what an SMS costs', async () => {
  const strategy = { ...STRATEGY, trigger: { on: 'snapshot', fires: 'while_true' }, message: 'Kept {{price}}' };
  const { id: strategyId } = (await ubot.call('POST', '/api/v1/strategies', { body: strategy })).body as { id: string };
  const newest = async () =>
    ((await ubot.call('GET', `/api/v1/alerts?strategyId=${strategyId}&limit=1`)).body as AlertPage).alerts[0];
  await waitFor(newest, { deadlineMs: 20_000 });
  await ubot.call('POST', `/api/v1/strategies/${strategyId}/pause`);
  const alert = await waitFor(newest, {});
  const shown = await preview({ strategyId, message: '🚀 {{coin.name}} {{time}}'.repeat(40) });
  expect(shown.example).toBe(false);
  expect(of(shown, 'pushover')).toMatchObject({ shortened: true, characters: 1_024 });
  expect(of(shown, 'pushover').shown.endsWith(' K7QX2M')).toBe(true);
  expect(of(shown, 'sms').text).toContain(`🚀 ${alert.coin.name} 20`);
  expect(of(shown, 'sms').sms).toMatchObject({ encoding: 'UCS-2' });
  expect(of(await preview({ strategyId }), 'slack').text).toMatch(/Kept [\d.]+ Ref K7QX2M$/);
}, 60_000);

test("of another user's strategy is not found, and of nobody is refused", async () => {
  const { id } = (await ubot.call('POST', '/api/v1/strategies', { body: STRATEGY })).body as { id: string };
  const as = (token: string | null) =>
    ubot.call('POST', '/api/v1/strategies/preview-message', { token, body: { strategyId: id } });
  expect(await as(ubot.otherToken)).toMatchObject({ status: 404 });
  expect(await as(null)).toMatchObject({ status: 401 });
});
