import { LIMITS, type Result, type Silence, type SilenceInput } from '@ubot/contracts';
import {
  coinsByIds,
  countOpenSilences,
  endSilence,
  forgetSilences,
  insertSilence,
  listSilences,
  lockUser,
  silenceById,
  silenceState,
  strategyById,
  withTransaction,
  writeAudit,
  type Database,
  type Executor,
  type ListedSilence,
} from '@ubot/db';
import { newId } from '@ubot/service-kit';

const DAY_MS = 86_400_000;
/** How long an ended silence is still listed. */
const KEPT_MS = 90 * DAY_MS;

export interface Silences {
  list(
    userId: string,
    options: { state: Silence['state'] | null; before: string | null; limit: number },
  ): Promise<Silence[]>;
  get(owned: { userId: string; id: string }): Promise<Result<Silence>>;
  create(userId: string, input: SilenceInput): Promise<Result<Silence>>;
  /** Ends it now; one that has ended stays as it is. */
  end(owned: { userId: string; id: string }): Promise<Result<null>>;
}

/**
 * Times in which the user wants to hear nothing, of a strategy, a coin, a tag or at all.
 * Errors: NOT_FOUND, VALIDATION_FAILED for times that cannot be, COIN_UNKNOWN, LIMIT_REACHED.
 */
export function createSilences({ db, nowMs }: { db: Database; nowMs: () => number }): Silences {
  return {
    async list(userId, options) {
      const now = nowMs();
      const silences = await listSilences(db, { userId, ...options, nowMs: now });
      return silences.map((silence) => shownSilence(silence, now));
    },

    async get(owned) {
      const silence = await silenceById(db, owned);
      return silence === null ? NOT_FOUND : { ok: true, value: shownSilence(silence, nowMs()) };
    },

    create: (userId, input) => withTransaction(db, (tx) => createIn(tx, { userId, input, nowMs: nowMs() })),

    end: (owned) =>
      withTransaction(db, async (tx) => {
        const atMs = nowMs();
        if (await endSilence(tx, { ...owned, nowMs: atMs })) {
          await writeAudit(tx, { atMs, userId: owned.userId, action: 'silence.end', subjectId: owned.id });
          return { ok: true, value: null };
        }
        return (await silenceById(tx, owned)) === null ? NOT_FOUND : { ok: true, value: null };
      }),
  };
}

export const NOT_FOUND: Result<never> = {
  ok: false,
  failure: { code: 'NOT_FOUND', detail: 'There is no such thing, or it is not yours.' },
};

async function createIn(
  tx: Parameters<typeof lockUser>[0],
  { userId, input, nowMs }: { userId: string; input: SilenceInput; nowMs: number },
): Promise<Result<Silence>> {
  const { strategyId = null, coinId = null, tag = null, comment = '', endsAtMs } = input;
  const startsAtMs = Math.max(nowMs, input.startsAtMs ?? nowMs);
  const mistake = mistakeIn({ startsAtMs, endsAtMs, nowMs });
  if (mistake !== null) return { ok: false, failure: { code: 'VALIDATION_FAILED', detail: mistake } };
  if (!(await lockUser(tx, userId))) return NOT_FOUND;
  const refusal = await unknownRefusal(tx, { userId, strategyIds: strategyId === null ? [] : [strategyId], coinId });
  if (refusal !== null) return refusal;
  await forgetSilences(tx, { userId, endedBeforeMs: nowMs - KEPT_MS });
  if ((await countOpenSilences(tx, { userId, nowMs })) >= LIMITS.silencesPerUser) {
    const detail = `You have ${LIMITS.silencesPerUser} silences that have not ended, which is as many as there may be.`;
    return { ok: false, failure: { code: 'LIMIT_REACHED', detail } };
  }
  const silence = { id: newId(), userId, strategyId, coinId, tag, startsAtMs, endsAtMs, comment, createdAtMs: nowMs };
  await insertSilence(tx, silence);
  const detail = { strategyId, coinId, tag, startsAtMs, endsAtMs };
  await writeAudit(tx, { atMs: nowMs, userId, action: 'silence.create', subjectId: silence.id, detail });
  return { ok: true, value: shownSilence({ ...silence, mutedAlerts: 0 }, nowMs) };
}

function mistakeIn({ startsAtMs, endsAtMs, nowMs }: { startsAtMs: number; endsAtMs: number; nowMs: number }) {
  if (endsAtMs <= startsAtMs) return 'A silence ends after it starts, and not in the past.';
  return endsAtMs - nowMs > LIMITS.silenceMs ? 'A silence ends at most 366 days from now.' : null;
}

/** What a silence or a rule names and the user does not have, or the market has never shown. */
export async function unknownRefusal(
  db: Executor,
  { userId, strategyIds, coinId }: { userId: string; strategyIds: readonly string[]; coinId: number | null },
): Promise<Result<never> | null> {
  for (const id of strategyIds) {
    if ((await strategyById(db, { userId, id })) !== null) continue;
    return { ok: false, failure: { code: 'NOT_FOUND', detail: `${id} is not a strategy of yours.` } };
  }
  if (coinId === null || (await coinsByIds(db, [coinId])).length > 0) return null;
  return { ok: false, failure: { code: 'COIN_UNKNOWN', detail: `There is no coin ${coinId}.` } };
}

export function shownSilence(silence: ListedSilence, nowMs: number): Silence {
  return { ...silence, state: silenceState(silence, nowMs) };
}
