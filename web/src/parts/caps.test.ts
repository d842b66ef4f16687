import { expect, test } from 'vitest';
import { capMistakes, readCaps, writtenCaps } from './caps.ts';

const NONE = writtenCaps(null);

test('what is not written is not capped, and nothing is sent for it', () => {
  expect(readCaps(NONE)).toEqual({ caps: {}, mistakes: {} });
});

test('caps are written as they are stored, and back', () => {
  const caps = { messagesPerDay: 0, messagesPerMonth: 1_000, moneyPerDay: '2.50', moneyPerMonth: '20' };
  expect(readCaps(writtenCaps(caps))).toEqual({ caps, mistakes: {} });
});

test('an amount may have a comma and spaces around it', () => {
  expect(readCaps({ ...NONE, moneyPerDay: ' 2,50 ' }).caps).toEqual({ moneyPerDay: '2.50' });
});

test.each(['-1', '1.5', 'many', '1e3'])('%s is no count of messages', (messagesPerDay) => {
  expect(readCaps({ ...NONE, messagesPerDay })).toEqual({ caps: {}, mistakes: { messagesPerDay: 'costs.wrongCount' } });
});

test.each(['-1', '2.', '.5', '1.1234567', '$2', '1,000.50'])('%s is no amount', (moneyPerMonth) => {
  expect(readCaps({ ...NONE, moneyPerMonth })).toEqual({ caps: {}, mistakes: { moneyPerMonth: 'costs.wrongAmount' } });
});

test('what the API says of a cap goes to its field; what it says of others does not', () => {
  const errors = [
    { path: '/caps/messagesPerDay', message: 'must be <= 10000000' },
    { path: '/caps', message: 'must be null' },
    { path: '/timeZone', message: 'is not one' },
    'something else',
  ];
  expect(capMistakes(errors, '/caps')).toEqual({ messagesPerDay: 'must be <= 10000000' });
});
