import { PhotoSchema, UbotError, type Photo } from '@ubot/contracts';
import { errorOf, parseWith, type Logger } from '@ubot/service-kit';
import type { RawGet } from './rawGet.ts';

export const ENCODINGS = ['br', 'gzip', 'identity'] as const;
export type Encoding = (typeof ENCODINGS)[number];

export interface PhotoBodies {
  readonly photo: Photo;
  readonly bodies: Readonly<Record<Encoding, { readonly body: Buffer; readonly etag: string }>>;
}

export interface PhotoStore {
  /** The photo in memory; asks mother-app only when there is none yet. Errors: throws what mother-app said. */
  current(): Promise<PhotoBodies>;
  newest(): PhotoBodies | null;
  onNew(listener: (photo: PhotoBodies) => void): void;
  /** A snapshot was announced: fetches until its photo is there. */
  wake(snapshotId: string): void;
  close(): void;
}

/** mother-app announces a snapshot when it is stored, and has its photo encoded a moment later. */
const RETRY_MS = [0, 50, 100, 200, 400, 800, 1_600, 3_200] as const;
/** Without any announcement the photo is looked at this often. */
const IDLE_CHECK_MS = 10_000;
// Three encodings are three requests; a new snapshot may come between them.
const FETCH_ATTEMPTS = 3;

/** Keeps mother-app's photo, byte for byte as it was encoded there, so that serving it costs nothing but the sending. */
export function createPhotoStore(options: { get: RawGet; logger: Logger }): PhotoStore {
  const { get, logger } = options;
  const listeners: ((photo: PhotoBodies) => void)[] = [];
  let newest: PhotoBodies | null = null;
  let inFlight: Promise<void> | null = null;
  let retry: NodeJS.Timeout | null = null;
  let isClosed = false;

  const refreshNow = async (): Promise<void> => {
    const fetched = await fetchPhoto(get, newest?.bodies.identity.etag ?? null);
    if (fetched === null || isClosed) return;
    newest = fetched;
    for (const listener of listeners) listener(fetched);
  };
  /** One at a time; whoever asks meanwhile waits for the same. */
  const refresh = (): Promise<void> => {
    inFlight ??= refreshNow().finally(() => {
      inFlight = null;
    });
    return inFlight;
  };
  const attempt = (wantedId: string, index: number): void => {
    if (retry !== null) clearTimeout(retry);
    retry = setTimeout(() => {
      retry = null;
      void refresh()
        .catch((error: unknown) => logger.debug({ event: 'photo.refresh_failed', error }))
        .then(() => {
          const isThere = newest !== null && isAtLeast(newest.photo.snapshotId, wantedId);
          if (!isThere && !isClosed && retry === null && index + 1 < RETRY_MS.length) attempt(wantedId, index + 1);
        });
    }, RETRY_MS[index]);
  };
  const idle = setInterval(() => {
    refresh().catch((error: unknown) => logger.debug({ event: 'photo.refresh_failed', error }));
  }, IDLE_CHECK_MS);

  return {
    async current() {
      if (newest === null) await refresh();
      if (newest === null) throw new UbotError('NO_SNAPSHOT_YET');
      return newest;
    },
    newest: () => newest,
    onNew: (listener) => void listeners.push(listener),
    wake: (snapshotId) => attempt(snapshotId, 0),
    close() {
      isClosed = true;
      clearInterval(idle);
      if (retry !== null) clearTimeout(retry);
    },
  };
}

/** '' and ids that are not of stored snapshots are content with whatever is there. */
function isAtLeast(id: string, wanted: string): boolean {
  return !/^\d{1,19}$/.test(wanted) || BigInt(id) >= BigInt(wanted);
}

/** All three encodings of one photo; null when it is still the one with this ETag. */
async function fetchPhoto(get: RawGet, knownEtag: string | null): Promise<PhotoBodies | null> {
  for (let attempt = 0; attempt < FETCH_ATTEMPTS; attempt += 1) {
    const identity = await get('/photo', {
      'accept-encoding': 'identity',
      ...(knownEtag !== null && { 'if-none-match': knownEtag }),
    });
    if (identity.status === 304) return null;
    if (identity.status !== 200) throw failureOf(identity);
    const [br, gzip] = await Promise.all(
      (['br', 'gzip'] as const).map((encoding) => get('/photo', { 'accept-encoding': encoding })),
    );
    if (br === undefined || gzip === undefined) continue;
    const same = [br, gzip].every(({ status, etag }) => status === 200 && baseOf(etag) === baseOf(identity.etag));
    if (!same) continue;
    const photo = parseWith(PhotoSchema, JSON.parse(identity.body.toString('utf8')));
    return { photo, bodies: { identity, br, gzip } };
  }
  throw new UbotError('SERVICE_UNAVAILABLE', 'The photo changed each time it was fetched.');
}

function failureOf(answer: { status: number; body: Buffer }): UbotError {
  const text = answer.body.toString('utf8');
  if (text.includes('"NO_SNAPSHOT_YET"')) return new UbotError('NO_SNAPSHOT_YET');
  return errorOf({ code: 'SERVICE_UNAVAILABLE', detail: `mother-app answered ${answer.status} for the photo.` });
}

/** Each encoding has a strong ETag of its own: the photo's, with the encoding's name behind it. */
function baseOf(etag: string): string {
  return etag.replace(/-(?:br|gzip)"$/, '"');
}
