import { canonicalSpec, type ModelSpec } from '@facenet/architecture';
import { canonicalJson, sha256 } from './digest.ts';
import type { NetworkInterface, Precision, Preprocessing } from './manifest.ts';

/** No other space begins with it. */
export const ownSpacePrefix = 'space-';

export interface TrainedContent {
  readonly spec: ModelSpec;
  /** As stored in the file, after folding: numbers, or their bytes. */
  readonly weights: ReadonlyMap<string, Float32Array | Uint8Array>;
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
export async function modelIdOf({ spec, weights, preprocessing, precision }: TrainedContent): Promise<string> {
  const digests: Record<string, string> = {};
  for (const [name, { buffer, byteOffset, byteLength }] of weights) {
    digests[name] = await sha256(new Uint8Array(buffer, byteOffset, byteLength));
  }
  const specHash = await specHashOf(spec);
  return sha256(canonicalJson({ scheme: 'facenet-model-1', specHash, precision, preprocessing, weights: digests }));
}

export interface WrappedContent {
  /** SHA-256 of the file. */
  readonly onnx: string;
  readonly network: NetworkInterface;
  readonly inputSize: readonly number[];
  readonly preprocessing: Preprocessing;
}

/** The same of a foreign network, whose weights are known as a file only. */
export async function wrappedModelIdOf({ onnx, network, inputSize, preprocessing }: WrappedContent): Promise<string> {
  return sha256(canonicalJson({ scheme: 'facenet-wrapped-1', onnx, network, inputSize, preprocessing }));
}

/** The space of a model trained on its own is its own space. Sharing one needs a measured report of compatibility. */
export function ownSpaceOf(modelId: string): string {
  return `${ownSpacePrefix}${modelId.slice(0, 16)}`;
}
