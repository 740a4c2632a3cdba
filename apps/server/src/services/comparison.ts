import type { BodyOf, CompareResponse, EmbeddingInput, Endpoints, ImageInput } from '@facenet/contract';
import { bboxBody } from './bodies.ts';
import { chooseModel, decide } from './model-choice.ts';
import type { Call, ServiceParts } from './parts.ts';
import { chooseFace, embedFaces, findFaces } from './pictures.ts';
import { ServiceError } from './service-error.ts';
import { type Embedded, readVector, squaredDistance } from './vectors.ts';

type Body = BodyOf<Endpoints['compare']>;
type Side = Embedded & { readonly spaceId: string; readonly face: CompareResponse['source_face'] };

/** Whether two faces are of one person, each from a picture or a ready vector. */
export async function compare(parts: ServiceParts, call: Call, body: Body): Promise<CompareResponse> {
  // Vectors first: a picture is embedded by a model of the other side's space where that side came as a vector.
  const space = body.source_embedding?.space_id ?? body.target_embedding?.space_id;
  const [source, target] = await Promise.all([
    readSide(parts, call, body, body.source, body.source_embedding, space),
    readSide(parts, call, body, body.target, body.target_embedding, space),
  ]);
  if (source.spaceId !== target.spaceId) throw new ServiceError('space_mismatch', { expected_space_id: source.spaceId, given_space_id: target.spaceId });
  if (source.vector.length !== target.vector.length) throw new ServiceError('invalid_embedding', { problem: `one has ${source.vector.length} numbers, the other ${target.vector.length}` });
  const distance = squaredDistance(source.vector, target.vector);
  const verdict = decide(parts, { query: source.modelId, gallery: target.modelId }, distance, body.far ?? parts.settings.defaultFar);
  return {
    matched: verdict.decision === 'match',
    decision: verdict.decision,
    distance,
    similarity: 1 - distance / 2,
    threshold: verdict.threshold,
    ambiguous_below: verdict.ambiguousBelow,
    far: verdict.far,
    source_face: source.face,
    target_face: target.face,
    source_model_id: source.modelId,
    target_model_id: target.modelId,
  };
}

async function readSide(
  parts: ServiceParts, call: Call, body: Body, picture: ImageInput | undefined, embedding: EmbeddingInput | undefined, space: string | undefined,
): Promise<Side> {
  if (embedding !== undefined) {
    const size = parts.models.inSpace(embedding.space_id)[0]?.size ?? sizeOf(embedding);
    return { vector: readVector(embedding.vector, size), modelId: embedding.model_id, spaceId: embedding.space_id, face: null };
  }
  const model = (space === undefined ? undefined : parts.models.inSpace(space)[0]) ?? chooseModel(parts, undefined);
  const found = await findFaces(parts, picture!, body);
  const chosen = chooseFace(found, body.face);
  const [vector] = await embedFaces(parts, model, [chosen], call.signal);
  const face = { bbox: bboxBody(chosen.box, found.photo), detection_score: chosen.detectionScore, faces_found: found.faces.length };
  return { vector: vector!, modelId: model.modelId, spaceId: model.spaceId, face };
}

/** Of a space that no loaded model belongs to: whatever it has. */
function sizeOf({ vector }: EmbeddingInput): number {
  return typeof vector === 'string' ? Buffer.from(vector, 'base64').length >> 2 : vector.length;
}
