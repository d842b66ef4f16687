import { NO_MESSENGERS } from '@ubot/notify';
import { describe, expect, test } from 'vitest';
import { readNotifierConfig } from './config.ts';

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
      leaseMs: 60_000,
      graceMs: 20_000,
    });
  });

  test('takes what a compose file leaves empty as not set', () => {
    const empty = { ...base, TWILIO_ACCOUNT_SID: '', TWILIO_FROM: '', TWILIO_WHATSAPP_FROM: '' };
    expect(readNotifierConfig(empty).twilio).toBeNull();
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
  ])('with %j is refused with a sentence that names %s', (env, name) => {
    expect(() => readNotifierConfig({ ...base, ...env })).toThrow(name);
  });
});
