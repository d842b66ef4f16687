import { connect } from 'node:net';

export interface RawAnswer {
  /** Of the first answer; null when the connection ended without one. */
  status: number | null;
  headers: Readonly<Record<string, string>>;
  body: unknown;
  /** How many answers came on the connection. */
  answers: number;
  text: string;
}

/** Writes bytes to a port as they are, part after part, and reads until the other side ends the connection. */
export async function sendRaw(
  url: string,
  parts: readonly (string | Buffer)[],
  options: { pauseMs?: number; silenceMs?: number } = {},
): Promise<RawAnswer> {
  const socket = connect(Number(new URL(url).port), '127.0.0.1');
  const chunks: Buffer[] = [];
  const ended = new Promise<void>((resolve) => {
    socket.on('data', (chunk) => chunks.push(chunk));
    // A reset after the answer is an end like any other: the server does not wait for what it refused to read.
    socket.on('error', () => resolve());
    socket.on('close', () => resolve());
    socket.setTimeout(options.silenceMs ?? 5_000, () => socket.destroy());
  });
  for (const [index, part] of parts.entries()) {
    if (index > 0 && options.pauseMs !== undefined) await pause(options.pauseMs);
    if (socket.destroyed) break;
    socket.write(part);
  }
  await ended;
  return parse(Buffer.concat(chunks).toString('latin1'));
}

const pause = (ms: number) =>
  new Promise<void>((resolve) => {
    setTimeout(resolve, ms);
  });

function parse(text: string): RawAnswer {
  const [head = '', ...rest] = text.split('\r\n\r\n');
  const [line = '', ...fields] = head.split('\r\n');
  const headers = Object.fromEntries(
    fields.map((field) => [
      field.slice(0, field.indexOf(':')).toLowerCase(),
      field.slice(field.indexOf(':') + 1).trim(),
    ]),
  );
  const body = rest.join('\r\n\r\n').slice(0, Number(headers['content-length'] ?? 0));
  const status = /^HTTP\/1\.1 (\d{3}) /.exec(line)?.[1];
  return {
    status: status === undefined ? null : Number(status),
    headers,
    body: (headers['content-type'] ?? '').includes('json') && body !== '' ? JSON.parse(body) : body,
    answers: text.match(/HTTP\/1\.1 \d{3} /g)?.length ?? 0,
    text,
  };
}
