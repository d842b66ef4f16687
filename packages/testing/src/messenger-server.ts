import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';

export const TELEGRAM_TOKEN = '123456:a-secret-bot-token';
export const PUSHOVER_TOKEN = 'azGDORePK8gMaC0QOYAMyEEuzJnyUi';
const DISCORD = /^\/api\/webhooks\/(\d+)\/([\w-]+)\?wait=true$/;
const SLACK = /^\/services\/(T\w+\/B\w+\/\w+)$/;

/** A message as the provider understood it. */
export interface Messaged {
  readonly provider: 'telegram' | 'discord' | 'slack' | 'ntfy' | 'pushover';
  readonly to: string;
  readonly title: string | null;
  readonly text: string;
  /** As it came, or as it was fetched from its address. */
  readonly picture: { readonly png: Buffer; readonly alt: string | null } | null;
  readonly headers: IncomingMessage['headers'];
  /** The body as it came. */
  readonly raw: string;
}

export type MessengerFault =
  | { readonly status: number; readonly json?: unknown; readonly headers?: Readonly<Record<string, string>> }
  | 'hang'
  | 'cut';

export interface MessengerServer {
  readonly url: string;
  received(): readonly Messaged[];
  /** The next requests end so instead, one after the other. */
  script(...faults: MessengerFault[]): void;
  close(): Promise<void>;
}

interface Answer {
  status: number;
  json: unknown;
  message?: Understood;
}

type Understood = Omit<Messaged, 'headers' | 'raw' | 'picture'> & Partial<Pick<Messaged, 'picture'>>;

/**
 * Telegram, Discord, Slack, ntfy and Pushover at one address, as far as sending a message goes: what their documentation
 * wants of a request is checked, and answered in their words.
 */
export async function createMessengerServer(options: { port?: number } = {}): Promise<MessengerServer> {
  const received: Messaged[] = [];
  const faults: MessengerFault[] = [];
  const server = createServer((request, response) => {
    const handle = async (): Promise<void> => {
      const chunks: Buffer[] = [];
      for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
      const fault = faults.shift();
      if (fault === 'hang') return;
      if (fault === 'cut') return void response.destroy();
      const body = Buffer.concat(chunks);
      const raw = body.toString('utf8');
      const said = fault ?? (await answerOf(request, body));
      if ('message' in said && said.message !== undefined) {
        received.push({ picture: null, ...(said.message as Understood), headers: request.headers, raw });
      }
      const headers = { 'content-type': 'application/json', ...('headers' in said ? said.headers : {}) };
      response.writeHead(said.status, headers).end(said.json === undefined ? '' : JSON.stringify(said.json));
    };
    void handle().catch(() => response.destroy());
  });
  await new Promise<void>((resolve) => server.listen(options.port ?? 0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    received: () => received,
    script: (...next) => void faults.push(...next),
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

async function answerOf({ url = '', headers, method }: IncomingMessage, bytes: Buffer): Promise<Answer> {
  if (method !== 'POST') return { status: 405, json: {} };
  const body = bytes.toString('utf8');
  const form = await formOf(headers['content-type'], bytes);
  if (url.startsWith('/bot')) return telegram(url, form, body);
  const discord = DISCORD.exec(url);
  if (discord !== null) {
    const said = form === null ? body : String(form.get('payload_json'));
    const { content, attachments } = JSON.parse(said) as { content: string; attachments?: { description: string }[] };
    if (content.length > 2_000) return { status: 400, json: { message: 'Invalid Form Body', code: 50_035 } };
    const text = content.replaceAll(/\\([\\*_~`|>#[\]()<-])/g, '$1');
    const picture = await fileIn(form, 'files[0]', attachments?.[0]?.description ?? null);
    const message = { provider: 'discord', to: discord[1]!, title: null, text, picture } as const;
    return { status: 200, json: { id: '9001' }, message };
  }
  const slack = SLACK.exec(url);
  if (slack !== null) {
    const { text, attachments } = JSON.parse(body) as { text: string; attachments?: { blocks: SlackImage[] }[] };
    const image = attachments?.[0]?.blocks[0];
    const picture = image === undefined ? null : { png: await fetched(image.image_url), alt: image.alt_text };
    if (picture?.png === null) return { status: 400, json: 'invalid_blocks' };
    const plain = text.replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&amp;', '&');
    const message = { provider: 'slack', to: slack[1]!, title: null, text: plain } as const;
    return { status: 200, json: 'ok', message: { ...message, picture: picture as Messaged['picture'] } };
  }
  if (url === '/1/messages.json') return pushover(form, body);
  if (url === '/' && headers['content-type'] === 'application/json') {
    return ntfy(JSON.parse(body) as NtfyMessage);
  }
  return { status: 404, json: { message: 'Not found' } };
}

interface SlackImage {
  readonly image_url: string;
  readonly alt_text: string;
}

/** What the provider itself fetches; null: it could not, or it is no picture. */
async function fetched(url: string): Promise<Buffer | null> {
  try {
    const answer = await fetch(url, { signal: AbortSignal.timeout(5_000) });
    const isPicture = answer.ok && answer.headers.get('content-type') === 'image/png';
    return isPicture ? Buffer.from(await answer.arrayBuffer()) : null;
  } catch {
    return null;
  }
}

/** null: the body is no form with files. */
async function formOf(contentType: string | undefined, bytes: Buffer): Promise<FormData | null> {
  if (contentType?.startsWith('multipart/form-data') !== true) return null;
  return new Response(new Uint8Array(bytes), { headers: { 'content-type': contentType } }).formData();
}

async function fileIn(form: FormData | null, name: string, alt: string | null): Promise<Messaged['picture']> {
  const file = form?.get(name);
  return file instanceof Blob ? { png: Buffer.from(await file.arrayBuffer()), alt } : null;
}

async function telegram(url: string, form: FormData | null, body: string): Promise<Answer> {
  const verb = form === null ? 'sendMessage' : 'sendPhoto';
  if (url !== `/bot${TELEGRAM_TOKEN}/${verb}`) {
    return { status: 401, json: { ok: false, error_code: 401, description: 'Unauthorized' } };
  }
  const picture = await fileIn(form, 'photo', null);
  const { chat_id: to, text } =
    form === null
      ? (JSON.parse(body) as { chat_id: string; text: string })
      : { chat_id: String(form.get('chat_id')), text: String(form.get('caption')) };
  const refused = (status: number, description: string) => ({
    status,
    json: { ok: false, error_code: status, description },
  });
  if (to === '404') return refused(400, 'Bad Request: chat not found');
  if (to === '403') return refused(403, 'Forbidden: bot was blocked by the user');
  if (form !== null && picture === null) return refused(400, 'Bad Request: there is no photo in the request');
  if (form !== null && text.length > 1_024) return refused(400, 'Bad Request: message caption is too long');
  if (text.length > 4_096) return refused(400, 'Bad Request: message is too long');
  return {
    status: 200,
    json: { ok: true, result: { message_id: 77 } },
    message: { provider: 'telegram', to, title: null, text, picture },
  };
}

interface NtfyMessage {
  readonly topic: string;
  readonly title: string;
  readonly message: string;
  readonly attach?: string;
  readonly filename?: string;
}

/** The server passes on where the attachment is; the reader's app fetches it, and shows the message without it if it cannot. */
async function ntfy({ topic, title, message, attach, filename }: NtfyMessage): Promise<Answer> {
  if (Buffer.byteLength(message) > 4_096) return { status: 400, json: { code: 40_012, error: 'message too long' } };
  if (attach !== undefined && !/^https?:\/\//.test(attach)) {
    return { status: 400, json: { code: 40_013, error: 'invalid request: attachment URL is invalid' } };
  }
  const png = attach === undefined || filename === undefined ? null : await fetched(attach);
  const picture = png === null ? null : { png, alt: null };
  return {
    status: 200,
    json: { id: 'xE73Iyuabi' },
    message: { provider: 'ntfy', to: topic, title, text: message, picture },
  };
}

async function pushover(files: FormData | null, body: string): Promise<Answer> {
  const form = Object.fromEntries<unknown>(files ?? new URLSearchParams(body)) as Record<string, string>;
  const refused = (name: string) => ({
    status: 400,
    json: { [name]: 'invalid', errors: [`application ${name} is invalid`], status: 0, request: 'r' },
  });
  if (form['token'] !== PUSHOVER_TOKEN) return refused('token');
  if (form['user'] === 'x'.repeat(30)) return refused('user');
  if ((form['message'] ?? '').length > 1_024) {
    return { status: 400, json: { message: 'cannot be longer', errors: ['message is too long'], status: 0 } };
  }
  const { user = '', title = '', message = '' } = form;
  const picture = await fileIn(files, 'attachment', null);
  return {
    status: 200,
    json: { status: 1, request: '647d2300-702c-4b38-8b2f-d56326ae460b' },
    message: { provider: 'pushover', to: user, title, text: message, picture },
  };
}
