import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { deflateRawSync } from 'node:zlib';
import { hasSharedData, NO_SHARED_DATA, sharedData } from '@ubot/testing';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { Client } from '../harness.testing.ts';
import { createLiveWorld, frameOf, framesOf, type LiveWorld } from './testing.testing.ts';

/** What no client library would send: frames written byte by byte. Another connection stands by and must not notice. */
let live: LiveWorld;
let bystander: Client;
const sockets: Socket[] = [];
beforeAll(async () => {
  live = await createLiveWorld();
});
afterAll(() => live.gw.close());
beforeEach(async () => {
  bystander = await live.open();
  await framesOf(bystander, 1);
});
afterEach(async () => {
  for (const socket of sockets.splice(0)) socket.destroy();
  bystander.send({ type: 'ping', id: 'still-here' });
  await frameOf(bystander, 'pong');
  live.endClients();
});

async function rawClient(extensions?: string): Promise<{ socket: Socket; closing: Promise<number | null> }> {
  const { hostname, port } = new URL(live.gw.url);
  const socket = connect(Number(port), hostname);
  sockets.push(socket);
  socket.on('error', () => undefined);
  await once(socket, 'connect');
  socket.write(
    `GET /ws HTTP/1.1\r\nhost: ubot\r\nconnection: upgrade\r\nupgrade: websocket\r\nsec-websocket-version: 13\r\n` +
      `sec-websocket-key: ${Buffer.alloc(16).toString('base64')}\r\nauthorization: Bearer my-token\r\n` +
      `${extensions === undefined ? '' : `sec-websocket-extensions: ${extensions}\r\n`}\r\n`,
  );
  let received = Buffer.alloc(0);
  await new Promise<void>((resolve) => {
    const onData = (chunk: Buffer): void => {
      received = Buffer.concat([received, chunk]);
      const end = received.indexOf('\r\n\r\n');
      if (end < 0) return;
      socket.off('data', onData);
      received = received.subarray(end + 4);
      resolve();
    };
    socket.on('data', onData);
  });
  const closing = new Promise<number | null>((resolve) => {
    socket.on('data', (chunk) => {
      received = Buffer.concat([received, chunk]);
      const code = closeCodeOf(received);
      if (code !== null) resolve(code);
    });
    socket.on('close', () => resolve(null));
  });
  return { socket, closing };
}

/** The code of the closing frame among the server's frames; null: there is none. */
function closeCodeOf(bytes: Buffer): number | null {
  for (let at = 0; at + 2 <= bytes.length;) {
    const short = bytes[at + 1]! & 0x7f;
    const [length, head] = short < 126 ? [short, 2] : [bytes.readUInt16BE(at + 2), 4];
    if ((bytes[at]! & 0x0f) === 8) return length >= 2 ? bytes.readUInt16BE(at + head) : 1005;
    at += head + length;
  }
  return null;
}

function frame(first: number, payload: Buffer | string, options: { masked?: boolean; length?: number } = {}): Buffer {
  const bytes = Buffer.from(payload);
  const { masked = true, length = bytes.length } = options;
  const maskBit = masked ? 0x80 : 0;
  const head = Buffer.alloc(length < 126 ? 2 : length < 65_536 ? 4 : 10);
  head[0] = first;
  head[1] = maskBit | (length < 126 ? length : length < 65_536 ? 126 : 127);
  if (head.length === 4) head.writeUInt16BE(length, 2);
  if (head.length === 10) head.writeBigUInt64BE(BigInt(length), 2);
  const mask = Buffer.from([1, 2, 3, 4]);
  const body = masked ? Buffer.concat([mask, bytes.map((byte, index) => byte ^ mask[index % 4]!)]) : bytes;
  return Buffer.concat([head, body]);
}

const TEXT = 0x81;
const TEXT_BEGINS = 0x01;
const CONTINUES = 0x00;
const PING = 0x89;
const CLOSE = 0x88;

describe('a violation of the protocol ends its own connection', () => {
  test.each([
    ['a frame that is not masked', frame(TEXT, '{}', { masked: false }), 1002],
    ['reserved bit 1 without the extension', frame(0xc1, '{}'), 1002],
    ['reserved bit 2', frame(0xa1, '{}'), 1002],
    ['reserved bit 3', frame(0x91, '{}'), 1002],
    ['a reserved opcode', frame(0x83, '{}'), 1002],
    ['a reserved control opcode', frame(0x8b, ''), 1002],
    ['a continuation of nothing', frame(0x80, '{}'), 1002],
    ['a new message inside another', Buffer.concat([frame(TEXT_BEGINS, '{'), frame(TEXT, '}')]), 1002],
    ['a ping in pieces', frame(0x09, ''), 1002],
    ['a ping of more than 125 bytes', frame(PING, 'x'.repeat(126)), 1002],
    ['a close of one byte', frame(CLOSE, 'x'), 1002],
    ['a close with a code that nobody may send', frame(CLOSE, Buffer.from([0x03, 0xed])), 1002],
    ['a text that is not UTF-8', frame(TEXT, Buffer.from([0xff, 0xfe])), 1007],
    ['a length of sixteen exabytes', frame(TEXT, '', { length: 2 ** 60 }), 1009],
    ['a length past the limit, before any of its bytes', frame(TEXT, '', { length: 1_000_000 }), 1009],
    [
      'a message that grows past the limit piece by piece',
      Buffer.concat([frame(TEXT_BEGINS, 'x'.repeat(60_000)), frame(CONTINUES, 'x'.repeat(60_000))]),
      1009,
    ],
  ])('%s', async (_name, bytes, code) => {
    const { socket, closing } = await rawClient();
    socket.write(bytes);
    expect(await closing).toBe(code);
  });

  test('a flood of empty pieces', async () => {
    const { socket, closing } = await rawClient();
    socket.write(frame(TEXT_BEGINS, '{'));
    socket.write(Buffer.concat(Array.from({ length: 5_000 }, () => frame(CONTINUES, ''))));
    expect(await closing).toBe(1008);
  });

  test('a few bytes that inflate to a hundred megabytes', async () => {
    const { socket, closing } = await rawClient('permessage-deflate');
    socket.write(frame(0xc1, deflateRawSync(Buffer.alloc(100 * 1024 * 1024)).subarray(0, 60_000)));
    expect(await closing).toBe(1009);
  });

  test('bytes that are no deflated message', async () => {
    const { socket, closing } = await rawClient('permessage-deflate');
    socket.write(frame(0xc1, Buffer.from([0xff, 0xff, 0xff, 0xff])));
    expect(await closing).toBe(1007);
  });

  test.skipIf(!hasSharedData)(
    `texts of the UTF-8 corpus are taken or refused as UTF-8 is ${NO_SHARED_DATA}`,
    async () => {
      const cases = JSON.parse(sharedData('security/utf8-sequences.json').toString()) as {
        valid: boolean;
        hex: string;
      }[];
      expect(cases.length).toBeGreaterThan(50);
      for (const { valid, hex } of cases) {
        const { socket, closing } = await rawClient();
        socket.write(frame(TEXT, Buffer.from(hex, 'hex')));
        // What is UTF-8 is read, and is no message of ours: another code.
        expect({ hex, code: await closing }).toEqual({ hex, code: valid ? 1008 : 1007 });
      }
    },
  );
});

describe('an answer that is not read', () => {
  test('is one of so many that its connection ends', async () => {
    const { socket, closing } = await rawClient();
    socket.pause();
    const ping = frame(TEXT, JSON.stringify({ type: 'ping', id: 'x'.repeat(64) }));
    socket.write(Buffer.concat(Array.from({ length: 61 }, () => ping)));
    socket.resume();
    expect(await closing).toBe(1008);
  });
});

test('an upgrade that is refused is answered, and its connection is not left open', async () => {
  const { hostname, port } = new URL(live.gw.url);
  const socket = connect(Number(port), hostname);
  sockets.push(socket);
  let answer = '';
  socket.on('data', (chunk) => {
    answer += chunk.toString();
  });
  socket.write(
    'GET /ws HTTP/1.1\r\nhost: ubot\r\nconnection: upgrade\r\nupgrade: websocket\r\nsec-websocket-version: 13\r\n' +
      `sec-websocket-key: ${Buffer.alloc(16).toString('base64')}\r\norigin: http://evil.test\r\n` +
      'cookie: ubot_session=my-token\r\n\r\n',
  );
  await once(socket, 'close');
  expect(answer).toMatch(/^HTTP\/1\.1 403 /);
});
