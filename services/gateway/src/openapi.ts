import { STATUS_CODES } from 'node:http';
import swagger, { type FastifyDynamicSwaggerOptions } from '@fastify/swagger';
import { ProblemSchema } from '@ubot/contracts';
import type { HttpApp } from '@ubot/service-kit';

type TransformObject = NonNullable<FastifyDynamicSwaggerOptions['transformObject']>;
interface Operation {
  responses?: Record<string, { description?: string } | { $ref: string }>;
}

const METHODS = ['get', 'post', 'put', 'patch', 'delete'] as const;
const PROBLEM = { $ref: '#/components/responses/Problem' };

/** Must be registered before the routes that it describes. */
export async function addOpenApi(app: HttpApp, publicUrl: string): Promise<void> {
  await app.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: {
        title: 'uBot',
        version: '0.1.0',
        description: 'Crypto market monitoring and alerting. Times are epoch milliseconds, UTC; 5 means 5 %.',
        license: { name: 'MIT', identifier: 'MIT' },
      },
      servers: [{ url: publicUrl }],
      components: { securitySchemes: { bearer: { type: 'http', scheme: 'bearer' } } },
      security: [{ bearer: [] }],
    },
    transformObject: describeProblems,
  });
  let text: string | null = null;
  app.get('/api/v1/openapi.json', { config: { open: true }, schema: { hide: true } }, async (_request, reply) => {
    // The routes do not change once the server listens.
    text ??= JSON.stringify(app.swagger());
    return reply.type('application/json; charset=utf-8').send(text);
  });
}

/** Any route may answer with a problem: said once, and referred to from everywhere. */
const describeProblems: TransformObject = (given) => {
  if (!('openapiObject' in given)) return given.swaggerObject;
  const document = given.openapiObject;
  for (const path of Object.values(document.paths ?? {})) {
    for (const method of METHODS) {
      const operation = path?.[method] as Operation | undefined;
      if (operation !== undefined) operation.responses = responsesOf(operation);
    }
  }
  const components = {
    ...document.components,
    schemas: { ...document.components?.schemas, Problem: ProblemSchema },
    responses: {
      Problem: {
        description: 'What went wrong: a code of docs/errors.md, in words, with particulars where there are any.',
        content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } },
      },
    },
  };
  return { ...document, components } as ReturnType<TransformObject>;
};

function responsesOf({ responses = {} }: Operation): NonNullable<Operation['responses']> {
  const described = Object.entries(responses).map(([status, response]) => {
    const isUnnamed = 'description' in response && response.description === 'Default Response';
    return [status, isUnnamed ? { ...response, description: STATUS_CODES[status] ?? status } : response] as const;
  });
  return { ...Object.fromEntries(described), '4XX': PROBLEM, '5XX': PROBLEM };
}
