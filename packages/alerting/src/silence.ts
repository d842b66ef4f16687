/** What a silence covers: what is named (not null) must all fit; nothing named covers everything of the user. */
export interface SilenceRule {
  readonly strategyId: string | null;
  readonly coinId: number | null;
  readonly tag: string | null;
  /** In force at `startsAtMs <= now < endsAtMs`. */
  readonly startsAtMs: number;
  readonly endsAtMs: number;
}

export interface AlertFacts {
  readonly strategyId: string;
  readonly coinId: number;
  /** Of the strategy version that fired. */
  readonly tags: readonly string[];
  readonly nowMs: number;
}

/** Of the silences that cover an alert now the one that ends last; null: none does. */
export function findSilence<S extends SilenceRule>(silences: readonly S[], facts: AlertFacts): S | null {
  let found: S | null = null;
  for (const silence of silences) {
    if (covers(silence, facts) && (found === null || silence.endsAtMs > found.endsAtMs)) found = silence;
  }
  return found;
}

function covers(silence: SilenceRule, { strategyId, coinId, tags, nowMs }: AlertFacts): boolean {
  return (
    silence.startsAtMs <= nowMs &&
    nowMs < silence.endsAtMs &&
    (silence.strategyId === null || silence.strategyId === strategyId) &&
    (silence.coinId === null || silence.coinId === coinId) &&
    (silence.tag === null || tags.includes(silence.tag))
  );
}
