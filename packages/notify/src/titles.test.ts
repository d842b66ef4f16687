import { createMessengerServer, createPushServer, PUSHOVER_TOKEN } from '@ubot/testing';
import { afterAll, expect, test } from 'vitest';
import { ALERT, sendRequest } from './alert.testing.ts';
import { letterOf } from './email/letter.ts';
import { createPushoverDriver } from './pushover/driver.ts';
import { alertMessage } from './shared/message.ts';
import { createWebPushDriver, makeWebPushKeys } from './web-push/driver.ts';

/** Titles are cut between what a reader sees as signs, wherever the limit falls within one of them. */
const FAMILY = '👩‍👩‍👧‍👦';
const KEYS = makeWebPushKeys();
const messengers = await createMessengerServer();
const push = await createPushServer();
const pushover = createPushoverDriver({ settings: { appToken: PUSHOVER_TOKEN, baseUrl: messengers.url } });
const webPush = createWebPushDriver({
  settings: { ...KEYS, subject: 'mailto:operator@ubot.example' },
  addresses: { allowPrivate: true, allowedRanges: [] },
});
afterAll(() => Promise.all([webPush.close(), messengers.close(), push.close()]));

const alertNamed = (strategyName: string) => ({ alert: { ...ALERT, strategyName } });
const WAYS: readonly [string, number, (strategyName: string) => Promise<string>][] = [
  [
    'of a mail',
    150,
    async (name) =>
      letterOf(alertMessage(sendRequest({ target: { kind: 'email', to: 'a@b.example' }, ...alertNamed(name) })), null)
        .subject,
  ],
  [
    'by Pushover',
    250,
    async (name) => {
      await pushover.send(sendRequest({ target: { kind: 'pushover', userKey: 'u'.repeat(30) }, ...alertNamed(name) }));
      return messengers.received().at(-1)?.title ?? '';
    },
  ],
  [
    'by Web Push',
    100,
    async (name) => {
      const target = { kind: 'web_push' as const, ...push.subscribe(KEYS.publicKey) };
      await webPush.send(sendRequest({ target, ...alertNamed(name) }));
      const { payload } = push.received().at(-1)!;
      return (payload as { title: string }).title;
    },
  ],
];

test.each(WAYS)('a title %s holds %i units at most, and nobody is cut in half', async (_name, most, titleFor) => {
  for (let at = 0; at < FAMILY.length; at += 1) {
    const start = `BTC: ${'x'.repeat(at)}`;
    const title = await titleFor(`${'x'.repeat(at)}${FAMILY.repeat(40)}`);
    const room = most - start.length - '...'.length;
    expect(title).toBe(`${start}${FAMILY.repeat(Math.floor(room / FAMILY.length))}...`);
    expect(title.length).toBeLessThanOrEqual(most);
  }
  const longest = 'x'.repeat(most - 'BTC: '.length);
  expect(await titleFor(longest)).toBe(`BTC: ${longest}`);
});
