import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';

export interface StatementCounter {
  /** The database's address by way of the counter. */
  readonly url: string;
  /** The text of every statement since the last call, in the order in which they were run. */
  take(): string[];
  close(): Promise<void>;
}

const PARSE = 'P'.charCodeAt(0);
const QUERY = 'Q'.charCodeAt(0);
const BIND = 'B'.charCodeAt(0);
const HEAD_BYTES = 5;

/**
 * Stands between a program and its PostgreSQL, and reads along: what counts is what goes over the wire, whatever the
 * program believes that it sends. TLS is not spoken.
 */
export async function createStatementCounter(databaseUrl: string): Promise<StatementCounter> {
  const target = new URL(databaseUrl);
  const statements: string[] = [];
  const sockets = new Set<Socket>();
  const server = createServer((client) => {
    const database = connect(Number(target.port || 5432), target.hostname);
    const read = createReader((text) => statements.push(text));
    for (const [from, to] of [
      [client, database],
      [database, client],
    ] as const) {
      sockets.add(from);
      from.on('error', () => to.destroy());
      from.on('close', () => {
        sockets.delete(from);
        to.destroy();
      });
    }
    client.on('data', (chunk: Buffer) => {
      read(chunk);
      database.write(chunk);
    });
    database.on('data', (chunk: Buffer) => client.write(chunk));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const url = new URL(databaseUrl);
  url.hostname = '127.0.0.1';
  url.port = String((server.address() as AddressInfo).port);
  return {
    url: url.href,
    take: () => statements.splice(0),
    async close() {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}

/** Reads one connection's messages as they come, in whatever pieces. */
function createReader(onStatement: (text: string) => void): (chunk: Buffer) => void {
  let rest: Buffer = Buffer.alloc(0);
  let isStarted = false;
  const prepared = new Map<string, string>();
  return (chunk) => {
    rest = Buffer.concat([rest, chunk]);
    for (;;) {
      // The first message has no letter before its length.
      const headBytes = isStarted ? HEAD_BYTES : HEAD_BYTES - 1;
      if (rest.length < headBytes) return;
      const end = rest.readUInt32BE(headBytes - 4) + headBytes - 4;
      if (rest.length < end) return;
      const body = rest.subarray(headBytes, end);
      if (isStarted) take(rest[0] ?? 0, body);
      isStarted = true;
      rest = rest.subarray(end);
    }
  };

  function take(kind: number, body: Buffer): void {
    if (kind === QUERY) return onStatement(textAt(body, 0).text);
    if (kind === PARSE) {
      const name = textAt(body, 0);
      prepared.set(name.text, textAt(body, name.end).text);
    }
    // Run as often as it is bound: a statement that was prepared before is not parsed again.
    if (kind === BIND) onStatement(prepared.get(textAt(body, textAt(body, 0).end).text) ?? '');
  }
}

function textAt(bytes: Buffer, from: number): { text: string; end: number } {
  const end = bytes.indexOf(0, from);
  return { text: bytes.toString('utf8', from, end), end: end + 1 };
}
