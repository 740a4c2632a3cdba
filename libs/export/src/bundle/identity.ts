import { canonicalSpec, type ModelSpec, type Weights } from '@facenet/architecture';
import { canonicalJson, sha256 } from './digest.ts';
import type { Precision, Preprocessing } from './manifest.ts';

export interface ModelContent {
  readonly spec: ModelSpec;
  /** As stored in the file, after folding. */
  readonly weights: Weights;
  readonly preprocessing: Preprocessing;
  readonly precision: Precision;
}

/** Digest of a network: SHA-256 of its canonical JSON. */
export async function specHashOf(spec: ModelSpec): Promise<string> {
  return sha256(canonicalSpec(spec));
}

/**
 * Digest of everything that decides an embedding: network, weights, precision and preprocessing. It does not depend on
 * the form of the ONNX file, so exporting the same weights again gives the same model.
 */
export async function modelIdOf({ spec, weights, preprocessing, precision }: ModelContent): Promise<string> {
  const digests: Record<string, string> = {};
  for (const [name, { buffer, byteOffset, byteLength }] of weights) {
    digests[name] = await sha256(new Uint8Array(buffer, byteOffset, byteLength));
  }
  const specHash = await specHashOf(spec);
  return sha256(canonicalJson({ scheme: 'facenet-model-1', specHash, precision, preprocessing, weights: digests }));
}

/**
 * The space of a model trained on its own is its own space. Sharing one needs a measured report of compatibility,
 * which this version cannot write yet.
 */
export function ownSpaceOf(modelId: string): string {
  return `space-${modelId.slice(0, 16)}`;
}
