/**
 * Takes alerts of uBot's webhook channel: `UBOT_WEBHOOK_SECRET=… node receiver.mjs PORT`.
 * Prints each alert once, as a line of JSON. Nothing but Node is needed.
 */
import { createHmac, timingSafeEqual } from 'node:crypto';
import { createServer } from 'node:http';

const secret = process.env.UBOT_WEBHOOK_SECRET ?? '';
if (secret === '') throw new Error('UBOT_WEBHOOK_SECRET is not set');
const REPLAY_WINDOW_MS = 5 * 60_000;
const BODY_BYTES = 1024 * 1024;
/** id → when it may be forgotten. Keep it in your database when there are several of you. */
const seen = new Map();

function isSigned(headers, body) {
  const timestamp = headers['x-ubot-timestamp'] ?? '';
  const age = Math.abs(Date.now() - Number(timestamp));
  if (!/^\d{1,15}$/.test(timestamp) || age > REPLAY_WINDOW_MS) return false;
  const expected = `v1=${createHmac('sha256', secret).update(`${timestamp}.`).update(body).digest('hex')}`;
  const given = Buffer.from(String(headers['x-ubot-signature'] ?? ''));
  return given.length === expected.length && timingSafeEqual(given, Buffer.from(expected));
}

function isNew(id) {
  const now = Date.now();
  for (const [known, untilMs] of seen) if (untilMs < now) seen.delete(known);
  if (seen.has(id)) return false;
  // A repeat of an unanswered message comes within a day.
  seen.set(id, now + 24 * 3_600_000);
  return true;
}

const server = createServer(async (request, response) => {
  const chunks = [];
  let bytes = 0;
  for await (const chunk of request) {
    bytes += chunk.length;
    if (bytes > BODY_BYTES) return response.writeHead(413).end();
    chunks.push(chunk);
  }
  // The bytes as they came: JSON that is read and written again is another text.
  const body = Buffer.concat(chunks);
  if (!isSigned(request.headers, body)) return response.writeHead(401).end();
  const message = JSON.parse(body.toString('utf8'));
  if (message.type === 'verification') {
    response.writeHead(200, { 'content-type': 'application/json' });
    return response.end(JSON.stringify({ challenge: message.challenge }));
  }
  if (isNew(message.id)) console.log(JSON.stringify({ id: message.id, text: message.text }));
  return response.writeHead(204).end();
});
server.listen(Number(process.argv[2] ?? 8080), '127.0.0.1', () => console.log(`listening on ${server.address().port}`));
