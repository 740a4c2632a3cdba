import type { ImageInput, QualityGate } from '@facenet/contract';
import type { FoundFace, FoundFaces } from '@facenet/photo';
import type { LoadedModel } from '../models/model-registry.ts';
import type { Collection, NewFace } from '../store/store.ts';
import type { Call, ServiceParts } from './parts.ts';
import { chooseFace, eachPicture, embedFaces, findFaces, type FindingFields } from './pictures.ts';
import { passGate } from './quality-gate.ts';
import { ServiceError } from './service-error.ts';
import { readEmbedding } from './vectors.ts';
import type { BodyOf, Endpoints } from '@facenet/contract';

/** A face that may be stored once it is known whose it is. */
export type Sample = Omit<NewFace, 'personId' | 'collectionId'>;

export interface SampleRule extends FindingFields {
  readonly face: 'only' | 'largest' | 'all';
  readonly quality_gate?: QualityGate | undefined;
  readonly photo_id?: string | undefined;
  readonly metadata?: Readonly<Record<string, unknown>> | undefined;
}

/** Faces of each picture that pass the gate, or why there are none. */
export function samplesOfPictures(parts: ServiceParts, call: Call, to: { collection: Collection; model: LoadedModel }, pictures: readonly ImageInput[], rule: SampleRule): Promise<(Sample[] | ServiceError)[]> {
  return eachPicture(pictures, async (picture) => {
    const found = await findFaces(parts, picture, rule);
    const faces = goodFaces(found, rule.face, rule.quality_gate ?? parts.settings.qualityGate);
    const vectors = await embedFaces(parts, to.model, faces, call.signal);
    return Promise.all(faces.map(async (each, i): Promise<Sample> => ({
      vector: vectors[i]!,
      modelId: to.model.modelId,
      photoId: rule.photo_id ?? found.photo.sha256,
      box: each.box,
      quality: each.quality.overall,
      metadata: rule.metadata ?? {},
      ...(to.collection.keepCrops && parts.encodeCrop !== undefined ? { crop: await parts.encodeCrop(each.crop) } : {}),
    })));
  });
}

/** Of a group picture those that pass; the picture is refused where none does. */
function goodFaces(found: FoundFaces, which: SampleRule['face'], gate: QualityGate): FoundFace[] {
  if (which !== 'all') {
    const face = chooseFace(found, which);
    passGate(gate, face);
    return [face];
  }
  if (found.faces.length === 0) throw new ServiceError('face_not_found', {});
  const refusals: ServiceError[] = [];
  const good = found.faces.filter((each) => {
    try {
      passGate(gate, each);
      return true;
    } catch (error) {
      if (!(error instanceof ServiceError)) throw error;
      refusals.push(error as ServiceError);
      return false;
    }
  });
  if (good.length === 0) throw refusals[0]!;
  return good;
}

type ReadyEmbedding = NonNullable<BodyOf<Endpoints['enrol']>['embeddings']>[number];

/** Vectors that were made elsewhere, such as on a phone. One of another space ends the request: so would the rest. */
export function samplesOfEmbeddings(collection: Collection, embeddings: readonly ReadyEmbedding[], metadata: SampleRule['metadata']): ([Sample] | ServiceError)[] {
  return embeddings.map((each) => {
    try {
      return [{
        ...readEmbedding(each, collection), photoId: each.photo_id ?? null, box: each.box ?? null, quality: each.quality ?? null, metadata: each.metadata ?? metadata ?? {},
      }];
    } catch (error) {
      if (error instanceof ServiceError && error.code === 'invalid_embedding') return error;
      throw error;
    }
  });
}
