import { initializeWeights, type ModelSpec, resolveSpec } from '@facenet/architecture';
import { openModel } from '@facenet/engine/node';
import { type Bundle, type BundleTools, convertBundle, createBundle, ownPair, type ReducedPrecision, withThresholds } from '@facenet/export';
import { parsePreprocessing, type Preprocessing } from '@facenet/face';
import { photoPath } from '@facenet/detect';
import { cropToInput, writeBundleFolder } from '@facenet/model';

export interface TinyBundleOptions {
  readonly name?: string;
  /** Other weights, another model. */
  readonly seed?: number;
  readonly width?: number;
  readonly photo?: Preprocessing['photo'];
  readonly hasThresholds?: boolean;
}

/** A real bundle of a network of 32×32 pixels that has learned nothing, with made-up thresholds. */
export async function tinyBundle({ name = 'tiny', seed = 1, width = 0.25, photo = photoPath, hasThresholds = true }: TinyBundleOptions = {}): Promise<Bundle> {
  const spec = resolveSpec({ extends: 'nns2', input: [3, 32, 32], width, embedding: 16, normalization: 'batch' }, 'tiny');
  const bundle = await untrainedBundle(spec, { name, seed, photo });
  if (!hasThresholds) return bundle;
  const measured = [[0.001, 0.5], [0.01, 0.8], [0.1, 1.2]].map(([far, threshold]) => (
    { far: far!, threshold: threshold!, val: 0.5, falseAccepts: 1, pairsSame: 10, pairsDifferent: 1000, source: 'made up' }
  ));
  return { ...bundle, manifest: withThresholds(bundle.manifest, ownPair(bundle.manifest), measured) };
}

/** A real bundle of a network that has learned nothing, for photos unless told. */
export async function untrainedBundle(spec: ModelSpec, { name, seed = 1, photo = photoPath }: Omit<TinyBundleOptions, 'width' | 'hasThresholds'> & { readonly name: string }): Promise<Bundle> {
  const preprocessing = parsePreprocessing({ version: 'face-1', crop: { kind: 'centre', scale: 0.85 }, color: 'rgb', mean: 127.5, std: 128, photo });
  return await createBundle(
    {
      name, spec, weights: initializeWeights(spec, { seed, scheme: 'he' }), preprocessing: { ...preprocessing },
      training: { steps: 0, data: [] }, licence: 'MIT',
    },
    toolsOf(spec.input, preprocessing),
  );
}

/** The same with its weights in fewer bits. */
export async function storedAs({ manifest, ...bundle }: Bundle, precision: ReducedPrecision): Promise<Bundle> {
  return await convertBundle({ manifest, ...bundle }, { precision }, toolsOf(manifest.inputSize, parsePreprocessing(manifest.preprocessing)));
}

function toolsOf([, rows, cols]: readonly number[], preprocessing: Preprocessing): Pick<BundleTools, 'toInput' | 'openModel'> {
  return {
    toInput: ({ width, height, rgba }) => cropToInput({ width, height, channels: 4, data: rgba }, { size: [rows!, cols!], preprocessing }),
    openModel: (onnx) => openModel(onnx, { threads: 1 }),
  };
}

export function writeTinyBundle(folder: string, bundle: Bundle): string {
  writeBundleFolder(folder, bundle);
  return folder;
}
