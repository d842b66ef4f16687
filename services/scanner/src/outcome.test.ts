import type { Notification } from '@ubot/contracts';
import { expect, test } from 'vitest';
import { outcomeOf } from './outcome.ts';

const ID = '01900000-0000-7000-8000-00000000000a';
const of = (changes: Partial<Notification>): Notification => ({
  id: ID,
  alertId: ID,
  channelId: ID,
  channelKind: 'sms',
  state: 'sent',
  attempts: 1,
  providerMessageId: null,
  errorCode: null,
  errorDetail: null,
  queuedAtMs: 0,
  sentAtMs: null,
  deliveredAtMs: null,
  digestId: null,
  sentAs: null,
  segments: null,
  price: null,
  currency: null,
  priceEstimated: null,
  ...changes,
});
const silenced = { state: 'not_sent', errorCode: 'silenced', errorDetail: 'Silenced until noon.' } as const;
const capped = { state: 'not_sent', errorCode: 'over_cap', errorDetail: 'Your cap is reached.' } as const;
const quiet = { state: 'queued', errorCode: 'quiet_hours', errorDetail: 'Quiet hours until seven.' } as const;

test.each<[string, Partial<Notification>[], string | null]>([
  ['an alert to no channel', [], null],
  ['one that was delivered', [{ state: 'delivered' }], null],
  ['one on its way', [{ state: 'queued' }, { state: 'sending' }], null],
  ['a silenced one', [silenced, silenced], 'Nothing of it was sent: Silenced until noon.'],
  [
    'one that was stopped by several things',
    [silenced, { ...capped, channelKind: 'ntfy' }],
    'Nothing of it was sent: sms: Silenced until noon. ntfy: Your cap is reached.',
  ],
  ['one that is held', [quiet], 'It waits: Quiet hours until seven.'],
  ['one that went out in part', [{ state: 'sent' }, capped], 'Not all of it went out: Your cap is reached.'],
  ['one that failed', [{ state: 'failed', errorCode: 'CHANNEL_GONE' }], 'Nothing of it was sent: CHANNEL_GONE'],
])('of %s', (_what, notifications, sentence) => {
  expect(outcomeOf(notifications.map(of))).toBe(sentence);
});
