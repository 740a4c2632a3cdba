import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { image } from '@facenet/contract';
import { embedFaces, findFaces } from '../services/pictures.ts';
import { invalid, ServiceError } from '../services/service-error.ts';
import type { AppParts } from './app-parts.ts';
import { readForm } from './form.ts';
import { callOf } from './implement.ts';

const predict = z.strictObject({ entries: z.record(z.string(), z.unknown()), image: image.optional(), text: z.string().max(10_000).optional() });

// Which network it asks for is ignored: the space of the vectors is that of the default model.
const facialRecognition = z.object({
  detection: z.object({ options: z.object({ minScore: z.number().min(0).max(1).optional() }).optional() }).optional(),
});

/** What immich asks its machine-learning server: only faces; other tasks are refused, so that nothing is indexed wrongly. */
export function serveImmich(app: FastifyInstance, parts: AppParts): void {
  app.get('/ping', { config: { scope: 'public' }, schema: { summary: "immich's health check", tags: ['immich'], security: [] } }, (_, reply) => reply.type('text/plain; charset=utf-8').send('pong'));
  app.post('/predict', {
    config: { scope: 'public' },
    schema: { summary: "immich's faces of a picture", tags: ['immich'], security: [], consumes: ['multipart/form-data'], body: predict },
    preValidation: async (request) => {
      if (!request.isMultipart()) throw new ServiceError('unsupported_media_type', { accepted: ['multipart/form-data'] });
      const { pictureBytes, requestBytes } = parts.settings;
      request.body = await readForm(request, { files: ['image'], schema: predict, pictureBytes, requestBytes });
    },
  }, async (request, reply) => {
    const body = request.body as z.output<typeof predict>;
    const tasks = Object.keys(body.entries);
    const task = facialRecognition.safeParse(body.entries['facial-recognition']);
    if (tasks.length !== 1 || !task.success) throw invalid('entries', 'only facial-recognition is served here');
    if (body.image === undefined) throw invalid('image', 'is missing');
    const { photo, faces } = await findFaces(parts, body.image, { min_detection_score: task.data.detection?.options?.minScore });
    const vectors = await embedFaces(parts, parts.models.default, faces, callOf(request, reply).signal);
    return {
      'facial-recognition': faces.map(({ box, detectionScore }, i) => {
        const { x, y, width, height } = box ?? { x: 0, y: 0, width: photo.width, height: photo.height };
        return { boundingBox: { x1: x, y1: y, x2: x + width, y2: y + height }, embedding: JSON.stringify([...vectors[i]!]), score: detectionScore };
      }),
      imageHeight: photo.height,
      imageWidth: photo.width,
    };
  });
}
