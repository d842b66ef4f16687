import { eachAlone } from './frame.ts';

/** Whoever has seen an alert needs no further word of it: what was still queued, held or to be tried again ends here. */
export const acknowledged = eachAlone((_context, { acknowledgedAtMs }) => {
  if (acknowledgedAtMs === null) return null;
  return { end: 'not_sent', reason: 'acknowledged', detail: 'The alert was acknowledged before this was sent.' };
});
