import { decide, type Manifest, type ModelPair, thresholdFor, type Verdict } from '@facenet/export';
import { UsageError } from '../cli/errors.ts';
import { type FaceModel } from '@facenet/model';
import { embedFiles } from './embed-files.ts';

export interface FileVerdict extends Verdict {
  /** Cosine of the two embeddings, −1 to 1. */
  readonly similarity: number;
  /** Of the first image's model. */
  readonly modelId: string;
  readonly galleryModelId: string;
  readonly spaceId: string;
  /** What the threshold rests on. */
  readonly measured: { readonly source: string; readonly pairsSame: number; readonly pairsDifferent: number };
}

/** Whether two crops show one person: `a` seen by one model, `b` by the same or another one of its space. */
export async function verifyFiles(model: FaceModel, a: string, b: string, far: number, gallery: FaceModel = model): Promise<FileVerdict> {
  requireOneSpace(model.manifest, gallery.manifest);
  const pair: ModelPair = { query: model.manifest.modelId, gallery: gallery.manifest.modelId };
  // Either bundle may have been measured against the other.
  const known = { thresholds: [...model.manifest.thresholds, ...gallery.manifest.thresholds] };
  // A pair without a threshold cannot be decided, so nothing needs to be computed.
  const { source, pairsSame, pairsDifferent } = thresholdFor(known, pair, far);
  const distance = squaredDistance(await embed(model, a), await embed(gallery, b));
  return {
    ...decide(known, pair, distance, far),
    similarity: 1 - distance / 2,
    modelId: pair.query,
    galleryModelId: pair.gallery,
    spaceId: model.manifest.spaceId,
    measured: { source, pairsSame, pairsDifferent },
  };
}

/** Throws unless the embeddings of two models may be compared. */
export function requireOneSpace(query: Manifest, gallery: Manifest): void {
  if (query.spaceId === gallery.spaceId) {
    if (query.embedding.size === gallery.embedding.size) return;
    throw new UsageError(`${query.name} gives ${query.embedding.size} numbers and ${gallery.name} ${gallery.embedding.size}, though both name the space '${query.spaceId}'; expected embeddings of one size`);
  }
  throw new UsageError(
    `${query.name} embeds into the space '${query.spaceId}' and ${gallery.name} into '${gallery.spaceId}'; expected models of one space, ` +
    'which a passing report of facenet compare brings about',
  );
}

async function embed(model: FaceModel, file: string): Promise<Float32Array> {
  return (await embedFiles(model, [file])).embeddings;
}

function squaredDistance(a: Float32Array, b: Float32Array): number {
  return a.reduce((sum, value, i) => sum + (value - b[i]!) ** 2, 0);
}
