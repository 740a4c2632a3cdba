import { initializeWeights, type ModelSpec } from '@facenet/architecture';
import { openModel } from '@facenet/engine/node';
import { type Bundle, createBundle } from '@facenet/export';
import { parsePreprocessing } from '@facenet/face';
import { cropToInput } from '@facenet/model';

/** For tests and benchmarks: a real bundle of a network that has learned nothing. Other seeds are other models. */
export async function untrainedBundle(spec: ModelSpec, { name, seed = 1 }: { readonly name: string; readonly seed?: number }): Promise<Bundle> {
  const preprocessing = parsePreprocessing({ version: 'face-1', crop: { kind: 'centre', scale: 0.85 }, color: 'rgb', mean: 127.5, std: 128 });
  const [, rows, cols] = spec.input;
  return createBundle(
    {
      name, spec, weights: initializeWeights(spec, { seed, scheme: 'he' }), preprocessing: { ...preprocessing },
      training: { steps: 0, data: [] }, licence: 'MIT',
    },
    {
      toInput: ({ width, height, rgba }) => cropToInput({ width, height, channels: 4, data: rgba }, { size: [rows, cols], preprocessing }),
      openModel: (onnx) => openModel(onnx, { threads: 1 }),
    },
  );
}
