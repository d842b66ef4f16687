import { readDueUsers, type Database } from '@ubot/db';

/** Whose turn it is, lane by lane. */
export interface Turns {
  /** The next users with something due, at most `most`; empty: nobody has. */
  next(lane: string | null, most: number): Promise<readonly string[]>;
}

interface Round {
  userIds: string[];
  /** Where the next round begins; null: with everybody. */
  after: string | null;
}

/**
 * Users take turns: a round is a list of all who have something due, each is served once in it, and only then is the
 * list made anew. However much one user has waiting, another's single message waits for one round at most.
 *
 * Edges: each process goes through a round in a sequence of its own, so that two seldom ask for the same rows.
 */
export function createTurns({ db, nowMs, random }: { db: Database; nowMs: () => number; random: () => number }): Turns {
  const rounds = new Map<string | null, Round>();

  const begin = async (lane: string | null, after: string | null): Promise<Round> => {
    const { userIds, isWhole } = await readDueUsers(db, { lane, after, nowMs: nowMs() });
    const last = userIds.at(-1) ?? null;
    const round = { userIds: shuffled(userIds, random), after: isWhole ? null : last };
    rounds.set(lane, round);
    return round;
  };

  return {
    async next(lane, most) {
      let round = rounds.get(lane) ?? { userIds: [], after: null };
      const { after } = round;
      if (round.userIds.length === 0) round = await begin(lane, after);
      if (round.userIds.length === 0 && after !== null) round = await begin(lane, null);
      return round.userIds.splice(-most);
    },
  };
}

function shuffled(ids: readonly string[], random: () => number): string[] {
  const mixed = [...ids];
  for (let i = mixed.length - 1; i > 0; i -= 1) {
    const j = Math.min(i, Math.max(0, Math.floor(random() * (i + 1))));
    [mixed[i], mixed[j]] = [mixed[j]!, mixed[i]!];
  }
  return mixed;
}
