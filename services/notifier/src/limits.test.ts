import type { ChannelTarget } from '@ubot/contracts';
import { fakeClock } from '@ubot/testing';
import { describe, expect, test } from 'vitest';
import { createLimits, type RateRules } from './limits.ts';

const START_MS = 1_800_000_000_000;
const SMS: ChannelTarget = { kind: 'sms', to: '+14155550100' };
const CHAT: ChannelTarget = { kind: 'telegram', chatId: '42' };
const GROUP: ChannelTarget = { kind: 'telegram', chatId: '-42' };

function limitsWith(rules: Partial<RateRules>) {
  const clock = fakeClock(START_MS);
  const limits = createLimits({ rules: { senders: {}, targets: {}, ...rules }, nowMs: clock.nowMs });
  return { clock, limits };
}

describe('a sender', () => {
  test.each([
    { perSecond: 1, burst: 1, seconds: 60, most: 61 },
    { perSecond: 3, burst: 1, seconds: 60, most: 181 },
    { perSecond: 100, burst: 10, seconds: 10, most: 1_010 },
  ])('of $perSecond a second sends that many over $seconds s, and no more', ({ perSecond, burst, seconds, most }) => {
    const { clock, limits } = limitsWith({ senders: { sms: { perSecond, burst } } });
    let sent = 0;
    for (let ms = 0; ms <= seconds * 1_000; ms += 1) {
      while (limits.senderRoom('sms') >= 1) {
        limits.spend(SMS);
        sent += 1;
      }
      clock.advance(1);
    }
    expect(sent).toBeLessThanOrEqual(most);
    expect(sent).toBeGreaterThanOrEqual(perSecond * seconds);
  });

  test('has room for its burst after a rest, and says when it has room again to the millisecond', () => {
    const { clock, limits } = limitsWith({ senders: { sms: { perSecond: 2, burst: 3 } } });
    expect(limits.senderRoom('sms')).toBe(3);
    for (let i = 0; i < 3; i += 1) limits.spend(SMS);
    expect(limits.senderRoom('sms')).toBe(0);
    expect(limits.senderFreeAtMs('sms')).toBe(START_MS + 500);
    clock.advance(499);
    expect(limits.senderRoom('sms')).toBe(0);
    clock.advance(1);
    expect(limits.senderRoom('sms')).toBe(1);
  });

  test('without a rule has room for everything', () => {
    const { limits } = limitsWith({});
    limits.spend(SMS);
    expect(limits.senderRoom('sms')).toBe(Number.POSITIVE_INFINITY);
  });

  test('that the provider told to wait has no room until then', () => {
    const { clock, limits } = limitsWith({ senders: { sms: { perSecond: 100, burst: 10 } } });
    limits.pause(SMS, 5_000);
    clock.advance(4_999);
    expect(limits.senderRoom('sms')).toBe(0);
    clock.advance(1);
    expect(limits.senderRoom('sms')).toBe(1);
  });
});

describe('a target', () => {
  const chat = { telegram: { perSecond: 1, burst: 1 }, webhook: { perSecond: 50, burst: 50 } };

  test('gives each message that comes at once a time of its own, one second apart', () => {
    const { limits } = limitsWith({ targets: chat });
    expect(limits.waitFor(CHAT, false)).toBeNull();
    limits.spend(CHAT);
    const times = [1, 2, 3].map(() => limits.waitFor(CHAT, false));
    expect(times).toEqual([START_MS + 1_000, START_MS + 2_000, START_MS + 3_000]);
  });

  test('lets what has waited pass at its time, also when the one before went a little late, and new ones behind it', () => {
    const { clock, limits } = limitsWith({ targets: chat });
    limits.spend(CHAT);
    expect(limits.waitFor(CHAT, false)).toBe(START_MS + 1_000);
    expect(limits.waitFor(CHAT, false)).toBe(START_MS + 2_000);
    clock.advance(1_030);
    expect(limits.waitFor(CHAT, true)).toBeNull();
    limits.spend(CHAT);
    clock.advance(970);
    expect(limits.waitFor(CHAT, false)).toBe(START_MS + 3_000);
    expect(limits.waitFor(CHAT, true)).toBeNull();
  });

  test('does not make another one wait', () => {
    const { limits } = limitsWith({ targets: chat });
    limits.spend(CHAT);
    expect(limits.waitFor({ kind: 'telegram', chatId: '43' }, false)).toBeNull();
  });

  test('that is a group in Telegram gets 20 messages a minute', () => {
    const { limits } = limitsWith({ targets: chat });
    limits.spend(GROUP);
    expect(limits.waitFor(GROUP, false)).toBe(START_MS + 3_000);
  });

  test('is the host of a webhook: after a 429 nothing goes there, on whatever path, until it has rested', () => {
    const { clock, limits } = limitsWith({ targets: chat });
    limits.pause({ kind: 'webhook', url: 'https://one.example/a' }, 2_000);
    const other: ChannelTarget = { kind: 'webhook', url: 'https://one.example/b' };
    expect(limits.waitFor(other, false)).toBeGreaterThanOrEqual(START_MS + 2_000);
    expect(limits.waitFor({ kind: 'webhook', url: 'https://two.example/a' }, false)).toBeNull();
    clock.advance(2_100);
    expect(limits.waitFor(other, true)).toBeNull();
  });

  test('is forgotten once it has rested, however many there were', () => {
    const { clock, limits } = limitsWith({ targets: chat });
    for (let i = 0; i < 20_000; i += 1) {
      limits.spend({ kind: 'telegram', chatId: String(i) });
      clock.advance(1);
    }
    expect(limits.size()).toBeLessThan(6_000);
  });
});
