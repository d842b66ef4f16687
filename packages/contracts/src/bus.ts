/**
 * What services announce to each other. An announcement is only a wake-up with an id: the truth is the row it names,
 * which the listener reads from its owner, from the last id it has handled. A lost wake-up therefore delays (until the
 * listener's next look), and never loses.
 */
export const TOPICS = ['snapshot', 'strategy', 'alert', 'notification', 'identity'] as const;

export type Topic = (typeof TOPICS)[number];
