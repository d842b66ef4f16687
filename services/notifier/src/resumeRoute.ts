import { ChannelSchema, UbotError, Uuid } from '@ubot/contracts';
import { resumeChannel, type Database } from '@ubot/db';
import { requireUser, unwrap, type HttpApp, type ServiceClient } from '@ubot/service-kit';
import { Type } from 'typebox';

const ById = Type.Object({ id: Uuid }, { additionalProperties: false });

/**
 * Ends the pause of a channel: its user says that it works again. user-manager knows whose it is and shows it.
 *
 * Errors: NOT_FOUND, CHANNEL_OPTED_OUT for a number that has to write START first.
 */
export function addResumeRoute(app: HttpApp, { db, userManager }: { db: Database; userManager: ServiceClient }): void {
  app.post('/channels/:id/resume', { schema: { params: ById, response: { 200: ChannelSchema } } }, async (request) => {
    const identity = requireUser(request);
    const { id } = request.params;
    const asked = { method: 'GET', path: `/channels/${id}`, identity, answer: ChannelSchema } as const;
    const channel = unwrap(await userManager.request(asked));
    if (channel.paused === undefined) return channel;
    if (channel.paused.reason === 'opted_out') throw new UbotError('CHANNEL_OPTED_OUT');
    await resumeChannel(db, { userId: identity.userId, id });
    return unwrap(await userManager.request(asked));
  });
}
