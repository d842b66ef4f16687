import { UbotError } from '@ubot/contracts';
import { requireService, type HttpApp } from '@ubot/service-kit';
import { Type } from 'typebox';
import type { Pictures } from './pictures.ts';

const ByToken = Type.Object({ token: Type.String({ minLength: 1, maxLength: 100 }) }, { additionalProperties: false });

/** The picture of an alert, for a provider that fetches it; the gateway hands it on. */
export function addPictureRoute(app: HttpApp, pictures: Pictures): void {
  app.get('/pictures/:token', { schema: { params: ByToken } }, async (request, reply) => {
    requireService(request);
    const png = await pictures.byToken(request.params.token);
    if (png === null) throw new UbotError('NOT_FOUND');
    if (png === 'later') throw new UbotError('SERVICE_UNAVAILABLE', 'The picture cannot be drawn just now.');
    return reply.type('image/png').send(Buffer.from(png));
  });
}
