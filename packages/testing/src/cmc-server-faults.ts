import type { ServerResponse } from 'node:http';

/** How a request goes wrong. With `path` only requests whose path holds that text. */
export type CmcFault = { readonly path?: string } & (
  | {
      readonly kind: 'error';
      readonly errorCode: number;
      /** As documented for the code when absent; 200 is possible too. */
      readonly httpStatus?: number;
      /** The keyless path gives codes as text. */
      readonly codeAsText?: boolean;
      readonly message?: string;
      readonly headers?: Readonly<Record<string, string>>;
    }
  | { readonly kind: 'hang' }
  /** The first half of a good answer, then the connection ends. */
  | { readonly kind: 'cut-off' }
  | { readonly kind: 'reset' }
  | { readonly kind: 'malformed' }
  | { readonly kind: 'html'; readonly httpStatus: number }
  /** The retired address: 410 without a status object. */
  | { readonly kind: 'gone' }
  | { readonly kind: 'slow'; readonly delayMs: number }
  | { readonly kind: 'huge'; readonly bytes: number }
  | { readonly kind: 'redirect'; readonly to: string }
);

const HTTP_STATUS: Readonly<Record<number, number>> = {
  400: 400,
  500: 500,
  1001: 401,
  1002: 401,
  1003: 402,
  1004: 402,
  1005: 403,
  1006: 403,
  1007: 403,
  1008: 429,
  1009: 429,
  1010: 429,
  1011: 429,
  1022: 429,
};

const MESSAGES: Readonly<Record<number, string>> = {
  1001: 'This API Key is invalid.',
  1002: 'API key missing.',
  1008: "You've exceeded your API Key's HTTP request rate limit. Rate limits reset every minute.",
  1010: "You've exceeded your API Key's monthly rate limit.",
};

export interface Reply {
  readonly httpStatus: number;
  readonly body: string;
  readonly headers?: Readonly<Record<string, string>>;
}

export function errorReply(fault: Extract<CmcFault, { kind: 'error' }>, nowMs: number): Reply {
  const { errorCode } = fault;
  const status = {
    timestamp: new Date(nowMs).toISOString(),
    error_code: fault.codeAsText === true ? String(errorCode) : errorCode,
    error_message: fault.message ?? MESSAGES[errorCode] ?? `Error ${errorCode}.`,
    elapsed: 0,
    credit_count: 0,
  };
  return {
    httpStatus: fault.httpStatus ?? HTTP_STATUS[errorCode] ?? 500,
    body: JSON.stringify({ status }),
    ...(fault.headers !== undefined && { headers: fault.headers }),
  };
}

const GONE_BODY = JSON.stringify({
  statusCode: 410,
  error: 'Gone',
  message: 'WARNING: This API is now offline. Please switch to the new CoinMarketCap API.',
});

export function send(response: ServerResponse, reply: Reply): void {
  response.writeHead(reply.httpStatus, { 'content-type': 'application/json', ...reply.headers });
  response.end(reply.body);
}

/** Spoils an answer. `good` is what it would have been. Delays are kept in `timers`, for the server's end. */
export function spoil(
  response: ServerResponse,
  fault: CmcFault,
  about: { good: () => Reply; nowMs: number; timers: Set<NodeJS.Timeout> },
): void {
  switch (fault.kind) {
    case 'error':
      return send(response, errorReply(fault, about.nowMs));
    case 'hang':
      return;
    case 'reset':
      response.socket?.destroy();
      return;
    case 'cut-off':
      return cutOff(response, about.good());
    case 'malformed':
      return send(response, { ...about.good(), body: about.good().body.slice(0, -20) });
    case 'html': {
      const body = '<!DOCTYPE html><html><body><h1>Error</h1></body></html>';
      return send(response, { httpStatus: fault.httpStatus, body, headers: { 'content-type': 'text/html' } });
    }
    case 'gone':
      return send(response, { httpStatus: 410, body: GONE_BODY });
    case 'redirect':
      return send(response, { httpStatus: 302, body: '', headers: { location: fault.to } });
    case 'slow': {
      const timer = setTimeout(() => send(response, about.good()), fault.delayMs);
      about.timers.add(timer);
      return;
    }
    case 'huge':
      return send(response, { httpStatus: 200, body: JSON.stringify({ filler: 'x'.repeat(fault.bytes) }) });
  }
}

function cutOff(response: ServerResponse, good: Reply): void {
  const bytes = Buffer.from(good.body);
  response.writeHead(good.httpStatus, { 'content-type': 'application/json', 'content-length': bytes.length });
  response.write(bytes.subarray(0, bytes.length >> 1), () => response.socket?.destroy());
}
