import { SMTPServer, type SMTPServerOptions } from 'smtp-server';
import { afterEach, expect, test } from 'vitest';
import { ALERT, NOTIFICATION_ID, sendRequest, TEXT } from '../alert.testing.ts';
import { createEmailDriver } from './driver.ts';

const PASSWORD = 'a-secret-password';
const stops: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const stop of stops.splice(0)) await stop();
});

interface Received {
  to: string;
  raw: string;
}

/** A real mail server on loopback; `options` make it refuse. */
async function startSmtp(options: SMTPServerOptions = {}): Promise<{ url: string; received: Received[] }> {
  const received: Received[] = [];
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS'],
    onAuth: (given, _session, done) =>
      given.password === PASSWORD ? done(null, { user: 'ubot' }) : done(new Error('wrong password')),
    onData(stream, session, done) {
      const chunks: Buffer[] = [];
      stream.on('data', (chunk: Buffer) => chunks.push(chunk));
      stream.on('end', () => {
        received.push({ to: session.envelope.rcptTo[0]?.address ?? '', raw: Buffer.concat(chunks).toString('utf8') });
        done();
      });
    },
    ...options,
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  stops.push(() => new Promise<void>((resolve) => server.close(resolve)));
  return { url: `127.0.0.1:${(server.server.address() as { port: number }).port}`, received };
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

/** A header, and a part of the body decoded from quoted-printable. */
const header = (raw: string, name: string) => new RegExp(`^${name}: (.*(?:\\r\\n[ \\t].*)*)`, 'mi').exec(raw)?.[1];
const decoded = (raw: string) =>
  Buffer.from(
    raw
      .replaceAll('=\r\n', '')
      .replaceAll(/=([0-9A-F]{2})/g, (_all, hex: string) => String.fromCharCode(Number.parseInt(hex, 16))),
    'latin1',
  ).toString('utf8');

/** A mail's parts in their order, each as `type: decoded text`, containers as their type alone. */
function parts(raw: string): string[] {
  const [head = '', ...rest] = raw.split('\r\n\r\n');
  const body = rest.join('\r\n\r\n');
  const type = header(`${head}\r\n`, 'content-type')?.replaceAll(/\s+/g, ' ') ?? '';
  const boundary = /boundary="?([^";]+)/.exec(type)?.[1];
  const name = type.split(';')[0]!;
  if (boundary !== undefined) {
    const inner = body.split(`--${boundary}`).slice(1, -1);
    return [name, ...inner.flatMap((part) => parts(part.replace(/^\r\n/, '').replace(/\r\n$/, '')))];
  }
  const encoding = header(`${head}\r\n`, 'content-transfer-encoding');
  const id = header(`${head}\r\n`, 'content-id');
  const text =
    encoding === 'base64' ? Buffer.from(body, 'base64').toString('utf8') : encoding === '7bit' ? body : decoded(body);
  return [`${name}${id === undefined ? '' : ` ${id}`}: ${text.replaceAll('\r\n', '\n').trimEnd()}`];
}

const PICTURE = { png: Buffer.from('a picture'), alt: 'Bitcoin "1h" <candles>', url: null };

test('is the whole text and an HTML that says the same, with its picture inside, a link and a way to switch it off', async () => {
  const smtp = await startSmtp();
  const text = `${TEXT} <script>alert('1')</script> & 比特币\nsecond line`;
  const link = 'https://ubot.example/alerts/1';
  const outcome = await driverAt(`smtp://ubot:${PASSWORD}@${smtp.url}`).send(mail({ text, link, picture: PICTURE }));
  expect(outcome).toEqual({
    kind: 'accepted',
    providerMessageId: `<${NOTIFICATION_ID}@ubot.example>`,
    providerStatus: 'sent',
  });
  const [{ to, raw }] = smtp.received as [Received];
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
  const smtp = await startSmtp();
  const driver = createEmailDriver({
    settings: { smtpUrl: `smtp://${smtp.url}`, from: 'alerts@ubot.example', publicUrl: null },
    timeoutMs: 500,
  });
  stops.unshift(() => driver.close());
  await driver.send(mail());
  const [{ raw }] = smtp.received as [Received];
  expect(header(raw, 'list-unsubscribe')).toBeUndefined();
  const [container, plain, html, ...more] = parts(raw);
  expect([container, plain, more]).toEqual(['multipart/alternative', `text/plain: ${TEXT}`, []]);
  expect(html).toMatch(/<\/h1><p>.*Ref K7QX2M<\/p><\/main><\/body><\/html>$/);
});

test('a name with line breaks writes no header of its own, and an address with a comma has no second reader', async () => {
  const smtp = await startSmtp();
  const alert = { ...ALERT, strategyName: 'Dip\r\nBcc: eve@example.org' };
  await driverAt(`smtp://${smtp.url}`).send(mail({ alert }));
  const [{ raw }] = smtp.received as [Received];
  expect(header(raw, 'bcc')).toBeUndefined();
  expect(header(raw, 'subject')).toBe('BTC: Dip Bcc: eve@example.org');
});

test.each<[string, SMTPServerOptions, object]>([
  [
    'an address that does not exist',
    { onRcptTo: (_address, _session, done) => done(Object.assign(new Error('no such user'), { responseCode: 550 })) },
    { kind: 'refused', lasting: 'unreachable', failure: { code: 'CHANNEL_REFUSED' } },
  ],
  [
    'a mailbox that is busy',
    { onRcptTo: (_address, _session, done) => done(Object.assign(new Error('try later'), { responseCode: 450 })) },
    { kind: 'retry', failure: { code: 'CHANNEL_UNREACHABLE' } },
  ],
  [
    'silence after the text was handed over',
    { onData: (stream) => void stream.resume() },
    { kind: 'unknown', failure: { code: 'CHANNEL_OUTCOME_UNKNOWN' } },
  ],
])('%s ends the send so', async (_name, options, expected) => {
  const smtp = await startSmtp(options);
  expect(await driverAt(`smtp://${smtp.url}`).send(mail())).toMatchObject(expected);
});

test('wrong credentials wait for the operator, and stay out of what is said', async () => {
  const smtp = await startSmtp();
  const outcome = await driverAt(`smtp://ubot:another-secret@${smtp.url}`).send(mail());
  expect(outcome).toMatchObject({ kind: 'retry', failure: { code: 'CHANNEL_NOT_CONFIGURED', retryAfterMs: 300_000 } });
  expect(JSON.stringify(outcome)).not.toContain('another-secret');
});

test('a server that cannot be reached has taken nothing', async () => {
  expect(await driverAt('smtp://127.0.0.1:1').send(mail())).toMatchObject({
    kind: 'retry',
    failure: { code: 'CHANNEL_UNREACHABLE' },
  });
});
