import { resolveSpec } from '@facenet/architecture';
import { adoptSpace, type Bundle, type CompatibilityReport, type MeasuredThreshold, type ModelPair, withCompatibility, withThresholds } from '@facenet/export';
import { writeBundleFolder } from '@facenet/model';
import { untrainedBundle } from './untrained-bundle.ts';

export interface TinyBundleOptions {
  readonly name?: string;
  /** Other weights, another model. */
  readonly seed?: number;
  readonly embedding?: number;
  /** Of pairs of its own vectors. */
  readonly thresholds?: readonly Pick<MeasuredThreshold, 'far' | 'threshold'>[];
}

export const tinyThresholds = [
  { far: 0.001, threshold: 0.5 }, { far: 0.01, threshold: 0.8 }, { far: 0.1, threshold: 1.2 },
] as const;

/** For tests: a real bundle of a network of 32×32 pixels that has learned nothing. */
export async function tinyBundle(
  { name = 'tiny', seed = 1, embedding = 16, thresholds = tinyThresholds }: TinyBundleOptions = {},
): Promise<Bundle> {
  const spec = resolveSpec({ extends: 'nns2', input: [3, 32, 32], width: 0.25, embedding, normalization: 'batch' }, 'tiny');
  const bundle = await untrainedBundle(spec, { name, seed });
  const { modelId } = bundle.manifest;
  return withPairThresholds(bundle, { query: modelId, gallery: modelId }, thresholds);
}

export function withPairThresholds(bundle: Bundle, pair: ModelPair, thresholds: NonNullable<TinyBundleOptions['thresholds']>): Bundle {
  const measured = thresholds.map(({ far, threshold }): MeasuredThreshold => (
    { far, threshold, val: 0.5, falseAccepts: 1, pairsSame: 10, pairsDifferent: 1000, source: 'made up' }
  ));
  return { ...bundle, manifest: withThresholds(bundle.manifest, pair, measured) };
}

/** The bundle in the space of another one, with thresholds of the two together. */
export function inSpaceOf(bundle: Bundle, gallery: Bundle, thresholds: NonNullable<TinyBundleOptions['thresholds']> = tinyThresholds): Bundle {
  const report = passingReport(gallery);
  const manifest = adoptSpace(withCompatibility(bundle.manifest, report), report);
  return withPairThresholds({ ...bundle, manifest }, { query: manifest.modelId, gallery: gallery.manifest.modelId }, thresholds);
}

export function writeTinyBundle(folder: string, bundle: Bundle): string {
  writeBundleFolder(folder, bundle);
  return folder;
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
