import { connect } from 'node:net';
import { performance } from 'node:perf_hooks';

export interface Load {
  port: number;
  path: string;
  headers: Readonly<Record<string, string>>;
  connections: number;
  /** Requests that wait for their answer on one connection at a time. */
  pipelined: number;
  durationMs: number;
  expectStatus: number;
}

/**
 * Requests a second over kept-alive, pipelined connections. Written over bare sockets, because any HTTP client costs
 * more than the server whose speed is asked for.
 */
export async function requestsPerSecond(load: Load): Promise<number> {
  const lines = Object.entries(load.headers).map(([name, value]) => `${name}: ${value}\r\n`);
  const request = `GET ${load.path} HTTP/1.1\r\nhost: 127.0.0.1\r\n${lines.join('')}\r\n`;
  const startedMs = performance.now();
  const counts = await Promise.all(
    Array.from({ length: load.connections }, () => drive(load, request, startedMs + load.durationMs)),
  );
  const seconds = (performance.now() - startedMs) / 1_000;
  return counts.reduce((sum, count) => sum + count, 0) / seconds;
}

function drive(load: Load, request: string, endMs: number): Promise<number> {
  return new Promise((resolve, reject) => {
    const socket = connect(load.port, '127.0.0.1');
    const reader = createReader(load.expectStatus);
    let count = 0;
    let waiting = load.pipelined;
    socket.setNoDelay(true);
    socket.on('error', reject);
    socket.on('connect', () => socket.write(request.repeat(load.pipelined)));
    socket.on('data', (chunk) => {
      try {
        const done = reader.read(chunk);
        count += done;
        waiting -= done;
      } catch (error) {
        socket.destroy();
        reject(error);
        return;
      }
      if (performance.now() >= endMs) {
        socket.destroy();
        resolve(count);
        return;
      }
      // Refilled by halves, so that many requests share a packet.
      if (waiting > load.pipelined / 2) return;
      socket.write(request.repeat(load.pipelined - waiting));
      waiting = load.pipelined;
    });
  });
}

const HEAD_END = Buffer.from('\r\n\r\n');

/** Counts whole answers in a stream of bytes; bodies are skipped by their content-length. */
function createReader(expectStatus: number) {
  const status = `HTTP/1.1 ${expectStatus} `;
  let rest = Buffer.alloc(0);
  let bodyLeft = 0;
  return {
    read(chunk: Buffer): number {
      let done = 0;
      let at = 0;
      const bytes = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
      for (;;) {
        if (bodyLeft > 0) {
          const taken = Math.min(bodyLeft, bytes.length - at);
          at += taken;
          bodyLeft -= taken;
          if (bodyLeft > 0) break;
          done += 1;
        }
        const end = bytes.indexOf(HEAD_END, at);
        if (end < 0) break;
        const head = bytes.toString('latin1', at, end);
        if (!head.startsWith(status)) throw new Error(`expected ${expectStatus}, got ${head.slice(0, 200)}`);
        at = end + HEAD_END.length;
        const length = /\r\ncontent-length: (\d+)/i.exec(head);
        bodyLeft = length === null ? 0 : Number(length[1]);
        if (bodyLeft === 0) done += 1;
      }
      rest = at < bytes.length ? Buffer.from(bytes.subarray(at)) : Buffer.alloc(0);
      return done;
    },
  };
}
