import { canonicalSpec, type ModelSpec } from '@facenet/architecture';
import { canonicalJson } from './digest.ts';
import type { Preprocessing } from './manifest.ts';

/** Stored inside the ONNX file, so that it says what it is even without its `model.json`. */
export function identityMetadata(
  { modelId, spaceId, spec, preprocessing }: {
    readonly modelId: string;
    readonly spaceId: string;
    readonly spec: ModelSpec;
    readonly preprocessing: Preprocessing;
  },
): Record<'modelId' | 'spaceId' | 'spec' | 'preprocessing', string> {
  return { modelId, spaceId, spec: canonicalSpec(spec), preprocessing: canonicalJson(preprocessing) };
}
