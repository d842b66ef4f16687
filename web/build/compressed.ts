import { brotliCompress, constants, gzip } from 'node:zlib';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Plugin } from 'vite';

const COMPRESSED_FROM_BYTES = 1_024;
const TEXT = /\.(js|css|html|svg|json|webmanifest)$/;
const brotli = promisify(brotliCompress);
const gzipped = promisify(gzip);
/** One below the highest: a third of its time for one percent more. */
const BROTLI_QUALITY = 10;

/** Writes NAME.br and NAME.gz beside each text of the build, once, so that no request waits for a compressor. */
export function compressed(): Plugin {
  let folder = '';
  return {
    name: 'ubot-compressed',
    apply: 'build',
    configResolved(config) {
      folder = join(config.root, config.build.outDir);
    },
    async closeBundle() {
      const files = await readdir(folder, { recursive: true });
      await Promise.all(files.filter((file) => TEXT.test(file)).map((file) => compress(join(folder, file))));
    },
  };
}

async function compress(path: string): Promise<void> {
  const body = await readFile(path);
  if (body.length < COMPRESSED_FROM_BYTES) return;
  await writeFile(`${path}.br`, await brotli(body, { params: { [constants.BROTLI_PARAM_QUALITY]: BROTLI_QUALITY } }));
  await writeFile(`${path}.gz`, await gzipped(body, { level: 9 }));
}
