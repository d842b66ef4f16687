import { createDecipheriv, createECDH, createHmac, createPublicKey, randomBytes, verify } from 'node:crypto';
import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';

/** A message as a browser's push service and then the browser understood it. */
export interface Pushed {
  readonly subscription: string;
  readonly ttlS: number;
  readonly topic: string | null;
  readonly urgency: string | null;
  /** Decrypted with the browser's own keys. */
  readonly payload: unknown;
  readonly encryptedBytes: number;
  /** The claims of the sender's token, whose signature was checked. */
  readonly vapid: { readonly aud: string; readonly sub: string; readonly exp: number };
}

export interface Subscription {
  readonly endpoint: string;
  readonly keys: { readonly p256dh: string; readonly auth: string };
}

export interface PushServer {
  readonly url: string;
  /** A browser subscribes with the sender's public key; only messages signed with it are taken. */
  subscribe(applicationServerKey: string): Subscription;
  /** The browser unsubscribes: its endpoint is gone. */
  unsubscribe(subscription: Subscription): void;
  received(): readonly Pushed[];
  /** The next requests end so instead, one after the other. */
  script(...faults: PushFault[]): void;
  close(): Promise<void>;
}
export type PushFault =
  { readonly status: number; readonly headers?: Readonly<Record<string, string>> } | 'hang' | 'cut';

interface Browser {
  readonly id: string;
  readonly ecdh: ReturnType<typeof createECDH>;
  readonly auth: Buffer;
  readonly senderKey: Buffer;
}

const MOST_BYTES = 4_096;

/**
 * A push service (RFC 8030) and the browsers behind it: checks the sender (RFC 8292), decrypts (RFC 8291, RFC 8188). With
 * `tls` (PEM) it answers by https, as the endpoints that users may name do.
 */
export async function createPushServer(tls?: { readonly key: string; readonly cert: string }): Promise<PushServer> {
  const browsers = new Map<string, Browser>();
  const received: Pushed[] = [];
  const faults: PushFault[] = [];
  const listener = (request: IncomingMessage, response: ServerResponse): void => {
    const handle = async (): Promise<void> => {
      const chunks: Buffer[] = [];
      for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
      const fault = faults.shift();
      if (fault === 'hang') return;
      if (fault === 'cut') return void response.destroy();
      if (fault !== undefined) return void response.writeHead(fault.status, fault.headers ?? {}).end();
      const browser = browsers.get(request.url ?? '');
      if (browser === undefined) return void response.writeHead(410).end();
      const status = take(browser, { headers: request.headers, body: Buffer.concat(chunks), origin, received });
      response.writeHead(status, status === 201 ? { location: `${origin}/message/1` } : {}).end();
    };
    void handle().catch(() => response.writeHead(400).end());
  };
  const server = tls === undefined ? createServer(listener) : createTlsServer(tls, listener);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const origin = `${tls === undefined ? 'http' : 'https'}://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    url: origin,
    subscribe(applicationServerKey) {
      const ecdh = createECDH('prime256v1');
      const p256dh = ecdh.generateKeys();
      const auth = randomBytes(16);
      const id = `/push/${randomBytes(16).toString('base64url')}`;
      browsers.set(id, { id, ecdh, auth, senderKey: Buffer.from(applicationServerKey, 'base64url') });
      const keys = { p256dh: p256dh.toString('base64url'), auth: auth.toString('base64url') };
      return { endpoint: origin + id, keys };
    },
    unsubscribe: ({ endpoint }) => void browsers.delete(new URL(endpoint).pathname),
    received: () => received,
    script: (...next) => void faults.push(...next),
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function take(
  browser: Browser,
  given: { headers: IncomingHttpHeaders; body: Buffer; origin: string; received: Pushed[] },
): number {
  const { headers, body, origin, received } = given;
  if (body.length > MOST_BYTES) return 413;
  const vapid = senderOf(String(headers.authorization ?? ''), browser.senderKey);
  if (vapid === null || vapid.aud !== origin) return 403;
  if (!/^\d+$/.test(String(headers['ttl'])) || headers['content-encoding'] !== 'aes128gcm') return 400;
  const textOf = (name: string): string | null => (headers[name] === undefined ? null : String(headers[name]));
  received.push({
    subscription: origin + browser.id,
    ttlS: Number(headers['ttl']),
    topic: textOf('topic'),
    urgency: textOf('urgency'),
    payload: JSON.parse(decrypt(browser, body).toString('utf8')),
    encryptedBytes: body.length,
    vapid,
  });
  return 201;
}

/** `vapid t=TOKEN, k=KEY`: the token has to be signed with the key that the browser subscribed with. */
function senderOf(authorization: string, senderKey: Buffer): Pushed['vapid'] | null {
  const [, token = '', key = ''] = /^vapid t=([\w.-]+), ?k=([\w-]+)$/.exec(authorization) ?? [];
  if (!Buffer.from(key, 'base64url').equals(senderKey)) return null;
  const [head = '', claims = '', signature = ''] = token.split('.');
  const jwk = {
    kty: 'EC',
    crv: 'P-256',
    x: senderKey.subarray(1, 33).toString('base64url'),
    y: senderKey.subarray(33).toString('base64url'),
  };
  const isSigned = verify(
    'sha256',
    Buffer.from(`${head}.${claims}`),
    { key: createPublicKey({ key: jwk, format: 'jwk' }), dsaEncoding: 'ieee-p1363' },
    Buffer.from(signature, 'base64url'),
  );
  if (!isSigned) return null;
  const said = JSON.parse(Buffer.from(claims, 'base64url').toString('utf8')) as Pushed['vapid'];
  const leftS = said.exp - Date.now() / 1_000;
  return leftS > 0 && leftS <= 86_400 ? said : null;
}

const hmac = (key: Buffer, data: Buffer): Buffer => createHmac('sha256', key).update(data).digest();
/** HKDF of one block, which is all that these keys need. */
const expand = (key: Buffer, info: Buffer, bytes: number): Buffer =>
  hmac(key, Buffer.concat([info, Buffer.from([1])])).subarray(0, bytes);

/** RFC 8291, section 3.4, with RFC 8188's header: salt, record size, the sender's one-time public key. */
function decrypt({ ecdh, auth }: Browser, body: Buffer): Buffer {
  const salt = body.subarray(0, 16);
  const keyLength = body.readUInt8(20);
  const senderPublic = body.subarray(21, 21 + keyLength);
  const record = body.subarray(21 + keyLength);
  const secret = ecdh.computeSecret(senderPublic);
  const info = Buffer.concat([Buffer.from('WebPush: info\0'), ecdh.getPublicKey(), senderPublic]);
  const inputKey = expand(hmac(auth, secret), info, 32);
  const pseudoRandom = hmac(salt, inputKey);
  const key = expand(pseudoRandom, Buffer.from('Content-Encoding: aes128gcm\0'), 16);
  const nonce = expand(pseudoRandom, Buffer.from('Content-Encoding: nonce\0'), 12);
  const decipher = createDecipheriv('aes-128-gcm', key, nonce);
  decipher.setAuthTag(record.subarray(-16));
  const padded = Buffer.concat([decipher.update(record.subarray(0, -16)), decipher.final()]);
  // The last record ends with 2 and zeros.
  return padded.subarray(0, padded.lastIndexOf(2));
}
