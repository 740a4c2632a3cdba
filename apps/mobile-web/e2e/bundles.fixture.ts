import { initializeWeights, resolveSpec } from '@facenet/architecture';
import { photoPath } from '@facenet/detect';
import { openModel } from '@facenet/engine/node';
import { adoptSpace, type Bundle, type CompatibilityReport, createBundle, type MeasuredThreshold, type ModelPair, withCompatibility, withThresholds } from '@facenet/export';
import { parsePreprocessing } from '@facenet/face';
import { cropToInput } from '@facenet/model';

/** Between pictures of one drawn person at most 0.003 was seen, and between two of the drawn people at least 0.049, by the network of seed 2. */
export const drawnThresholds = [{ far: 0.001, threshold: 0.015 }, { far: 0.01, threshold: 0.025 }, { far: 0.1, threshold: 0.04 }] as const;

type Thresholds = readonly Pick<MeasuredThreshold, 'far' | 'threshold'>[];

export interface BundleOptions {
  readonly name: string;
  readonly seed?: number;
  /** The middle of a crop that the network sees: another one is another model, which sees nearly the same. */
  readonly scale?: number;
  readonly thresholds?: Thresholds;
}

/** A real bundle of a network of 32×32 pixels that has learned nothing: it tells drawn people apart by their colours. */
export async function untrainedBundle({ name, seed = 2, scale = 0.85, thresholds = drawnThresholds }: BundleOptions): Promise<Bundle> {
  const spec = resolveSpec({ extends: 'nns2', input: [3, 32, 32], width: 0.25, embedding: 16, normalization: 'batch' }, name);
  const preprocessing = parsePreprocessing({ version: 'face-1', crop: { kind: 'centre', scale }, color: 'rgb', mean: 127.5, std: 128, photo: photoPath });
  const bundle = await createBundle(
    { name, spec, weights: initializeWeights(spec, { seed, scheme: 'he' }), preprocessing: { ...preprocessing }, training: { steps: 0, data: [] }, licence: 'MIT' },
    {
      toInput: ({ width, height, rgba }) => cropToInput({ width, height, channels: 4, data: rgba }, { size: [32, 32], preprocessing }),
      openModel: (onnx) => openModel(onnx, { threads: 1 }),
    },
  );
  const { modelId } = bundle.manifest;
  return withPairThresholds(bundle, { query: modelId, gallery: modelId }, thresholds);
}

/** The bundle in the space of another one, with thresholds of the two together: the phone's beside the server's. */
export function inSpaceOf(bundle: Bundle, gallery: Bundle, thresholds: Thresholds = drawnThresholds): Bundle {
  const report = passingReport(gallery);
  const manifest = adoptSpace(withCompatibility(bundle.manifest, report), report);
  return withPairThresholds({ ...bundle, manifest }, { query: manifest.modelId, gallery: gallery.manifest.modelId }, thresholds);
}

function withPairThresholds(bundle: Bundle, pair: ModelPair, thresholds: Thresholds): Bundle {
  const measured = thresholds.map(({ far, threshold }): MeasuredThreshold => ({ far, threshold, val: 0.5, falseAccepts: 1, pairsSame: 10, pairsDifferent: 1000, source: 'made up' }));
  return { ...bundle, manifest: withThresholds(bundle.manifest, pair, measured) };
}

/** Figures in which the two are as good across as alone. */
function passingReport({ manifest: { modelId, spaceId, name } }: Bundle): CompatibilityReport {
  const val = { value: 0.9, low: 0.8, high: 0.95, threshold: 0.8, far: 0.01, falseAccepts: 1, pairsSame: 10, pairsDifferent: 100 };
  const rank1 = { value: 0.9, low: 0.8, high: 0.95, probes: 10 };
  return {
    galleryModelId: modelId, gallerySpaceId: spaceId, galleryName: name,
    images: { source: 'made up', identities: 10, images: 20 }, far: 0.01,
    val: { gallery: val, query: val, cross: val }, rank1: { gallery: rank1, query: rank1, cross: rank1, crossReverse: rank1 }, passes: true,
  };
}
