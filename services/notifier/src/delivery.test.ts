import { describe, expect, test } from 'vitest';
import { judgeDelivery } from './delivery.ts';

type Judged = Parameters<typeof judgeDelivery>[0];
const fresh: Judged = { state: 'sending', providerMessageId: null, providerStatus: null, earlierMessageIds: [] };
const sent: Judged = { ...fresh, state: 'sent', providerMessageId: 'SM1', providerStatus: 'queued' };
const word = (status: string, errorCode: number | null = null) => ({ messageSid: 'SM1', status, errorCode });

/** Where a list of words, one after the other, brings a notification. */
function follow(start: Judged, statuses: readonly string[]): string {
  let current = start;
  for (const status of statuses) {
    const judged = judgeDelivery(current, word(status));
    if (judged.change) {
      current = { ...current, state: judged.state, providerMessageId: 'SM1', providerStatus: status };
    }
  }
  return current.state;
}

function orders(of: readonly string[]): string[][] {
  if (of.length <= 1) return [[...of]];
  return of.flatMap((first, index) => orders(of.toSpliced(index, 1)).map((rest) => [first, ...rest]));
}

describe('words about a message', () => {
  test.each([fresh, sent, { ...fresh, state: 'unknown' } as const, { ...fresh, state: 'queued' } as const])(
    'in any order, once or twice, end delivered from %o',
    (start) => {
      for (const order of orders(['queued', 'sending', 'sent', 'delivered'])) {
        expect([order, follow(start, order)]).toEqual([order, 'delivered']);
        expect([order, follow(start, [...order, ...order])]).toEqual([order, 'delivered']);
      }
    },
  );

  test('in any order end failed when it was not delivered', () => {
    for (const order of orders(['queued', 'sent', 'undelivered'])) expect(follow(sent, order)).toBe('failed');
  });

  test('a delivery outweighs a failure, and reading a delivery', () => {
    expect(follow(sent, ['undelivered', 'delivered'])).toBe('delivered');
    expect(follow(sent, ['delivered', 'undelivered'])).toBe('delivered');
    expect(follow(sent, ['read', 'delivered', 'sent'])).toBe('delivered');
  });

  test('a failure names the code', () => {
    expect(judgeDelivery(sent, word('undelivered', 30_003))).toEqual({
      change: true,
      state: 'failed',
      error: {
        code: 'CHANNEL_REFUSED',
        detail: 'Twilio reports the message as undelivered, error 30003. The phone is switched off or out of reach.',
      },
    });
    const detail = 'Twilio reports the message as failed, error 12345.';
    expect(judgeDelivery(sent, word('failed', 12_345))).toMatchObject({ error: { code: 'CHANNEL_REFUSED', detail } });
  });

  test.each([
    ['undelivered', 'failed'],
    ['delivered', 'delivered'],
  ])('%s, where the answer to the send has named it already, ends it all the same, once', (status, state) => {
    const named: Judged = { ...sent, providerStatus: status };
    expect(judgeDelivery(named, word(status))).toMatchObject({ change: true, state });
    const ended: Judged = { ...named, state: state as Judged['state'] };
    expect(judgeDelivery(ended, word(status))).toEqual({ change: false, reason: 'repeated' });
  });

  test('a message that outlived its validity has expired', () => {
    expect(judgeDelivery(sent, word('undelivered', 30_036))).toEqual({
      change: true,
      state: 'failed',
      error: {
        code: 'expired',
        detail: 'Twilio reports the message as undelivered, error 30036. It was too old before it could be delivered.',
      },
    });
  });

  test.each([
    [sent, { messageSid: 'SM2', status: 'failed', errorCode: null }, 'another_message'],
    [sent, word('receiving'), 'not_a_status'],
    [{ ...sent, providerStatus: 'sent' }, word('sent'), 'repeated'],
    [{ ...sent, providerStatus: 'sent' }, word('queued'), 'older'],
    [{ ...fresh, state: 'not_sent' } as const, word('sent'), 'older'],
  ])('from %o, %o changes nothing', (current, said, reason) => {
    expect(judgeDelivery(current, said)).toEqual({ change: false, reason });
  });
});
