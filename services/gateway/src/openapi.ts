import { STATUS_CODES } from 'node:http';
import swagger, { type FastifyDynamicSwaggerOptions } from '@fastify/swagger';
import { ProblemSchema } from '@ubot/contracts';
import type { HttpApp } from '@ubot/service-kit';

type TransformObject = NonNullable<FastifyDynamicSwaggerOptions['transformObject']>;
interface Operation {
  security?: unknown[];
  parameters?: unknown[];
  responses?: Record<string, { description?: string } | { $ref: string }>;
}

const METHODS = ['get', 'post', 'put', 'patch', 'delete'] as const;
const PROBLEM = { $ref: '#/components/responses/Problem' };

const IDEMPOTENCY_KEY = {
  name: 'Idempotency-Key',
  in: 'header',
  required: false,
  description: 'The same request with the same key within 24 hours is done once, and gets the first answer again.',
  schema: { type: 'string', minLength: 1, maxLength: 255 },
};

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
    transformObject: describeEveryRoute,
  });
  let text: string | null = null;
  app.get('/api/v1/openapi.json', { config: { open: true }, schema: { hide: true } }, async (_request, reply) => {
    // The routes do not change once the server listens.
    text ??= JSON.stringify(app.swagger());
    return reply.type('application/json; charset=utf-8').send(text);
  });
}

/** What holds for every route is said once: problems by reference, entity tags on GET, idempotency keys on POST. */
const describeEveryRoute: TransformObject = (given) => {
  if (!('openapiObject' in given)) return given.swaggerObject;
  const document = given.openapiObject;
  for (const path of Object.values(document.paths ?? {})) {
    for (const method of METHODS) {
      const operation = path?.[method] as Operation | undefined;
      if (operation === undefined) continue;
      operation.responses = responsesOf(operation);
      if (method === 'get') operation.responses['304'] = { description: 'As the If-None-Match of the request has it' };
      if (method === 'post' && operation.security?.length !== 0) {
        operation.parameters = [...(operation.parameters ?? []), IDEMPOTENCY_KEY];
      }
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
