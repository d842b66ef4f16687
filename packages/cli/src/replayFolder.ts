import { readdir, readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import type { Failure, Result } from '@ubot/contracts';
import { Type, type Static } from 'typebox';
import { Compile } from 'typebox/compile';

/** What one poll is answered with. */
export interface ReplayFrame {
  /** The files that hold it, pages in order. */
  readonly files: readonly string[];
  /** The coins of all its pages; null: the recorded answer is an error or cannot be read, and is given as it is. */
  readonly rows: readonly unknown[] | null;
  readonly raw: Buffer;
  /** Global metrics recorded before the next listing. */
  readonly global: Buffer | null;
  /** When the provider answered; null: the recording does not say. */
  readonly atMs: number | null;
}

export interface Recording {
  readonly frames: readonly ReplayFrame[];
  /** Files that are neither listings nor global metrics. */
  readonly ignored: readonly string[];
  readonly settings: ReplaySettings;
}

const SettingsSchema = Type.Object(
  {
    /** Between two polls. Without it, the distance of the recorded answers. */
    intervalMs: Type.Optional(Type.Integer({ minimum: 1_000, maximum: 86_400_000 })),
    /** Time of the first snapshot, and with intervalMs of all. Without it, the recorded times. */
    startAtMs: Type.Optional(Type.Integer({ minimum: 0 })),
  },
  { additionalProperties: false },
);
export type ReplaySettings = Static<typeof SettingsSchema>;
const settingsSchema = Compile(SettingsSchema);

const SETTINGS_FILE = 'replay.json';
const ANSWER_FILE = /\.json(?:\.gz)?$/;
/** "1_1000.json", "listing-1001_2000.json.gz": rows from … to …. */
const PAGE_FILE = /^(.*?)(\d+)_(\d+)\.json(?:\.gz)?$/;
const FILES_MAX = 100_000;

const listing = Compile(
  Type.Object({ status: Type.Optional(Type.Unknown()), data: Type.Array(Type.Object({ quote: Type.Unknown() })) }),
);
const emptyListing = Compile(
  Type.Object({ status: Type.Unknown(), data: Type.Array(Type.Unknown(), { maxItems: 0 }) }),
);
const global = Compile(Type.Object({ data: Type.Object({ btc_dominance: Type.Unknown(), quote: Type.Unknown() }) }));
const failed = Compile(
  Type.Object({ status: Type.Object({ error_code: Type.Union([Type.Number(), Type.String()]) }) }),
);
const stamped = Compile(Type.Object({ status: Type.Object({ timestamp: Type.String() }) }));

interface ReadFile {
  readonly name: string;
  readonly raw: Buffer;
  readonly kind: 'listing' | 'global' | 'error' | 'other';
  readonly rows: readonly unknown[] | null;
  readonly atMs: number | null;
}

/**
 * Reads recorded provider answers: `.json` and `.json.gz`, in name order.
 *
 * Shape:  each listing is one poll; files named FROM_TO that continue each other are the pages of one; global metrics
 *         belong to the listing before them (to the first one when they come before it). An error answer, or one that is
 *         cut off, is a poll that was answered so.
 * Errors: VALIDATION_FAILED when the folder cannot be read, holds no listing, or its replay.json is wrong.
 */
export async function readRecording(folder: string): Promise<Result<Recording>> {
  let names: string[];
  try {
    names = (await readdir(folder)).filter((name) => ANSWER_FILE.test(name));
  } catch {
    return refused(`${folder} is not a folder that can be read.`);
  }
  if (names.length > FILES_MAX) return refused(`${folder} holds more than ${FILES_MAX} answers.`);
  const settings = await readSettings(folder, names.includes(SETTINGS_FILE));
  if (!settings.ok) return settings;
  const files: ReadFile[] = [];
  for (const name of pagesInOrder(names.filter((each) => each !== SETTINGS_FILE))) {
    const file = await readAnswer(folder, name);
    if (!file.ok) return file;
    files.push(file.value);
  }
  const frames = framesOf(files);
  if (frames.length === 0) return refused(`${folder} holds no recorded listing (.json or .json.gz).`);
  const ignored = files.filter(({ kind }) => kind === 'other').map(({ name }) => name);
  return { ok: true, value: { frames, ignored, settings: settings.value } };
}

async function readSettings(folder: string, exists: boolean): Promise<Result<ReplaySettings>> {
  if (!exists) return { ok: true, value: {} };
  const parsed = parse(await readFile(join(folder, SETTINGS_FILE)));
  if (settingsSchema.Check(parsed)) return { ok: true, value: parsed };
  return refused(
    `${SETTINGS_FILE} may hold intervalMs (from 1000) and startAtMs, both whole numbers, and nothing else.`,
  );
}

async function readAnswer(folder: string, name: string): Promise<Result<ReadFile>> {
  const bytes = await readFile(join(folder, name));
  let raw = bytes;
  try {
    if (name.endsWith('.gz')) raw = gunzipSync(bytes);
  } catch {
    return refused(`${name} is not a gzip file.`);
  }
  const body = parse(raw);
  const time = stamped.Check(body) ? Date.parse(body.status.timestamp) : NaN;
  const about = { name, raw, atMs: Number.isFinite(time) ? time : null };
  const isError = body === undefined || (failed.Check(body) && Number(body.status.error_code) !== 0);
  if (isError) return { ok: true, value: { ...about, kind: 'error', rows: null } };
  if (listing.Check(body) || emptyListing.Check(body)) {
    return { ok: true, value: { ...about, kind: 'listing', rows: body.data } };
  }
  return { ok: true, value: { ...about, kind: global.Check(body) ? 'global' : 'other', rows: null } };
}

/** Name order, but 1_1000 before 1001_2000 and 1001_2000 before 10001_11000 where only the numbers differ. */
function pagesInOrder(names: readonly string[]): string[] {
  const keyOf = (name: string) => {
    const page = PAGE_FILE.exec(name);
    return page === null ? name : `${page[1]}${page[2]!.padStart(12, '0')}`;
  };
  return [...names].sort((a, b) => (keyOf(a) < keyOf(b) ? -1 : keyOf(a) > keyOf(b) ? 1 : 0));
}

function framesOf(files: readonly ReadFile[]): ReplayFrame[] {
  const frames: ReplayFrame[] = [];
  let early: Buffer | null = null;
  for (const file of files) {
    const last = frames.at(-1);
    if (file.kind === 'global') {
      if (last === undefined) early = file.raw;
      else frames[frames.length - 1] = { ...last, global: file.raw };
    } else if (file.kind === 'listing' && last !== undefined && isNextPage(last, file.name)) {
      frames[frames.length - 1] = {
        ...last,
        files: [...last.files, file.name],
        rows: [...last.rows!, ...(file.rows ?? [])],
      };
    } else if (file.kind !== 'other') {
      const { name, rows, raw, atMs } = file;
      frames.push({ files: [name], rows, raw, global: frames.length === 0 ? early : null, atMs });
    }
  }
  return frames;
}

function isNextPage(frame: ReplayFrame, name: string): boolean {
  const before = PAGE_FILE.exec(basename(frame.files.at(-1)!));
  const page = PAGE_FILE.exec(name);
  if (frame.rows === null || before === null || page === null || before[1] !== page[1]) return false;
  return Number(page[2]) === Number(before[3]) + 1;
}

function parse(raw: Buffer): unknown {
  try {
    return JSON.parse(raw.toString('utf8')) as unknown;
  } catch {
    return undefined;
  }
}

const refused = (detail: string): { ok: false; failure: Failure } => ({
  ok: false,
  failure: { code: 'VALIDATION_FAILED', detail },
});

/** When each poll took place: whole minutes (or the interval's own grid), each later than the one before. */
export function frameTimes(recording: Recording): { times: number[]; intervalMs: number } {
  const { frames, settings } = recording;
  const recorded = frames.map((frame) => frame.atMs);
  const intervalMs = settings.intervalMs ?? medianStepMs(recorded) ?? MINUTE_MS;
  const gridMs = Math.min(intervalMs, MINUTE_MS);
  const times: number[] = [];
  for (const [i, atMs] of recorded.entries()) {
    const before = times.at(-1);
    const regular = before === undefined ? (settings.startAtMs ?? atMs ?? 0) : before + intervalMs;
    const wanted = settings.startAtMs === undefined && atMs !== null ? Math.floor(atMs / gridMs) * gridMs : regular;
    times[i] = before !== undefined && wanted <= before ? before + intervalMs : wanted;
  }
  return { times, intervalMs };
}

const MINUTE_MS = 60_000;

function medianStepMs(times: readonly (number | null)[]): number | null {
  const steps = times
    .flatMap((atMs, i) => (i > 0 && atMs !== null && times[i - 1] != null ? [atMs - times[i - 1]!] : []))
    .filter((step) => step > 0)
    .sort((a, b) => a - b);
  const median = steps[Math.floor(steps.length / 2)];
  if (median === undefined) return null;
  return Math.min(86_400_000, Math.max(MINUTE_MS, Math.round(median / MINUTE_MS) * MINUTE_MS));
}
