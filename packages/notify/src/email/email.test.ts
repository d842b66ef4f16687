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

test('is the whole text and an HTML that says the same, with a link home', async () => {
  const smtp = await startSmtp();
  const text = `${TEXT} <script>alert(1)</script> & 比特币`;
  const outcome = await driverAt(`smtp://ubot:${PASSWORD}@${smtp.url}`).send(mail({ text }));
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
  const base64 = [...raw.matchAll(/base64\r\n\r\n([A-Za-z0-9+/=\r\n]+)/g)].map(([, part]) =>
    Buffer.from(part!, 'base64').toString('utf8'),
  );
  const body = decoded(raw) + base64.join('\n');
  expect(body).toContain(text);
  expect(body).toContain('&lt;script&gt;alert(1)&lt;/script&gt; &amp; 比特币');
  expect(body).toContain('https://ubot.example/');
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
    { kind: 'refused', failure: { code: 'CHANNEL_REFUSED' } },
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
