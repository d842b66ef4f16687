import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { ReplayFrame } from './replayFolder.ts';

export interface ReplayServer {
  readonly url: string;
  /** What is answered from now on. */
  show(frame: ReplayFrame): void;
  close(): Promise<void>;
}

/** Enough for any recording: a replay pays nothing. */
const CREDITS = 1_000_000_000;

/** Gives recorded answers over HTTP on this machine, so that a replay runs through the real driver. */
export async function createReplayServer(): Promise<ReplayServer> {
  let shown: ReplayFrame | null = null;
  const server = createServer((request, response) => {
    const url = new URL(request.url ?? '/', 'http://localhost');
    if (url.pathname.endsWith('/key/info')) send(response, keyInfo());
    else if (url.pathname.endsWith('/listings/latest') && shown !== null) send(response, page(shown, url.searchParams));
    else if (url.pathname.endsWith('/global-metrics/quotes/latest') && shown?.global != null) {
      send(response, shown.global);
    } else response.writeHead(404).end();
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    show(frame) {
      shown = frame;
    },
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => {
        server.close(resolve);
      });
    },
  };
}

function send(response: ServerResponse, body: Buffer | string): void {
  response.writeHead(200, { 'content-type': 'application/json' });
  response.end(body);
}

function page(frame: ReplayFrame, query: URLSearchParams): Buffer | string {
  if (frame.rows === null) return frame.raw;
  const start = Number(query.get('start') ?? 1);
  const limit = Number(query.get('limit') ?? 100);
  // A recording of one page goes out byte for byte.
  if (frame.files.length === 1 && start === 1 && frame.rows.length <= limit) return frame.raw;
  const data = frame.rows.slice(start - 1, start - 1 + limit);
  return JSON.stringify({ status: { error_code: 0, credit_count: Math.ceil(data.length / 200) }, data });
}

function keyInfo(): string {
  const plan = { credit_limit_monthly: CREDITS, rate_limit_minute: CREDITS };
  const usage = { current_month: { credits_used: 0, credits_left: CREDITS } };
  return JSON.stringify({ status: { error_code: 0, credit_count: 0 }, data: { plan, usage } });
}
