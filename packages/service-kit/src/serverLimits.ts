import type { IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import { UbotError } from '@ubot/contracts';
import { newId } from './id.ts';
import { rawProblemAnswer } from './problem.ts';

/** How long a client may take; the defaults suit people on slow lines, tests hand in shorter ones. */
export interface ClientTimes {
  /** From the first byte of a request to the end of its head. */
  readonly headersMs: number;
  /** From the first byte of a request to the end of its body. */
  readonly requestMs: number;
}

export const CLIENT_TIMES: ClientTimes = { headersMs: 10_000, requestMs: 15_000 };

/** How long an answer may take. Longer than a call to another service, so that its own failure is what people read. */
export const ANSWER_LIMIT_MS = 20_000;

const HEAD_BYTES = 16 * 1024;
/** More than any browser or proxy sends; Node would silently drop those above its own limit. */
const HEADERS = 100;
/** Node looks at its connections this many times within the shortest limit, so that none is overrun by much. */
const LOOKS_PER_LIMIT = 4;

/** What Node's own server is told. */
export function serverOptions({ headersMs, requestMs }: ClientTimes): {
  maxHeaderSize: number;
  headersTimeout: number;
  requestTimeout: number;
  connectionsCheckingInterval: number;
} {
  return {
    maxHeaderSize: HEAD_BYTES,
    headersTimeout: headersMs,
    requestTimeout: requestMs,
    connectionsCheckingInterval: Math.ceil(Math.min(headersMs, requestMs) / LOOKS_PER_LIMIT),
  };
}

/** Errors: HEADERS_TOO_LARGE for more lines than any honest client sends. */
export function refuseHeaderFlood(raw: IncomingMessage): void {
  if (raw.rawHeaders.length > 2 * HEADERS) {
    throw new UbotError('HEADERS_TOO_LARGE', `A request may have at most ${HEADERS} headers.`);
  }
}

/**
 * The path of a request whose target is a whole address ("GET http://host/path"), which every server must take. Without
 * this the address would be found wherever a path is expected.
 */
export function originForm(target: string | undefined): string {
  if (target === undefined || target === '') return '/';
  return target.replace(/^[a-z][a-z0-9+.-]*:\/\/[^/?#]*/i, '').replace(/^(?=[?#]|$)/, '/');
}

/** Answers a connection on which no request could be read: not HTTP, too large a head, too slow. */
export function answerClientError(error: NodeJS.ErrnoException, socket: Socket): void {
  // A peer that is gone hears nothing; one that is being answered must not find our words inside that answer.
  if (error.code === 'ECONNRESET' || !socket.writable || isMidAnswer(socket)) {
    socket.destroy();
    return;
  }
  socket.end(rawProblemAnswer(clientErrorOf(error.code), newId()), () => socket.destroy());
}

/** Whether the head of an answer is out already. Node keeps the answer under way on the socket and nowhere else. */
function isMidAnswer(socket: Socket): boolean {
  const { _httpMessage: answer } = socket as Socket & { _httpMessage?: { headersSent: boolean } | null };
  return answer?.headersSent === true;
}

function clientErrorOf(code: string | undefined): UbotError {
  if (code === 'HPE_HEADER_OVERFLOW') return new UbotError('HEADERS_TOO_LARGE');
  if (code === 'ERR_HTTP_REQUEST_TIMEOUT') return new UbotError('REQUEST_TOO_SLOW');
  return new UbotError('VALIDATION_FAILED', 'This is not an HTTP request.');
}
