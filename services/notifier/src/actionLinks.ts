import { createSignedIds } from './signedIds.ts';

export interface ActionLinks {
  /** The address at which an alert is acknowledged or snoozed without signing in; null without a public address. */
  linkOf(alert: { readonly id: string }): string | null;
  /** The alert that a link's token is for; null: it was not made here. */
  alertOf(token: string): string | null;
}

/** For how long a link acts, counted from its alert. */
export const LINK_LIFE_MS = 7 * 86_400_000;

/**
 * Links that act for whoever has the message. A token is the alert's id, signed, so that it is the same in each attempt;
 * it names no account. A new UBOT_INTERNAL_SECRET ends all links.
 */
export function createActionLinks({ secret, publicUrl }: { secret: string; publicUrl: string | null }): ActionLinks {
  const ids = createSignedIds({ secret, purpose: 'ubot alert link 1' });
  return {
    linkOf: ({ id }) => (publicUrl === null ? null : `${publicUrl}/a/${ids.tokenOf(id)}`),
    alertOf: ids.idOf,
  };
}
