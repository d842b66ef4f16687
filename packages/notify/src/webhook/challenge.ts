import type { Readable } from 'node:stream';

/** More than any echo needs. */
const ECHO_BYTES = 4_096;

/** What a receiver answers to a challenge: `{"challenge": "…"}`, or the text alone; null when it is neither. */
export async function readEcho(answer: Readable): Promise<string | null> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of answer as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > ECHO_BYTES) return null;
    chunks.push(chunk);
  }
  const text = Buffer.concat(chunks).toString('utf8').trim();
  if (!text.startsWith('{')) return /^[\w-]{1,100}$/.test(text) ? text : null;
  try {
    const { challenge } = JSON.parse(text) as { challenge?: unknown };
    return typeof challenge === 'string' ? challenge.slice(0, 100) : null;
  } catch {
    return null;
  }
}
