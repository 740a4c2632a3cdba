import { randomUUID } from 'node:crypto';
import type { Socket } from 'node:net';
import multipart from '@fastify/multipart';
import Fastify, { type FastifyInstance, type FastifyServerOptions, LogController } from 'fastify';
import { serializerCompiler, validatorCompiler } from 'fastify-type-provider-zod';
import { type Endpoint, endpoints } from '@facenet/contract';
import type { AppParts } from './api/app-parts.ts';
import { authoriseCallers, identifyCallers } from './api/authentication.ts';
import { serveCompreface } from './api/compreface/compreface-routes.ts';
import { serveConsole } from './api/console-route.ts';
import { serveCrops } from './api/crop-route.ts';
import { documentRoutes, serveDocumentation } from './api/documentation.ts';
import { serveExports } from './api/export-route.ts';
import { serveImmich } from './api/immich-routes.ts';
import { implement } from './api/implement.ts';
import { createImplementations } from './api/implementations.ts';
import { serveMetrics } from './api/metrics.ts';
import { servePhonePage } from './api/phone-page.ts';
import { protect } from './api/protection.ts';
import { bodyOf, refusalOf, sendRefusal } from './api/refusal.ts';
import { ServiceError } from './services/service-error.ts';

export { type AppParts, type AppSettings, defaultSettings } from './api/app-parts.ts';

/** The server without a port: `listen` is for main, `inject` for tests. */
export function createApp(parts: AppParts): FastifyInstance {
  const { settings } = parts;
  const app: FastifyInstance = Fastify(optionsOf(parts));
  app.setValidatorCompiler(validatorCompiler);
  app.setSerializerCompiler(serializerCompiler);
  app.removeContentTypeParser('text/plain');
  app.addHook('onRequest', (request, reply, done) => {
    void reply.header('x-request-id', request.id);
    done();
  });
  app.setErrorHandler((error, request, reply) => sendRefusal(error, request, reply));
  identifyCallers(app, parts);
  protect(app, settings);
  app.register(multipart, { limits: { fileSize: settings.pictureBytes } });
  documentRoutes(app, settings.version);
  logRequests(app);
  app.register((api, _, done) => {
    authoriseCallers(api, parts);
    serveMetrics(api, parts);
    serveEndpoints(api, parts);
    serveCrops(api, parts);
    serveExports(api, parts);
    if (settings.compreface !== null) serveCompreface(api, parts, settings.compreface);
    if (settings.immich) serveImmich(api, parts);
    done();
  });
  app.register((pages, _, done) => {
    serveDocumentation(pages);
    serveConsole(pages);
    if (settings.phonePage !== null) servePhonePage(pages, settings.phonePage);
    done();
  });
  app.after(() => app.setNotFoundHandler(settings.rateLimit === null ? {} : { preHandler: app.rateLimit() }, (request, reply) =>
    sendRefusal(new ServiceError('not_found', { what: 'route or method' }), request, reply)));
  forgetWhatIsOver(app, parts);
  return app;
}

function serveEndpoints(app: FastifyInstance, parts: AppParts): void {
  const implementations = createImplementations(parts);
  for (const [name, each] of Object.entries(endpoints)) {
    // Each row fits its endpoint, which the table's type says; walking it loses which is which.
    implement<Endpoint>(app, parts, name, each, implementations[name as keyof typeof implementations]);
  }
}

function optionsOf({ settings, log }: AppParts): FastifyServerOptions {
  return {
    ...(settings.tls === null ? {} : { https: settings.tls }),
    ...(log === undefined ? { logger: false } : { loggerInstance: log }),
    // Fastify's own lines hold whole URLs, and a query may hold a name.
    logController: new LogController({ disableRequestLogging: true }),
    genReqId: ({ headers }) => {
      const given = headers['x-request-id'];
      return typeof given === 'string' && /^[\w.-]{1,64}$/.test(given) ? given : randomUUID();
    },
    requestIdHeader: false,
    bodyLimit: settings.requestBytes,
    trustProxy: settings.trustProxy,
    requestTimeout: 120_000,
    // What arrives while the process ends is still answered; the connection is closed after it.
    return503OnClosing: false,
    routerOptions: { ignoreTrailingSlash: true, maxParamLength: 300 },
    frameworkErrors: (error, request, reply) => {
      void reply.header('x-request-id', request.id);
      void sendRefusal(error, request, reply);
    },
    clientErrorHandler: (error, socket) => refuseOnSocket(error, socket),
  };
}

/** What is no HTTP has no request to reply to. */
function refuseOnSocket(error: NodeJS.ErrnoException, socket: Socket): void {
  if (error.code === 'ECONNRESET' || !socket.writable) return void socket.destroy();
  const refusal = refusalOf(Object.assign(error, { statusCode: error.code === 'ERR_HTTP_REQUEST_TIMEOUT' ? 408 : 400 }));
  const id = randomUUID();
  const body = JSON.stringify(bodyOf(refusal, id));
  const status = refusal.status === 408 ? '408 Request Timeout' : '400 Bad Request';
  socket.end(`HTTP/1.1 ${status}\r\ncontent-type: application/json; charset=utf-8\r\ncontent-length: ${Buffer.byteLength(body)}\r\nx-request-id: ${id}\r\nconnection: close\r\n\r\n${body}`);
}

function logRequests(app: FastifyInstance): void {
  app.addHook('onResponse', (request, reply, done) => {
    request.log.info({
      request_id: request.id, method: request.method, route: request.routeOptions.url ?? null, status: reply.statusCode, ms: Math.round(reply.elapsedTime), key_id: request.caller?.keyId ?? null,
    }, 'answered');
    done();
  });
}

const replyKeptSeconds = 86_400;

/** An answer is repeated for a day; then it is forgotten with the names that it may hold. Codes that nobody exchanged go too. */
function forgetWhatIsOver(app: FastifyInstance, { store }: AppParts): void {
  let timer: NodeJS.Timeout | undefined;
  app.addHook('onReady', (done) => {
    timer = setInterval(() => void Promise.all([store.replies.expire(replyKeptSeconds), store.pairings.expire()]).catch(() => app.log.warn('what is over could not be forgotten')), 600_000).unref();
    done();
  });
  app.addHook('onClose', (_, done) => {
    clearInterval(timer);
    done();
  });
}
