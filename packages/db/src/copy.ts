import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { PoolClient } from 'pg';
import { from as copyFromStdin } from 'pg-copy-streams';

/** Runs one `copy … from stdin` statement on the connection; returns the number of rows. */
export async function copyInto(client: PoolClient, text: string, chunks: Iterable<Buffer>): Promise<number> {
  const stream = client.query(copyFromStdin(text));
  await pipeline(Readable.from(chunks, { objectMode: true, highWaterMark: 4 }), stream);
  return stream.rowCount;
}
