/** `npm start`: installs, builds, and runs everything in this very process. */
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { prepare } from './lib/prepare.mjs';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
prepare({ root });
await import(pathToFileURL(join(root, 'services/all-in-one/dist/main.js')).href);
