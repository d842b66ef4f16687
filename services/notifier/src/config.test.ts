import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { NO_MESSENGERS } from '@ubot/notify';
import { afterAll, describe, expect, test } from 'vitest';
import { readNotifierConfig } from './config.ts';
import { CONCURRENCY } from './lanes.ts';

const base = {
  DATABASE_URL: 'postgres://127.0.0.1/x',
  UBOT_INTERNAL_SECRET: 'x'.repeat(32),
};
const twilio = { TWILIO_ACCOUNT_SID: 'AC1', TWILIO_AUTH_TOKEN: 'token-of-test' };

describe('the configuration', () => {
  test('without Twilio has none', () => {
    expect(readNotifierConfig(base)).toEqual({
      databaseUrl: base.DATABASE_URL,
      internalSecret: base.UBOT_INTERNAL_SECRET,
      host: '127.0.0.1',
      port: 3004,
      userManagerUrl: 'http://127.0.0.1:3003',
      publicUrl: null,
      twilio: null,
      webhook: { allowPrivate: false, allowedRanges: [] },
      messengers: NO_MESSENGERS,
      push: { keys: null, subject: 'mailto:ubot@localhost' },
      modules: [],
      money: { prices: null, userCaps: {}, everybodysCaps: {} },
      delivery: {
        concurrency: CONCURRENCY,
        rates: {
          senders: {
            sms: { perSecond: 10, burst: 1 },
            whatsapp: { perSecond: 80, burst: 8 },
            voice: { perSecond: 1, burst: 1 },
            telegram: { perSecond: 30, burst: 3 },
            email: { perSecond: 10, burst: 1 },
          },
          targets: {
            telegram: { perSecond: 1, burst: 1 },
            discord: { perSecond: 1, burst: 1 },
            slack: { perSecond: 1, burst: 1 },
            webhook: { perSecond: 50, burst: 50 },
          },
        },
      },
      watch: {
        everyMs: 15_000,
        limits: { sourceStaleMs: 600_000, queueAgeMs: 300_000, nothingDeliveredMs: 900_000, spendingPart: 0.8 },
        operator: { webhookUrl: null, email: null },
        deadman: null,
      },
      pictureWaitMs: 800,
      callAgain: { retries: 2, waitMs: 180_000 },
      leaseMs: 60_000,
      graceMs: 20_000,
      digest: { waitMs: 30_000, intervalMs: 300_000 },
    });
  });

  test('takes what a compose file leaves empty as not set', () => {
    const empty = { ...base, TWILIO_ACCOUNT_SID: '', TWILIO_FROM: '', TWILIO_WHATSAPP_FROM: '' };
    expect(readNotifierConfig(empty).twilio).toBeNull();
  });

  test.each([
    ['+14155550100', 1],
    ['+18005550100', 3],
    ['12345', 100],
    ['+33612345678', 10],
    ['uBot', 10],
  ])('lets an SMS sender %s send %d a second', (from, perSecond) => {
    expect(readNotifierConfig({ ...base, TWILIO_FROM: from }).delivery.rates.senders.sms?.perSecond).toBe(perSecond);
  });

  test('gives each of several notifiers its part of every rate', () => {
    const { rates } = readNotifierConfig({ ...base, UBOT_NOTIFIER_COUNT: '4', TWILIO_SMS_PER_SECOND: '100' }).delivery;
    expect(rates.senders.sms).toEqual({ perSecond: 25, burst: 2.5 });
    expect(rates.targets.slack).toEqual({ perSecond: 0.25, burst: 1 });
  });

  test('changes how many messages of the kinds that are named are under way at a time', () => {
    const { concurrency } = readNotifierConfig({ ...base, UBOT_NOTIFIER_CONCURRENCY: 'sms=7,webhook=200' }).delivery;
    expect(concurrency).toEqual({ ...CONCURRENCY, sms: 7, webhook: 200 });
  });

  test.each([
    ['true', { allowPrivate: true, allowedRanges: [] }],
    ['false', { allowPrivate: false, allowedRanges: [] }],
    ['10.0.0.0/8, fd00::/8', { allowPrivate: false, allowedRanges: ['10.0.0.0/8', 'fd00::/8'] }],
  ])('reads UBOT_WEBHOOK_ALLOW_PRIVATE=%s', (text, expected) => {
    expect(readNotifierConfig({ ...base, UBOT_WEBHOOK_ALLOW_PRIVATE: text }).webhook).toEqual(expected);
  });

  test.each([
    [{ TWILIO_ACCOUNT_SID: 'AC1' }, 'TWILIO_AUTH_TOKEN'],
    [{ TWILIO_AUTH_TOKEN: 'token-of-test' }, 'TWILIO_ACCOUNT_SID'],
    [{ ...twilio, TWILIO_ACCOUNT_SID: 'XX1' }, 'TWILIO_ACCOUNT_SID'],
    [{ ...twilio, TWILIO_WHATSAPP_FROM: 'me' }, 'TWILIO_WHATSAPP_FROM'],
    [{ UBOT_WEBHOOK_ALLOW_PRIVATE: 'yes' }, 'UBOT_WEBHOOK_ALLOW_PRIVATE'],
    [{ UBOT_WEBHOOK_ALLOW_PRIVATE: '10.0.0.0/64' }, 'UBOT_WEBHOOK_ALLOW_PRIVATE'],
    [{ UBOT_NOTIFIER_LEASE_MS: '1' }, 'UBOT_NOTIFIER_LEASE_MS'],
    [{ UBOT_WATCH_EMAIL: 'me@example.org' }, 'UBOT_SMTP_URL'],
    [{ UBOT_NOTIFIER_CONCURRENCY: 'pigeon=3' }, 'UBOT_NOTIFIER_CONCURRENCY'],
    [{ UBOT_NOTIFIER_CONCURRENCY: 'sms=0' }, 'UBOT_NOTIFIER_CONCURRENCY'],
    [{ TWILIO_SMS_PER_SECOND: '0' }, 'TWILIO_SMS_PER_SECOND'],
  ])('with %j is refused with a sentence that names %s', (env, name) => {
    expect(() => readNotifierConfig({ ...base, ...env })).toThrow(name);
  });
});

describe('prices and caps', () => {
  const folder = mkdtempSync(join(tmpdir(), 'ubot-prices-'));
  afterAll(() => rmSync(folder, { recursive: true }));
  const withPrices = (text: string, env: Record<string, string> = {}) => {
    const file = join(folder, 'prices.json');
    writeFileSync(file, text);
    return readNotifierConfig({ ...base, UBOT_PRICES_FILE: file, ...env }).money;
  };
  const prices = (list: unknown) => JSON.stringify({ currency: 'USD', prices: list });

  test('are read as the documentation shows them', () => {
    const [, example = ''] = /```json\n([^`]+)```/.exec(readFileSync('docs/costs.md', 'utf8')) ?? [];
    expect(withPrices(example, { UBOT_CAP_USER_DAY_MONEY: '2.50', UBOT_CAP_MONTH_MESSAGES: '9' })).toEqual({
      prices: JSON.parse(example),
      userCaps: { moneyPerDay: '2.50' },
      everybodysCaps: { messagesPerMonth: 9 },
    });
  });

  test.each([
    ['{', 'UBOT_PRICES_FILE names a file that is not valid JSON'],
    [JSON.stringify({ currency: 'usd', prices: [] }), 'at /currency'],
    [prices([{ kind: 'sms', perSegment: 0.01 }]), 'at /prices/0/perSegment'],
    [prices([{ kind: 'pigeon', perMessage: '1' }]), 'at /prices/0'],
    [prices([{ kind: 'sms' }]), 'at /prices/0: must have perMessage or perSegment'],
    [prices([{ kind: 'whatsapp', perSegment: '1' }]), 'at /prices/0: only SMS have segments'],
    [prices([{ kind: 'email', prefix: '+1', perMessage: '1' }]), 'at /prices/0: email does not go to numbers'],
    [
      prices([
        { kind: 'sms', prefix: '+1', perSegment: '1' },
        { kind: 'sms', prefix: '+1', perSegment: '2' },
      ]),
      'at /prices/1: has a price of sms +1 a second time',
    ],
  ])('%s is refused, naming the place', (text, sentence) => {
    expect(() => withPrices(text)).toThrow(sentence);
  });

  test('a cap on money needs prices', () => {
    expect(() => readNotifierConfig({ ...base, UBOT_CAP_MONTH_MONEY: '20' })).toThrow(
      'UBOT_CAP_MONTH_MONEY is set, but UBOT_PRICES_FILE',
    );
    expect(() => withPrices(prices([]), { UBOT_CAP_MONTH_MONEY: '20,5' })).toThrow('UBOT_CAP_MONTH_MONEY');
  });
});
