import type { AddressInfo, Socket } from 'node:net';
import { SMTPServer } from 'smtp-server';

export const SMTP_PASSWORD = 'a-secret-password';

export interface ReceivedMail {
  readonly to: string;
  readonly raw: string;
}

/** How the next mail ends: refused at its address or after its text, or taken without an answer. */
export type SmtpTrouble =
  { readonly at: 'RCPT' | 'DATA'; readonly code: number; readonly words: string } | 'hang' | 'cut';

export interface SmtpServer {
  /** `host:port` */
  readonly address: string;
  /** Whatever was handed over whole, also what was not answered then. */
  received(): readonly ReceivedMail[];
  /** The next mails end so, one after the other. */
  script(...troubles: SmtpTrouble[]): void;
  close(): Promise<void>;
}

/** A real mail server on loopback, which knows one password. */
export async function startSmtp(): Promise<SmtpServer> {
  const received: ReceivedMail[] = [];
  const troubles: SmtpTrouble[] = [];
  const sockets = new Set<Socket>();
  const troubleAt = (place: 'RCPT' | 'DATA'): SmtpTrouble | undefined => {
    const [next] = troubles;
    const isHere = typeof next === 'object' ? next.at === place : place === 'DATA';
    return isHere ? troubles.shift() : undefined;
  };
  const refusal = (trouble: SmtpTrouble | undefined): Error | null =>
    typeof trouble === 'object' ? Object.assign(new Error(trouble.words), { responseCode: trouble.code }) : null;
  const cutAll = (): void => {
    for (const socket of sockets) socket.destroy();
  };
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS'],
    onAuth: (given, _session, done) =>
      given.password === SMTP_PASSWORD ? done(null, { user: 'ubot' }) : done(new Error('wrong password')),
    onRcptTo: (_address, _session, done) => done(refusal(troubleAt('RCPT'))),
    onData(stream, session, done) {
      const chunks: Buffer[] = [];
      stream.on('data', (chunk: Buffer) => chunks.push(chunk));
      stream.on('end', () => {
        const trouble = troubleAt('DATA');
        if (typeof trouble === 'object') return done(refusal(trouble));
        received.push({ to: session.envelope.rcptTo[0]?.address ?? '', raw: Buffer.concat(chunks).toString('utf8') });
        if (trouble === 'cut') cutAll();
        else if (trouble === undefined) done();
      });
    },
  });
  server.on('error', () => {});
  server.server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    address: `127.0.0.1:${(server.server.address() as AddressInfo).port}`,
    received: () => received,
    script: (...next) => void troubles.push(...next),
    async close() {
      cutAll();
      await new Promise<void>((resolve) => server.close(resolve));
    },
  };
}

/** A header of a mail, folded lines and all. */
export const header = (raw: string, name: string): string | undefined =>
  new RegExp(`^${name}: (.*(?:\\r\\n[ \\t].*)*)`, 'mi').exec(raw)?.[1];

const fromQuotedPrintable = (raw: string): string =>
  Buffer.from(
    raw
      .replaceAll('=\r\n', '')
      .replaceAll(/=([0-9A-F]{2})/g, (_all, hex: string) => String.fromCharCode(Number.parseInt(hex, 16))),
    'latin1',
  ).toString('utf8');

/** A mail's parts in their order, each as `type: decoded text`, containers as their type alone. */
export function parts(raw: string): string[] {
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
  const text = decoded(body, encoding);
  return [`${name}${id === undefined ? '' : ` ${id}`}: ${text.replaceAll('\r\n', '\n').trimEnd()}`];
}

function decoded(body: string, encoding: string | undefined): string {
  if (encoding === 'base64') return Buffer.from(body, 'base64').toString('utf8');
  return encoding === '7bit' ? body : fromQuotedPrintable(body);
}
