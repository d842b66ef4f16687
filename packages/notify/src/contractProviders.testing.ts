import type { ChannelTarget } from '@ubot/contracts';
import {
  createMessengerServer,
  createPushServer,
  createTwilioServer,
  createWebhookReceiver,
  type Messaged,
  type MessengerFault,
  type PushFault,
  type TwilioBehaviour,
  type WebhookBehaviour,
} from '@ubot/testing';
import { asMailReader } from './contractReaders.testing.ts';
import type { ChannelDriversConfig } from './createChannelDrivers.ts';
import { SMTP_PASSWORD, startSmtp, type SmtpTrouble } from './email/smtp.testing.ts';
import { NO_MESSENGERS } from './messengers.ts';
import { makeWebPushKeys } from './web-push/driver.ts';

/** What a provider can do to a message instead of taking it. `quoting`: it refuses it with the secrets in its words. */
export type Trouble = 'gone' | 'invalid' | 'limited' | 'quoting' | 'cut' | 'hang';

export interface LocalProvider {
  readonly origin: string;
  /** What must never be told of a send. */
  readonly secrets: readonly string[];
  /** As their readers see them; throws where a text was read as markup. */
  texts(): readonly string[];
  /** Messages that it holds, also those that it did not answer. */
  count(): number;
  /** The next send ends so. */
  script(trouble: Trouble): void;
  target(origin: string): ChannelTarget;
  /** What sends to it, or to another address that takes nothing. */
  config(origin: string): Partial<ChannelDriversConfig>;
  close(): Promise<void>;
}

type Start = () => Promise<LocalProvider>;
export const quoted = (secrets: readonly string[]): string => `no: ${secrets.join(' ')}`;

export function messenger(
  given: Pick<LocalProvider, 'target' | 'config' | 'secrets'> & {
    read: (message: Messaged) => string;
    troubles: Record<Exclude<Trouble, 'cut' | 'hang'>, MessengerFault>;
  },
): Start {
  return async () => {
    const { url: origin, received, script, close } = await createMessengerServer();
    return {
      ...given,
      origin,
      texts: () => received().map((message) => given.read(message)),
      count: () => received().length,
      script: (trouble) => script(trouble === 'cut' || trouble === 'hang' ? trouble : given.troubles[trouble]),
      close,
    };
  };
}
export const messengers = (changes: Partial<ChannelDriversConfig['messengers']>) => ({
  messengers: { ...NO_MESSENGERS, ...changes },
});

const FROM = '+15005550006';
const SENDERS = { from: FROM, whatsAppFrom: FROM, voiceFrom: FROM, messagingServiceSid: null };
const TO = '+14155550100';

const TWILIO_TROUBLES: Record<Exclude<Trouble, 'quoting'>, TwilioBehaviour> = {
  gone: { answer: { code: 21_211 } },
  invalid: { answer: { code: 21_617 } },
  limited: { answer: { code: 20_429, retryAfterS: 7 } },
  cut: { accept: true, answer: 'cut' },
  hang: { accept: true, answer: 'hang' },
};

export function twilio(kind: 'sms' | 'whatsapp' | 'voice', whatsAppContentSid: string | null = null): Start {
  return async () => {
    const server = await createTwilioServer({ callbacks: [] });
    const { accountSid, authToken } = server;
    const secrets = [accountSid, authToken];
    const quoting = { answer: { code: 20_404, path: quoted(secrets) } };
    const messages = (): string[] =>
      server.messages().map(({ body, contentVariables: filled }) => (filled === null ? body : variableOf(filled)));
    const texts = kind === 'voice' ? () => server.calls().map(({ spoken }) => spoken[0] ?? '') : messages;
    return {
      origin: server.url,
      secrets,
      texts,
      count: () => texts().length,
      script: (trouble) => server.script(trouble === 'quoting' ? quoting : TWILIO_TROUBLES[trouble]),
      target: () => ({ kind, to: TO }),
      config: (baseUrl) => ({ twilio: { ...SENDERS, accountSid, authToken, baseUrl, whatsAppContentSid } }),
      close: server.close,
    };
  };
}
const variableOf = (filled: string): string => (JSON.parse(filled) as Record<string, string>)['1'] ?? '';

export async function startMailServer(): Promise<LocalProvider> {
  const server = await startSmtp();
  const secrets = [SMTP_PASSWORD];
  const troubles: Record<Trouble, SmtpTrouble> = {
    gone: { at: 'RCPT', code: 550, words: 'no such user' },
    invalid: { at: 'DATA', code: 554, words: 'no' },
    limited: { at: 'RCPT', code: 450, words: 'try later' },
    quoting: { at: 'DATA', code: 554, words: quoted(secrets) },
    cut: 'cut',
    hang: 'hang',
  };
  return {
    origin: `http://${server.address}`,
    secrets,
    texts: () => server.received().map(({ raw }) => asMailReader(raw)),
    count: () => server.received().length,
    script: (trouble) => server.script(troubles[trouble]),
    target: () => ({ kind: 'email', to: 'ada@example.org' }),
    config: (origin) => {
      const smtpUrl = origin.replace('http://', `smtp://ubot:${SMTP_PASSWORD}@`);
      return messengers({ email: { smtpUrl, from: 'uBot <alerts@ubot.example>', publicUrl: null } });
    },
    close: server.close,
  };
}

export async function startWebhook(): Promise<LocalProvider> {
  const receiver = await createWebhookReceiver();
  const secrets = ['secret-path', 'secretOfAQuery'];
  const troubles: Record<Trouble, WebhookBehaviour> = {
    gone: { status: 410 },
    invalid: { status: 400 },
    limited: { status: 429, headers: { 'retry-after': '7' } },
    quoting: { status: 400, echo: quoted(secrets) },
    cut: { answer: 'cut' },
    hang: { answer: 'hang' },
  };
  return {
    origin: receiver.url,
    secrets,
    texts: () => receiver.received().map(({ body }) => (JSON.parse(body) as { text: string }).text),
    count: () => receiver.received().length,
    script: (trouble) => receiver.script(troubles[trouble]),
    target: (origin) => ({ kind: 'webhook', url: `${origin}/${secrets[0]}?token=${secrets[1]}` }),
    config: () => ({}),
    close: receiver.close,
  };
}

const PUSH_KEYS = makeWebPushKeys();
export async function startPushService(): Promise<LocalProvider> {
  const server = await createPushServer();
  const browser = server.subscribe(PUSH_KEYS.publicKey);
  const path = new URL(browser.endpoint).pathname;
  const secrets = [PUSH_KEYS.privateKey, browser.keys.auth, browser.keys.p256dh, path];
  const troubles: Record<Trouble, PushFault> = {
    gone: { status: 410 },
    invalid: { status: 400 },
    limited: { status: 429, headers: { 'retry-after': '7' } },
    quoting: { status: 400, headers: { 'x-error': quoted(secrets) } },
    cut: 'cut',
    hang: 'hang',
  };
  return {
    origin: server.url,
    secrets,
    texts: () => server.received().map(({ payload }) => (payload as { body: string }).body),
    count: () => server.received().length,
    script: (trouble) => server.script(troubles[trouble]),
    target: (origin) => ({ kind: 'web_push', endpoint: origin + path, keys: browser.keys }),
    config: () => ({ webPush: { ...PUSH_KEYS, subject: 'mailto:operator@ubot.example' } }),
    close: server.close,
  };
}

/** Its reader is who reads the service's log; nothing can go wrong with it. */
export async function startLog(): Promise<LocalProvider> {
  const texts: string[] = [];
  return {
    origin: '',
    secrets: [],
    texts: () => texts,
    count: () => texts.length,
    script: () => {},
    target: () => ({ kind: 'log' }),
    config: () => ({ log: (fields) => void texts.push(String(fields['text'])) }),
    close: async () => {},
  };
}
