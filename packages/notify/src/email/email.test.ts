import { afterEach, expect, test } from 'vitest';
import { ALERT, NOTIFICATION_ID, sendRequest, TEXT } from '../alert.testing.ts';
import { createEmailDriver } from './driver.ts';
import { header, parts, SMTP_PASSWORD, startSmtp, type ReceivedMail, type SmtpServer } from './smtp.testing.ts';

const stops: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const stop of stops.splice(0)) await stop();
});

async function smtpServer(): Promise<SmtpServer> {
  const server = await startSmtp();
  stops.push(() => server.close());
  return server;
}

const driverAt = (smtpUrl: string) => {
  const driver = createEmailDriver({
    settings: { smtpUrl, from: 'uBot <alerts@ubot.example>', publicUrl: 'https://ubot.example' },
    timeoutMs: 500,
  });
  stops.unshift(() => driver.close());
  return driver;
};
const mail = (changes: Parameters<typeof sendRequest>[0] = {}) =>
  sendRequest({ target: { kind: 'email', to: 'ada@example.org' }, ...changes });

const PICTURE = { png: Buffer.from('a picture'), alt: 'Bitcoin "1h" <candles>', url: null };

test('is the whole text and an HTML that says the same, with its picture inside, a link and a way to switch it off', async () => {
  const smtp = await smtpServer();
  const text = `${TEXT} <script>alert('1')</script> & 比特币\nsecond line`;
  const link = 'https://ubot.example/alerts/1';
  const outcome = await driverAt(`smtp://ubot:${SMTP_PASSWORD}@${smtp.address}`).send(
    mail({ text, link, picture: PICTURE }),
  );
  expect(outcome).toEqual({
    kind: 'accepted',
    providerMessageId: `<${NOTIFICATION_ID}@ubot.example>`,
    providerStatus: 'sent',
  });
  const [{ to, raw }] = smtp.received() as [ReceivedMail];
  expect(to).toBe('ada@example.org');
  expect(header(raw, 'from')).toBe('uBot <alerts@ubot.example>');
  expect(header(raw, 'subject')).toBe(`${ALERT.coin.symbol}: ${ALERT.strategyName}`);
  expect(header(raw, 'message-id')).toBe(`<${NOTIFICATION_ID}@ubot.example>`);
  expect(header(raw, 'auto-submitted')).toBe('auto-generated');
  expect(header(raw, 'list-unsubscribe')).toBe('<https://ubot.example/channels>');
  const found = parts(raw);
  const html = found.find((part) => part.startsWith('text/html'))!;
  expect(found.filter((part) => part !== html)).toEqual([
    'multipart/alternative',
    `text/plain: ${text}\n\nOpen the alert: ${link}\n\nChange or switch off this channel: https://ubot.example/channels`,
    'multipart/related',
    'image/png <chart@ubot>: a picture',
  ]);
  expect(html.slice(html.indexOf('<body>'))).toBe(
    '<body><main><h1>BTC: Dip</h1>' +
      '<p>Bitcoin (BTC) 35000 USD: close = 35000 &lt; 36000. Ref K7QX2M &lt;script&gt;alert(&#39;1&#39;)&lt;/script&gt; ' +
      '&amp; 比特币<br>second line</p>' +
      '<img src="cid:chart@ubot" width="552" alt="Bitcoin &quot;1h&quot; &lt;candles&gt;">' +
      `<p><a class="open" href="${link}">Open the alert</a></p></main>` +
      '<footer><p>One of your strategies on uBot sent this. ' +
      '<a href="https://ubot.example/channels">Change or switch off this channel</a>.</p></footer></body></html>',
  );
  expect(html).toContain('<html lang="en">');
  expect(html).toContain('prefers-color-scheme:dark');
});

test('without a picture, a link or a public address is text and HTML, and nothing else', async () => {
  const smtp = await smtpServer();
  const driver = createEmailDriver({
    settings: { smtpUrl: `smtp://${smtp.address}`, from: 'alerts@ubot.example', publicUrl: null },
    timeoutMs: 500,
  });
  stops.unshift(() => driver.close());
  await driver.send(mail());
  const [{ raw }] = smtp.received() as [ReceivedMail];
  expect(header(raw, 'list-unsubscribe')).toBeUndefined();
  const [container, plain, html, ...more] = parts(raw);
  expect([container, plain, more]).toEqual(['multipart/alternative', `text/plain: ${TEXT}`, []]);
  expect(html).toMatch(/<\/h1><p>.*Ref K7QX2M<\/p><\/main><\/body><\/html>$/);
});

test('a name with line breaks writes no header of its own, and an address with a comma has no second reader', async () => {
  const smtp = await smtpServer();
  const alert = { ...ALERT, strategyName: 'Dip\r\nBcc: eve@example.org' };
  await driverAt(`smtp://${smtp.address}`).send(mail({ alert }));
  const [{ raw }] = smtp.received() as [ReceivedMail];
  expect(header(raw, 'bcc')).toBeUndefined();
  expect(header(raw, 'subject')).toBe('BTC: Dip Bcc: eve@example.org');
});

test('wrong credentials wait for the operator, and stay out of what is said', async () => {
  const smtp = await smtpServer();
  const outcome = await driverAt(`smtp://ubot:another-secret@${smtp.address}`).send(mail());
  expect(outcome).toMatchObject({ kind: 'retry', failure: { code: 'CHANNEL_NOT_CONFIGURED', retryAfterMs: 300_000 } });
  expect(JSON.stringify(outcome)).not.toContain('another-secret');
});
