import { CHANNEL_KINDS, ChannelKindsSchema } from '@ubot/contracts';
import { requireUser, type HttpApp } from '@ubot/service-kit';
import type { Lanes } from './lanes.ts';
import type { LoadedChannel } from './modules/start.ts';

/** What a channel can be on this uBot, the operator's own modules included. */
export function addChannelKindsRoute(app: HttpApp, given: { lanes: Lanes; modules: readonly LoadedChannel[] }): void {
  const modules = given.modules.map(({ name, handles: { label, address } }) => ({ name, label, address }));
  app.get('/channel-kinds', { schema: { response: { 200: ChannelKindsSchema } } }, async (request) => {
    requireUser(request);
    const isConfigured = (kind: (typeof CHANNEL_KINDS)[number]): boolean =>
      kind === 'module' ? modules.length > 0 : given.lanes.driver(kind) !== undefined;
    return { kinds: CHANNEL_KINDS.map((kind) => ({ kind, configured: isConfigured(kind) })), modules };
  });
}
