/**
 * Many WebSocket clients in a process of their own, over bare sockets: a client library would cost more than the server
 * that is measured. Told by messages: `{open, counted, port, path, headers, first}` opens as many, which are taken to
 * have had `counted` data frames, and sends each `first` (masked texts); `{await}` answers once every client has had so many data frames in all.
 */
import { connect } from 'node:net';

const clients = [];
let wanted = null;
let lacking = 0;

const PING = 9;
const PONG = Buffer.from([0x8a, 0x80, 0, 0, 0, 0]);

function masked(text) {
  const body = Buffer.from(text);
  const head =
    body.length < 126
      ? Buffer.from([0x81, 0x80 | body.length])
      : Buffer.from([0x81, 0xfe, body.length >> 8, body.length & 255]);
  // A mask of zeros leaves the bytes as they are.
  return Buffer.concat([head, Buffer.alloc(4), body]);
}

function arrived(client) {
  client.frames += 1;
  if (wanted !== null && client.frames === wanted) {
    lacking -= 1;
    if (lacking === 0) process.send({ arrived: wanted });
  }
}

/** Walks over frames without looking into them; the header of one may be cut in two. */
function read(client, chunk) {
  client.bytes += chunk.length;
  let at = 0;
  let bytes = chunk;
  if (client.rest !== null) {
    bytes = Buffer.concat([client.rest, chunk]);
    client.rest = null;
  }
  for (;;) {
    if (client.skip > 0) {
      const taken = Math.min(client.skip, bytes.length - at);
      client.skip -= taken;
      at += taken;
      if (client.skip > 0) return;
      arrived(client);
    }
    if (bytes.length - at < 2) break;
    const short = bytes[at + 1] & 0x7f;
    const head = short < 126 ? 2 : short === 126 ? 4 : 10;
    if (bytes.length - at < head) break;
    const length =
      short < 126 ? short : short === 126 ? bytes.readUInt16BE(at + 2) : Number(bytes.readBigUInt64BE(at + 2));
    const opcode = bytes[at] & 0x0f;
    if (opcode === PING) client.socket.write(PONG);
    const isData = opcode < 8;
    at += head;
    if (isData && length > 0) client.skip = length;
    else at += length;
  }
  if (at < bytes.length) client.rest = Buffer.from(bytes.subarray(at));
}

function open({ counted, port, path, headers, first }, index) {
  return new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1');
    const client = { socket, frames: counted, bytes: 0, skip: 0, rest: null };
    clients.push(client);
    const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value.replace('#', String(index))}\r\n`);
    socket.on('error', reject);
    socket.write(
      `GET ${path} HTTP/1.1\r\nhost: x\r\nconnection: upgrade\r\nupgrade: websocket\r\nsec-websocket-version: 13\r\n` +
        `sec-websocket-key: AAAAAAAAAAAAAAAAAAAAAA==\r\n${lines.join('')}\r\n`,
    );
    let head = Buffer.alloc(0);
    socket.on('data', function onHead(chunk) {
      head = Buffer.concat([head, chunk]);
      const end = head.indexOf('\r\n\r\n');
      if (end < 0) return;
      if (!head.toString('latin1', 0, 12).endsWith('101')) {
        reject(new Error(head.toString('latin1', 0, 200)));
        return;
      }
      socket.off('data', onHead);
      socket.on('data', (data) => read(client, data));
      if (head.length > end + 4) read(client, head.subarray(end + 4));
      for (const text of first) socket.write(masked(text));
      resolve();
    });
  });
}

const AT_ONCE = 100;

process.on('message', async (message) => {
  if (message.open !== undefined) {
    const from = clients.length;
    for (let index = from; index < message.open; index += AT_ONCE) {
      const some = Math.min(AT_ONCE, message.open - index);
      await Promise.all(Array.from({ length: some }, (_, i) => open(message, index + i)));
    }
    process.send({ opened: clients.length });
  } else {
    wanted = message.await;
    lacking = clients.filter(({ frames }) => frames < wanted).length;
    if (lacking === 0) process.send({ arrived: wanted });
  }
});
process.on('disconnect', () => process.exit(0));
