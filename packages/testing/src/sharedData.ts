import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';

// Beside the repository, not in it: recorded data whose licence forbids passing it on.
const folder = fileURLToPath(new URL('../../../../shared/data/', import.meta.url));

/** Whether the recorded data is on this machine. Tests that need it skip without it, with `NO_SHARED_DATA` in their name. */
export const hasSharedData: boolean = existsSync(folder);

/** Goes into the name of a suite that needs the data: empty when it is there. */
export const NO_SHARED_DATA: string = hasSharedData ? '' : ' (skipped: no shared data)';

/** A file of the shared data by its path there; `.gz` files come out unpacked. */
export function sharedData(path: string): Buffer {
  const bytes = readFileSync(folder + path);
  return path.endsWith('.gz') ? gunzipSync(bytes) : bytes;
}
