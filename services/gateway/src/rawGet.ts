import { request as requestHttp, type IncomingMessage } from 'node:http';
import { request as requestHttps } from 'node:https';
import { UbotError } from '@ubot/contracts';
import type { InternalTokens } from '@ubot/service-kit';

export interface RawBody {
  status: number;
  etag: string;
  body: Buffer;
}
export type RawGet = (path: string, headers: Readonly<Record<string, string>>) => Promise<RawBody>;

const TIMEOUT_MS = 10_000;
const BODY_BYTES = 64 * 1024 * 1024;

/** GET that leaves a compressed body compressed, which `fetch` does not. */
export function createRawGet(options: { baseUrl: string; tokens: InternalTokens }): RawGet {
  const request = options.baseUrl.startsWith('https:') ? requestHttps : requestHttp;
  return async (path, headers) => {
    const token = await options.tokens.issue({ kind: 'service', service: 'gateway' });
    try {
      const answer = await new Promise<IncomingMessage>((resolve, reject) => {
        const sent = request(
          `${options.baseUrl}${path}`,
          { headers: { ...headers, authorization: `Bearer ${token}` }, signal: AbortSignal.timeout(TIMEOUT_MS) },
          resolve,
        );
        sent.on('error', reject);
        sent.end();
      });
      return { status: answer.statusCode ?? 0, etag: answer.headers.etag ?? '', body: await readBody(answer) };
    } catch (error) {
      throw new UbotError('SERVICE_UNAVAILABLE', `${new URL(options.baseUrl).host} is not reachable.`, {
        cause: error,
      });
    }
  };
}

async function readBody(answer: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of answer as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > BODY_BYTES) throw new Error(`a body of more than ${BODY_BYTES} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks, bytes);
}
