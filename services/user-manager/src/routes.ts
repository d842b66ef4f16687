import {
  ChannelCreatedSchema,
  ChannelInputSchema,
  ChannelSchema,
  DuplicateInputSchema,
  EpochMs,
  LIMITS,
  Sequence,
  SettingsInputSchema,
  SettingsSchema,
  StrategyAtSchema,
  StrategyFeedSchema,
  StrategyInputSchema,
  StrategyPageSchema,
  StrategySchema,
  StrategyVersionPageSchema,
  UserSchema,
  Uuid,
} from '@ubot/contracts';
import { requireService, requireUser, unwrap, type HttpApp } from '@ubot/service-kit';
import { Type } from 'typebox';
import type { Channels } from './channels.ts';
import type { Account } from './settings.ts';
import type { Strategies } from './strategies.ts';

const strict = { additionalProperties: false } as const;
const StrategyListQuery = Type.Object(
  {
    after: Type.Optional(Uuid),
    limit: Type.Optional(Type.Integer({ minimum: 1, maximum: LIMITS.strategiesPerPage })),
  },
  strict,
);
const VersionsQuery = Type.Object(
  {
    before: Type.Optional(Type.Integer({ minimum: 1, maximum: 2_147_483_647 })),
    limit: Type.Optional(Type.Integer({ minimum: 1, maximum: LIMITS.listPage })),
  },
  strict,
);
const ById = Type.Object({ id: Uuid }, strict);
/** One page of the feed; a strategy is at most about 20 KB. */
const FEED_PAGE = 500;

export function addAccountRoutes(app: HttpApp, account: Account): void {
  app.get('/me', { schema: { response: { 200: UserSchema } } }, async (request) =>
    unwrap(await account.me(requireUser(request).userId)),
  );
  app.get('/settings', { schema: { response: { 200: SettingsSchema } } }, async (request) =>
    unwrap(await account.settings(requireUser(request).userId)),
  );
  app.put('/settings', { schema: { body: SettingsInputSchema, response: { 200: SettingsSchema } } }, async (request) =>
    unwrap(await account.saveSettings(requireUser(request).userId, request.body)),
  );
}

export function addChannelRoutes(app: HttpApp, channels: Channels): void {
  app.get(
    '/channels',
    { schema: { response: { 200: Type.Object({ channels: Type.Array(ChannelSchema) }) } } },
    async (request) => ({ channels: await channels.list(requireUser(request).userId) }),
  );
  app.post(
    '/channels',
    { schema: { body: ChannelInputSchema, response: { 201: ChannelCreatedSchema } } },
    async (request, reply) => {
      const created = unwrap(await channels.create(requireUser(request).userId, request.body));
      return reply.status(201).send(created);
    },
  );
  app.get('/channels/:id', { schema: { params: ById, response: { 200: ChannelSchema } } }, async (request) =>
    unwrap(await channels.get({ userId: requireUser(request).userId, id: request.params.id })),
  );
  app.put(
    '/channels/:id',
    { schema: { params: ById, body: ChannelInputSchema, response: { 200: ChannelSchema } } },
    async (request) =>
      unwrap(await channels.change({ userId: requireUser(request).userId, id: request.params.id }, request.body)),
  );
  app.delete('/channels/:id', { schema: { params: ById } }, async (request, reply) => {
    unwrap(await channels.delete({ userId: requireUser(request).userId, id: request.params.id }));
    return reply.status(204).send();
  });
}

export function addStrategyRoutes(app: HttpApp, strategies: Strategies): void {
  app.get(
    '/strategies',
    { schema: { querystring: StrategyListQuery, response: { 200: StrategyPageSchema } } },
    async (request) => {
      const { after, limit = LIMITS.strategiesPerPage } = request.query;
      return strategies.list(requireUser(request).userId, { after, limit });
    },
  );
  app.post(
    '/strategies',
    { schema: { body: StrategyInputSchema, response: { 201: StrategySchema } } },
    async (request, reply) => {
      const created = unwrap(await strategies.create(requireUser(request).userId, request.body));
      return reply.status(201).send(created);
    },
  );
  // Those of the ids that are the user's; nothing is said of the others.
  const ByIds = Type.Object({ ids: Type.Array(Uuid, { maxItems: LIMITS.idsPerBatch }) }, strict);
  app.post('/strategies/by-ids', { schema: { body: ByIds } }, async (request) => ({
    strategies: await strategies.byIds(requireUser(request).userId, request.body.ids),
  }));
  app.get('/strategies/:id', { schema: { params: ById, response: { 200: StrategySchema } } }, async (request) =>
    unwrap(await strategies.get({ userId: requireUser(request).userId, id: request.params.id })),
  );
  app.put(
    '/strategies/:id',
    { schema: { params: ById, body: StrategyInputSchema, response: { 200: StrategySchema } } },
    async (request) =>
      unwrap(await strategies.change({ userId: requireUser(request).userId, id: request.params.id }, request.body)),
  );
  app.delete('/strategies/:id', { schema: { params: ById } }, async (request, reply) => {
    unwrap(await strategies.delete({ userId: requireUser(request).userId, id: request.params.id }));
    return reply.status(204).send();
  });
}

/** The verbs of one strategy beside reading, changing and deleting it. */
export function addStrategyVerbRoutes(app: HttpApp, strategies: Strategies): void {
  app.get(
    '/strategies/:id/versions',
    { schema: { params: ById, querystring: VersionsQuery, response: { 200: StrategyVersionPageSchema } } },
    async (request) => {
      const owned = { userId: requireUser(request).userId, id: request.params.id };
      const { before, limit = LIMITS.listPage } = request.query;
      return unwrap(await strategies.versions(owned, { before, limit }));
    },
  );
  // For the scanner, which is asked why there was no alert at some time.
  app.get(
    '/strategies/:id/at',
    {
      schema: {
        params: ById,
        querystring: Type.Object({ atMs: EpochMs }, strict),
        response: { 200: StrategyAtSchema },
      },
    },
    async (request) => {
      const owned = { userId: requireUser(request).userId, id: request.params.id };
      return unwrap(await strategies.at(owned, request.query.atMs));
    },
  );
  for (const [verb, enabled] of [
    ['enable', true],
    ['pause', false],
  ] as const) {
    app.post(
      `/strategies/:id/${verb}`,
      { schema: { params: ById, response: { 200: StrategySchema } } },
      async (request) =>
        unwrap(await strategies.switchTo({ userId: requireUser(request).userId, id: request.params.id }, enabled)),
    );
  }
  app.post(
    '/strategies/:id/duplicate',
    { schema: { params: ById, body: DuplicateInputSchema, response: { 201: StrategySchema } } },
    async (request, reply) => {
      const owned = { userId: requireUser(request).userId, id: request.params.id };
      return reply.status(201).send(unwrap(await strategies.duplicate(owned, request.body.name)));
    },
  );
}

/** What the scanner uses: the feed of changes, and switching off after a "once" strategy has fired. */
export function addScannerRoutes(app: HttpApp, strategies: Strategies): void {
  const Page = Type.Object(
    {
      after: Type.Optional(Sequence),
      limit: Type.Optional(Type.Integer({ minimum: 1, maximum: FEED_PAGE })),
    },
    strict,
  );
  app.get(
    '/strategy-feed',
    { schema: { querystring: Page, response: { 200: StrategyFeedSchema } } },
    async (request) => {
      requireService(request);
      const { after = '0', limit = LIMITS.listPage } = request.query;
      return strategies.feed({ after, limit });
    },
  );
  // No body, or the version that fired.
  const Fired = Type.Union([Type.Null(), Type.Object({ versionId: Type.Optional(Uuid) }, strict)]);
  app.post('/strategies/:id/switch-off', { schema: { params: ById, body: Fired } }, async (request, reply) => {
    requireService(request);
    unwrap(await strategies.switchOff(request.params.id, request.body?.versionId));
    return reply.status(204).send();
  });
}
