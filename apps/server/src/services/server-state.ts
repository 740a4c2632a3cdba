import type { Endpoints, PairThresholdsBody, QueryOf, ResponseOf } from '@facenet/contract';
import type { Pixels } from '@facenet/face';
import { modelBody } from './bodies.ts';
import { pageBody, pageRequest } from './cursor.ts';
import type { Call, ServiceParts } from './parts.ts';
import { found, ServiceError } from './service-error.ts';

export function listModels({ models, faces, settings }: ServiceParts): ResponseOf<Endpoints['models']> {
  return { models: models.list().map((each) => modelBody(each, each.modelId === models.default.modelId)), default_far: settings.defaultFar, pipeline: faces.version };
}

export function listThresholds({ models }: ServiceParts): ResponseOf<Endpoints['thresholds']> {
  const pairs = new Map<string, PairThresholdsBody>();
  for (const { queryModelId, galleryModelId, ...it } of models.thresholds()) {
    const key = `${queryModelId} ${galleryModelId}`;
    const pair = pairs.get(key) ?? {
      query_model_id: queryModelId, gallery_model_id: galleryModelId,
      query_name: models.get(queryModelId)?.name ?? null, gallery_name: models.get(galleryModelId)?.name ?? null, thresholds: [],
    };
    pairs.set(key, pair);
    pair.thresholds.push({
      far: it.far, threshold: it.threshold, val: it.val, false_accepts: it.falseAccepts, pairs_same: it.pairsSame, pairs_different: it.pairsDifferent, source: it.source,
      ...(it.measuredWith !== undefined && { measured_with: it.measuredWith }),
    });
  }
  for (const pair of pairs.values()) pair.thresholds.sort((a, b) => a.far - b.far);
  return { pairs: [...pairs.values()] };
}

export function setDefaultModel({ models }: ServiceParts, call: Call, name: string): ResponseOf<Endpoints['setDefaultModel']> {
  if (call.collectionIds !== null) throw new ServiceError('forbidden', { scope: null });
  return modelBody(models.setDefault(found(models.get(name), 'model').modelId), true);
}

export async function readStatus({ store, models, settings }: ServiceParts): Promise<ResponseOf<Endpoints['status']>> {
  const { kind, version, vectorExtension, faces, bytes, warning } = await store.status();
  const { waiting, running, capacity } = models.default.embedder.load;
  return { version: settings.version, store: { kind, version, vector_extension: vectorExtension, faces, bytes, warning }, queue: { waiting, running, capacity } };
}

export async function listAudit({ store }: ServiceParts, call: Call, query: QueryOf<Endpoints['listAudit']>): Promise<ResponseOf<Endpoints['listAudit']>> {
  if (call.collectionIds !== null && !call.collectionIds.includes(query.collection_id ?? '')) throw new ServiceError('forbidden', { scope: null });
  const page = await store.audit.list({ ...pageRequest('audit', query), collectionId: query.collection_id });
  return pageBody('audit', page, (each) => ({
    id: each.id, at: each.at.toISOString(), request_id: each.requestId, key_id: each.keyId, action: each.action, collection_id: each.collectionId, details: each.details,
  }));
}

type Readiness = ResponseOf<Endpoints['ready']>;

const keepMs = 1000;

/** A real inference and a write. It is public, so those who ask at once or within a second share one answer. */
export function createReadiness({ store, models }: ServiceParts): () => Promise<Readiness> {
  let last: { readonly at: number; readonly answer: Promise<Readiness> } | undefined;
  const check = async (): Promise<Readiness> => {
    const began = performance.now();
    const [modelId] = await Promise.all([
      models.use(undefined, async ({ modelId, inputSize, embedder }) => {
        await embedder.embed([grey(inputSize)]);
        return modelId;
      }),
      store.ping(),
    ]).catch(() => { throw new ServiceError('not_ready', { retry_after_seconds: 1 }); });
    return { status: 'ready', model_id: modelId, inference_ms: Math.round(10 * (performance.now() - began)) / 10, checked_at: new Date().toISOString() };
  };
  return () => {
    const now = performance.now();
    if (last === undefined || now - last.at > keepMs) last = { at: now, answer: check() };
    return last.answer;
  };
}

function grey(inputSize: readonly number[]): Pixels {
  const [height, width] = inputSize.slice(-2) as [number, number];
  return { width: Math.max(1, width), height: Math.max(1, height), channels: 3, data: new Uint8Array(3 * Math.max(1, width) * Math.max(1, height)).fill(127) };
}
