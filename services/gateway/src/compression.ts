import { constants } from 'node:zlib';
import compress from '@fastify/compress';
import type { HttpApp } from '@ubot/service-kit';

const COMPRESSED_FROM_BYTES = 1_024;
/** Brotli's own default takes a hundred times as long for a tenth less. */
const BROTLI_QUALITY = 4;

/**
 * Answers of a kilobyte and more go out in br or gzip to who takes it; those that are compressed already (the photo) as
 * they are. Requests are never unpacked: a small body must not become a large one.
 */
export async function addCompression(app: HttpApp): Promise<void> {
  await app.register(compress, {
    globalCompression: true,
    globalDecompression: false,
    threshold: COMPRESSED_FROM_BYTES,
    encodings: ['br', 'gzip', 'identity'],
    brotliOptions: { params: { [constants.BROTLI_PARAM_QUALITY]: BROTLI_QUALITY } },
  });
}
