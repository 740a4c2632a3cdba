import swagger from '@fastify/swagger';
import swaggerUi from '@fastify/swagger-ui';
import type { FastifyInstance } from 'fastify';
import { createJsonSchemaTransform } from 'fastify-type-provider-zod';
import { errors } from '@facenet/contract';

/** Collects the routes that are declared after it. */
export function documentRoutes(app: FastifyInstance, version: string): void {
  app.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: { title: 'facenet', version, description: describe() },
      components: { securitySchemes: { key: { type: 'http', scheme: 'bearer', description: 'An API key.' } } },
    },
    transform: createJsonSchemaTransform({}),
    transformObject: (document) => ('openapiObject' in document ? withFilesInForms(document.openapiObject) : document.swaggerObject),
  });
}

/** The document and the pages that show it: all from here, nothing from a CDN. */
export function serveDocumentation(app: FastifyInstance): void {
  app.get('/openapi.json', { config: { scope: 'public' }, schema: { hide: true } }, (_, reply) => reply.type('application/json; charset=utf-8').send(JSON.stringify(app.swagger())));
  app.register(swaggerUi, { routePrefix: '/docs', staticCSP: true, indexPrefix: '', uiConfig: { validatorUrl: null } });
}

function describe(): string {
  const rows = Object.entries(errors).map(([code, { status, when }]) => `| ${status} | \`${code}\` | ${when} |`);
  return ['Faces into vectors, and vectors into names.', '', '| status | code | when |', '|---|---|---|', ...rows].join('\n');
}

/** JSON has pictures as base64 and a form has them as files, though both are written as one schema. */
function withFilesInForms<T extends { paths?: object }>(document: T): T {
  const inForm = rewriteBase64({ type: 'string', format: 'binary' });
  const inJson = rewriteBase64({ type: 'string', contentEncoding: 'base64' });
  return JSON.parse(JSON.stringify(document), (name, value: unknown) => {
    if (name === 'multipart/form-data') return JSON.parse(JSON.stringify(value), inForm) as unknown;
    return name === 'application/json' ? JSON.parse(JSON.stringify(value), inJson) as unknown : value;
  }) as T;
}

/** The plugin writes base64 as OpenAPI 3.0 did, by the format `byte`. */
function rewriteBase64(into: object): (name: string, value: unknown) => unknown {
  return (_, value) => (typeof value === 'object' && value !== null && 'format' in value && value.format === 'byte' ? into : value);
}
