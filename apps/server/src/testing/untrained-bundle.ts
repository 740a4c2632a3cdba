import { initializeWeights, type ModelSpec } from '@facenet/architecture';
import { openModel } from '@facenet/engine/node';
import { type Bundle, type BundleTools, convertBundle, createBundle, type ReducedPrecision } from '@facenet/export';
import { parsePreprocessing, type Preprocessing } from '@facenet/face';
import { cropToInput } from '@facenet/model';

/** For tests and benchmarks: a real bundle of a network that has learned nothing. Other seeds are other models. */
export async function untrainedBundle(spec: ModelSpec, { name, seed = 1 }: { readonly name: string; readonly seed?: number }): Promise<Bundle> {
  const preprocessing = parsePreprocessing({ version: 'face-1', crop: { kind: 'centre', scale: 0.85 }, color: 'rgb', mean: 127.5, std: 128 });
  return createBundle(
    {
      name, spec, weights: initializeWeights(spec, { seed, scheme: 'he' }), preprocessing: { ...preprocessing },
      training: { steps: 0, data: [] }, licence: 'MIT',
    },
    toolsFor(spec.input, preprocessing),
  );
}

/** The same model with its weights in fewer bits. */
export async function inFewerBits(bundle: Bundle, precision: ReducedPrecision): Promise<Bundle> {
  const { inputSize, preprocessing } = bundle.manifest;
  return convertBundle(bundle, { precision }, toolsFor(inputSize, parsePreprocessing(preprocessing)));
}

function toolsFor([, rows, cols]: readonly number[], preprocessing: Preprocessing): BundleTools {
  return {
    toInput: ({ width, height, rgba }) => cropToInput({ width, height, channels: 4, data: rgba }, { size: [rows!, cols!], preprocessing }),
    openModel: (onnx) => openModel(onnx, { threads: 1 }),
  };
}
