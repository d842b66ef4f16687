import swaggerUi from '@fastify/swagger-ui';
import type { HttpApp } from '@ubot/service-kit';

export const REFERENCE_PATH = '/api/reference';

/**
 * The reference for people, at /api/reference: every route with its schemas, and a way to try it with one's own token.
 * All its files are ours: it works without the internet, and under the same strict policy as every other page.
 */
export async function addReference(app: HttpApp): Promise<void> {
  // It describes what the OpenAPI document says to everybody, and is as open. Its own copies of the document are not
  // part of the API, and a page is not a route that the document describes.
  app.addHook('onRoute', (route) => {
    route.config = { ...route.config, open: true };
    route.schema = { ...route.schema, hide: true };
  });
  await app.register(swaggerUi, {
    routePrefix: REFERENCE_PATH,
    uiConfig: { docExpansion: 'list', filter: true, tryItOutEnabled: true, persistAuthorization: false },
    theme: { title: 'uBot: API reference' },
  });
}
