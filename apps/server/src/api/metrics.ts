import type { FastifyInstance } from 'fastify';
import { collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import type { AppParts } from './app-parts.ts';

/** Counts for Prometheus: by route as it is declared, never by path, which holds ids. */
export function serveMetrics(app: FastifyInstance, { models, settings }: Pick<AppParts, 'models' | 'settings'>): void {
  const registry = new Registry();
  if (settings.processMetrics) collectDefaultMetrics({ register: registry });
  const seconds = new Histogram({
    name: 'facenet_http_request_seconds', help: 'Time from the request to the end of the answer.', labelNames: ['method', 'route', 'status'],
    buckets: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10], registers: [registry],
  });
  new Gauge({
    name: 'facenet_inference_queue', help: 'Crops of each model that wait or run, and how many may.', labelNames: ['model', 'state'], registers: [registry],
    collect() {
      this.reset();
      for (const { name, embedder: { load } } of models.list()) {
        for (const state of ['waiting', 'running', 'capacity'] as const) this.set({ model: name, state }, load[state]);
      }
    },
  });
  app.addHook('onResponse', (request, reply, done) => {
    seconds.observe({ method: request.method, route: request.routeOptions.url ?? 'none', status: String(reply.statusCode) }, reply.elapsedTime / 1000);
    done();
  });
  app.addHook('onClose', (_, done) => {
    registry.clear();
    done();
  });
  app.register((inner, _, done) => {
    inner.get('/metrics', { config: { scope: settings.publicMetrics ? 'public' : 'admin', rateLimit: false }, schema: { hide: true } }, async (_request, reply) =>
      reply.type(registry.contentType).send(await registry.metrics()));
    done();
  });
}
