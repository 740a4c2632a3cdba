import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { id, image, type ImageInput } from '@facenet/contract';
import type { FoundFace } from '@facenet/photo';
import { modelFor } from '../../services/model-choice.ts';
import type { Call } from '../../services/parts.ts';
import { embedFaces, findFaces } from '../../services/pictures.ts';
import { rankPersons } from '../../services/ranking.ts';
import { found, ServiceError } from '../../services/service-error.ts';
import { readVector, squaredDistance } from '../../services/vectors.ts';
import type { Collection } from '../../store/store.ts';
import { type ComprefaceContext, route, similarityOf } from './compreface-context.ts';

const recognition = '/api/v1/recognition';
const verification = '/api/v1/verification';
const count = z.coerce.number().int().min(1).max(100).default(1);
const finding = { limit: z.coerce.number().int().min(0).max(1000).default(0), det_prob_threshold: z.coerce.number().min(0).max(1).optional(), face_plugins: z.string().max(200).optional(), status: z.string().max(10).optional(), detect_faces: z.string().max(10).optional() };
const numbers = z.array(z.number()).min(1).max(4096);
const imageParams = z.strictObject({ image_id: id });

export function serveRecognition(app: FastifyInstance, context: ComprefaceContext): void {
  const { store } = context.parts;
  route(app, context, {
    method: 'POST', url: `${recognition}/recognize`, scope: 'read', summary: 'Nearest subjects of every face', files: ['file'],
    query: z.object({ ...finding, prediction_count: count }), body: z.strictObject({ file: image }),
    answer: async ({ query, body, call, collection }) => {
      const gallery = await collection();
      const faces = await embedPicture(context, call, gallery, body.file, query);
      const result = await Promise.all(faces.map(async ({ face, vector }) => ({
        box: boxBody(face),
        subjects: (await rankPersons(store, gallery.id, vector, query.prediction_count)).map(({ person, distance }) => ({ subject: person.name, similarity: similarityOf(distance) })),
      })));
      await record(context, call, gallery, result.length);
      return { result };
    },
  });
  route(app, context, {
    method: 'POST', url: `${recognition}/embeddings/recognize`, scope: 'read', summary: 'Nearest subjects of every embedding',
    query: z.object({ prediction_count: count }), body: z.strictObject({ embeddings: z.array(numbers).min(1).max(256) }),
    answer: async ({ query, body, call, collection }) => {
      const gallery = await collection();
      const result = await Promise.all(body.embeddings.map(async (embedding) => ({
        embedding,
        similarities: (await rankPersons(store, gallery.id, readVector(embedding, gallery.size), query.prediction_count))
          .map(({ person, distance }) => ({ subject: person.name, similarity: similarityOf(distance) })),
      })));
      await record(context, call, gallery, result.length);
      return { result };
    },
  });
  route(app, context, {
    method: 'POST', url: `${recognition}/faces/:image_id/verify`, scope: 'read', summary: 'Every face of a picture against an example', files: ['file'],
    params: imageParams, query: z.object(finding), body: z.strictObject({ file: image }),
    answer: async ({ params, query, body, call, collection }) => {
      const gallery = await collection();
      const example = await exampleVector(context, gallery, params.image_id);
      const faces = await embedPicture(context, call, gallery, body.file, query);
      return { result: faces.map(({ face, vector }) => ({ box: boxBody(face), similarity: similarityOf(squaredDistance(example, vector)) })) };
    },
  });
  route(app, context, {
    method: 'POST', url: `${recognition}/embeddings/faces/:image_id/verify`, scope: 'read', summary: 'Embeddings against an example',
    params: imageParams, body: z.strictObject({ embeddings: z.array(numbers).min(1).max(256) }),
    answer: async ({ params, body, collection }) => {
      const gallery = await collection();
      const example = await exampleVector(context, gallery, params.image_id);
      return { result: body.embeddings.map((embedding) => ({ embedding, similarity: similarityOf(squaredDistance(example, readVector(embedding, gallery.size))) })) };
    },
  });
  serveVerification(app, context);
}

function serveVerification(app: FastifyInstance, context: ComprefaceContext): void {
  route(app, context, {
    method: 'POST', url: `${verification}/verify`, scope: 'read', summary: 'The largest face of one picture against every face of another', files: ['source_image', 'target_image'],
    query: z.object(finding), body: z.strictObject({ source_image: image, target_image: image }),
    answer: async ({ query, body, call }) => {
      const [source] = await embedPicture(context, call, null, body.source_image, { ...query, limit: 1 });
      const targets = await embedPicture(context, call, null, body.target_image, query);
      const matches = targets.map(({ face, vector }) => ({ box: boxBody(face), similarity: similarityOf(squaredDistance(source!.vector, vector)) }));
      return { result: [{ source_image_face: { box: boxBody(source!.face) }, face_matches: matches }] };
    },
  });
  route(app, context, {
    method: 'POST', url: `${verification}/embeddings/verify`, scope: 'read', summary: 'One embedding against others', body: z.strictObject({ source: numbers, targets: z.array(numbers).min(1).max(256) }),
    answer: ({ body }) => {
      const source = readVector(body.source, body.source.length);
      return Promise.resolve({ result: body.targets.map((embedding) => ({ embedding, similarity: similarityOf(squaredDistance(source, readVector(embedding, source.length))) })) });
    },
  });
}

interface EmbeddedFace {
  readonly face: FoundFace;
  readonly vector: Float32Array;
}

async function embedPicture(
  { parts }: ComprefaceContext, call: Call, gallery: Collection | null, picture: ImageInput, { limit, det_prob_threshold }: { limit: number; det_prob_threshold?: number | undefined },
): Promise<EmbeddedFace[]> {
  const model = gallery === null ? parts.models.default : modelFor(parts, gallery, undefined);
  const { faces } = await findFaces(parts, picture, { min_detection_score: det_prob_threshold });
  if (faces.length === 0) throw new ServiceError('face_not_found', {});
  const chosen = limit === 0 ? faces : faces.slice(0, limit);
  const vectors = await embedFaces(parts, model, chosen, call.signal);
  return chosen.map((face, i) => ({ face, vector: vectors[i]! }));
}

async function exampleVector({ parts }: ComprefaceContext, gallery: Collection, faceId: string): Promise<Float32Array> {
  const [vector] = await parts.store.faces.vectors(gallery.id, [faceId]);
  return found(vector, 'example');
}

function boxBody({ box, detectionScore }: FoundFace): { probability: number; x_min: number; y_min: number; x_max: number; y_max: number } {
  const { x, y, width, height } = box ?? { x: 0, y: 0, width: 0, height: 0 };
  return { probability: detectionScore, x_min: Math.round(x), y_min: Math.round(y), x_max: Math.round(x + width), y_max: Math.round(y + height) };
}

async function record({ parts }: ComprefaceContext, call: Call, { id: collectionId }: Collection, probes: number): Promise<void> {
  await parts.store.audit.add({ requestId: call.requestId, keyId: call.keyId, action: 'faces.search', collectionId, details: { probes, by: 'compreface' } });
}
