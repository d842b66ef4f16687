import swagger from '@fastify/swagger';
import type { HttpApp } from '@ubot/service-kit';

/** Must be registered before the routes that it describes. */
export async function addOpenApi(app: HttpApp, publicUrl: string): Promise<void> {
  await app.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: {
        title: 'uBot',
        version: '0.1.0',
        description: 'Crypto market monitoring and alerting. Times are epoch milliseconds, UTC; 5 means 5 %.',
      },
      servers: [{ url: publicUrl }],
      components: { securitySchemes: { bearer: { type: 'http', scheme: 'bearer' } } },
      security: [{ bearer: [] }],
    },
  });
  let text: string | null = null;
  app.get('/api/v1/openapi.json', { config: { open: true }, schema: { hide: true } }, async (_request, reply) => {
    // The routes do not change once the server listens.
    text ??= JSON.stringify(app.swagger());
    return reply.type('application/json; charset=utf-8').send(text);
  });
}
