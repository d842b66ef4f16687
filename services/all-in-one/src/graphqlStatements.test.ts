import { afterAll, beforeAll, expect, test } from 'vitest';
import { startCountedUbot, type CountedUbot } from './countedUbot.testing.ts';

let ubot: CountedUbot;
beforeAll(async () => {
  ubot = await startCountedUbot();
}, 120_000);
afterAll(() => ubot.close());

/** What stands in brackets is part of a statement, and no statement of its own. */
function withoutBrackets(text: string): string {
  const shorter = text.replaceAll(/\([^()]*\)/g, '');
  return shorter === text ? text : withoutBrackets(shorter);
}
const tableIn = (text: string): string | undefined =>
  /\bfrom "?(account|alert|market)"?\."?(\w+)/i.exec(text)?.slice(1).join('.');
/** Whatever the values: the shape of a statement is what it does. */
const tablesOf = (statements: readonly string[]): string[] =>
  statements.map((text) => tableIn(withoutBrackets(text)) ?? tableIn(text) ?? text).toSorted();

test('a query of lists below lists takes as many statements for 100 rows as for 10 and for 1', async () => {
  const one = await ubot.ask(1);
  const ten = await ubot.ask(10);
  const hundred = await ubot.ask(100);
  expect([one, ten, hundred].map(({ lengths }) => lengths)).toEqual([
    [1, 1, 1],
    [10, 10, 10],
    [100, 100, 100],
  ]);
  // Two lists of alerts with their notifications; strategies as a list and by id; everything else once.
  const wanted = [
    'account.channels',
    'account.strategies',
    'account.strategies',
    'account.watchlists',
    'alert.alerts',
    'alert.alerts',
    'alert.notifications',
    'alert.notifications',
    'market.coins',
  ];
  for (const { statements } of [one, ten, hundred]) expect(tablesOf(statements)).toEqual(wanted);
});
