import type { Verdict } from '@facenet/export';
import { type LoadedModel, ThresholdError } from '../models/model-registry.ts';
import type { Collection } from '../store/store.ts';
import type { ServiceParts } from './parts.ts';
import { found, ServiceError } from './service-error.ts';

/** The model that a request names, or the default. */
export function chooseModel({ models }: ServiceParts, name: string | undefined): LoadedModel {
  return name === undefined ? models.default : found(models.get(name), 'model');
}

/** A model whose vectors may be compared with a collection's: the one named, the default, or any of its space. */
export function modelFor(parts: ServiceParts, collection: Collection, name: string | undefined): LoadedModel {
  const chosen = chooseModel(parts, name);
  if (chosen.spaceId === collection.spaceId) return chosen;
  const [other] = name === undefined ? parts.models.inSpace(collection.spaceId) : [];
  if (other !== undefined) return other;
  throw new ServiceError('space_mismatch', { expected_space_id: collection.spaceId, given_space_id: chosen.spaceId });
}

export function decide({ models }: ServiceParts, pair: { readonly query: string; readonly gallery: string }, distance: number, far: number): Verdict {
  try {
    return models.decide(pair, distance, far);
  } catch (error) {
    if (!(error instanceof ThresholdError)) throw error;
    throw new ServiceError('no_threshold', { far, known: [...error.known], query_model_id: pair.query, gallery_model_id: pair.gallery });
  }
}
