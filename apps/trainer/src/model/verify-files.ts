import { decide, ownPair, thresholdFor, type Verdict } from '@facenet/export';
import { embedFiles, type FaceModel } from './face-model.ts';

export interface FileVerdict extends Verdict {
  /** Cosine of the two embeddings, −1 to 1. */
  readonly similarity: number;
  readonly modelId: string;
  readonly spaceId: string;
  /** What the threshold rests on. */
  readonly measured: { readonly source: string; readonly pairsSame: number; readonly pairsDifferent: number };
}

/** Whether two crops show one person. */
export async function verifyFiles(model: FaceModel, a: string, b: string, far: number): Promise<FileVerdict> {
  const { manifest, embedding: size } = model;
  // A model without a threshold cannot answer, so nothing needs to be computed.
  const pair = ownPair(manifest);
  const { source, pairsSame, pairsDifferent } = thresholdFor(manifest, pair, far);
  const { embeddings } = await embedFiles(model, [a, b]);
  const distance = squaredDistance(embeddings.subarray(0, size), embeddings.subarray(size));
  return {
    ...decide(manifest, pair, distance, far),
    similarity: 1 - distance / 2,
    modelId: manifest.modelId,
    spaceId: manifest.spaceId,
    measured: { source, pairsSame, pairsDifferent },
  };
}

function squaredDistance(a: Float32Array, b: Float32Array): number {
  return a.reduce((sum, value, i) => sum + (value - b[i]!) ** 2, 0);
}
