/** `npm run build`: installs if needed, then compiles every package and service. */
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { prepare } from './lib/prepare.mjs';

prepare({ root: join(dirname(fileURLToPath(import.meta.url)), '..') });
