import { failureOfAnswer, type HttpApp } from '@ubot/service-kit';
import { Type } from 'typebox';
import { relayed, type Services } from './services.ts';

const ByToken = Type.Object(
  { token: Type.String({ pattern: '^[A-Za-z0-9_-]{43}$' }) },
  { additionalProperties: false },
);
/** The same address always shows the same picture, for those who have it. */
const CACHE = 'private, max-age=86400, immutable';

/**
 * The chart of an alert, for providers that fetch the picture of a message (WhatsApp, Slack). The address is signed and
 * works for seven days without a sign-in; it shows a market and the strategy's name, and names no account.
 */
export function addPictureRoute(app: HttpApp, services: Services): void {
  app.get(
    '/pictures/:token',
    { config: { open: true }, schema: { hide: true, params: ByToken } },
    async (request, reply) => {
      const asked = await services.notifier.requestRaw({ method: 'GET', path: `/pictures/${request.params.token}` });
      if (!asked.ok) throw relayed(asked.failure);
      if (asked.value.status >= 400) throw relayed(failureOfAnswer(asked.value));
      return reply
        .headers({ 'cache-control': CACHE, 'x-robots-tag': 'noindex' })
        .type('image/png')
        .send(asked.value.body);
    },
  );
}
