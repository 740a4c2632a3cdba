import { canonicalSpec, type ModelSpec } from '@facenet/architecture';
import { canonicalJson } from './digest.ts';
import type { Preprocessing } from './manifest.ts';

/**
 * Stored inside the ONNX file of a trained network, so that it says what it is even without its `model.json`. The space
 * is not: a report of compatibility may change it, and the file stays.
 */
export function identityMetadata(
  { modelId, spec, preprocessing }: { readonly modelId: string; readonly spec: ModelSpec; readonly preprocessing: Preprocessing },
): Record<'modelId' | 'spec' | 'preprocessing', string> {
  return { modelId, spec: canonicalSpec(spec), preprocessing: canonicalJson(preprocessing) };
}
