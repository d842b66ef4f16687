import type { Incident } from '@ubot/contracts';
import { readOpenIncidents, type Database } from '@ubot/db';
import { requireService, type HttpApp } from '@ubot/service-kit';

/** Troubles of uBot itself that the operator has been told of and that are not over, for the view of the whole. */
export function addIncidentsRoute(app: HttpApp, db: Database): void {
  app.get('/incidents', async (request): Promise<Incident[]> => {
    requireService(request);
    const incidents = await readOpenIncidents(db, { lock: false });
    return incidents
      .filter(({ state }) => state === 'open')
      .map(({ id, kind, subject, detail, badSinceMs }) => ({ id, kind, subject, detail, sinceMs: badSinceMs }));
  });
}
