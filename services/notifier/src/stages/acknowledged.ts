import { eachAlone } from './frame.ts';

/** Whoever has seen an alert needs no further word of it: what was still queued, held or to be tried again ends here. */
export const acknowledged = eachAlone((_context, { acknowledgedAtMs, purpose, digestId }) => {
  if (acknowledgedAtMs === null || purpose !== 'alert') return null;
  if (digestId !== null) {
    const detail = 'All alerts of this message were acknowledged before it was sent.';
    return { end: 'not_sent', reason: 'acknowledged', detail };
  }
  return { end: 'not_sent', reason: 'acknowledged', detail: 'The alert was acknowledged before this was sent.' };
});
