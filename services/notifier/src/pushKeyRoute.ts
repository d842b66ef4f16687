import { PushKeySchema } from '@ubot/contracts';
import { requireUser, type HttpApp } from '@ubot/service-kit';

/** What a browser of a signed-in user subscribes with. */
export function addPushKeyRoute(app: HttpApp, publicKey: string): void {
  app.get('/push-key', { schema: { response: { 200: PushKeySchema } } }, async (request) => {
    requireUser(request);
    return { publicKey };
  });
}
