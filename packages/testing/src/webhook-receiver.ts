import { createHmac, timingSafeEqual } from 'node:crypto';
import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface ReceivedWebhook {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
  /** The signature fits the body, the timestamp and the secret; null without a secret to check with. */
  readonly verified: boolean | null;
}

/** What the receiver answers to one request; 200 by default. */
export interface WebhookBehaviour {
  readonly status?: number;
  readonly answer?: 'hang' | 'cut';
  readonly headers?: Readonly<Record<string, string>>;
  /** So many bytes of answer. */
  readonly bytes?: number;
  readonly delayMs?: number;
  /** What is sent back to a challenge; by default the challenge. */
  readonly echo?: string;
}

export interface WebhookReceiver {
  readonly url: string;
  readonly port: number;
  received(): readonly ReceivedWebhook[];
  /** The next requests are answered so, one after the other; then 200 again. */
  script(...behaviours: WebhookBehaviour[]): void;
  setDefault(behaviour: WebhookBehaviour): void;
  close(): Promise<void>;
}

/** A receiver of uBot's webhooks, written from their documentation alone: it checks `X-Ubot-Signature` by itself. */
export async function createWebhookReceiver(
  options: { secret?: string; host?: string } = {},
): Promise<WebhookReceiver> {
  const received: ReceivedWebhook[] = [];
  const scripted: WebhookBehaviour[] = [];
  let byDefault: WebhookBehaviour = {};
  const host = options.host ?? '127.0.0.1';

  const handle = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const chunks: Buffer[] = [];
    for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
    const body = Buffer.concat(chunks).toString('utf8');
    received.push({
      method: request.method ?? '',
      path: request.url ?? '',
      headers: request.headers,
      body,
      verified: options.secret === undefined ? null : isSigned(request.headers, body, options.secret),
    });
    const behaviour = scripted.shift() ?? byDefault;
    if (behaviour.delayMs !== undefined) {
      await new Promise((resolve) => {
        setTimeout(resolve, behaviour.delayMs);
      });
    }
    if (behaviour.answer === 'hang') return;
    if (behaviour.answer === 'cut') return void response.destroy();
    const echo = behaviour.echo ?? echoOf(body);
    response.writeHead(behaviour.status ?? 200, behaviour.headers).end(echo ?? 'x'.repeat(behaviour.bytes ?? 0));
  };

  const server = createServer((request, response) => {
    void handle(request, response).catch(() => response.destroy());
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, host, resolve);
  });
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://${host.includes(':') ? `[${host}]` : host}:${port}`,
    port,
    received: () => received,
    script: (...behaviours) => void scripted.push(...behaviours),
    setDefault(behaviour) {
      byDefault = behaviour;
    },
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => {
        server.close(resolve);
      });
    },
  };
}

/** A receiver shows that it is its user's by sending a challenge back. */
function echoOf(body: string): string | null {
  if (!body.includes('"verification"')) return null;
  const { type, challenge } = JSON.parse(body) as { type?: string; challenge?: string };
  return type === 'verification' ? JSON.stringify({ challenge }) : null;
}

function isSigned(headers: IncomingHttpHeaders, body: string, secret: string): boolean {
  const timestamp = String(headers['x-ubot-timestamp']);
  const expected = Buffer.from(`v1=${createHmac('sha256', secret).update(`${timestamp}.${body}`).digest('hex')}`);
  const given = Buffer.from(String(headers['x-ubot-signature']));
  return given.length === expected.length && timingSafeEqual(given, expected);
}
