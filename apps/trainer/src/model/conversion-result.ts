import type { Bundle, Manifest } from '@facenet/export';
import { type ComparisonSummary, percent, summarizeComparison } from '../compare/summary.ts';
import type { Converted } from './convert-model.ts';

/** What `convert --json` prints. */
export interface ConversionJson {
  readonly bundle: string;
  readonly name: string;
  readonly modelId: string;
  readonly spaceId: string;
  readonly precision: string;
  readonly bytes: number;
  /** The model that it was made of. */
  readonly float32: { readonly name: string; readonly modelId: string; readonly bytes: number };
  /** Largest difference of the ONNX file from the reference with the weights as stored. */
  readonly parity: number;
  /** Lowest cosine to float32 on the golden pictures. */
  readonly cosine: number;
  readonly thresholds: Manifest['thresholds'];
  /** `gallery` is the float32 model, `query` the new one; null where nothing was measured. */
  readonly measured: ComparisonSummary | null;
}

export function conversionJson(out: string, { bundle: { manifest }, parent, comparison }: Converted): ConversionJson {
  const { name, modelId, spaceId, onnx, parity, thresholds } = manifest;
  return {
    bundle: out, name, modelId, spaceId, precision: onnx.precision, bytes: onnx.bytes,
    float32: { name: parent.manifest.name, modelId: parent.manifest.modelId, bytes: parent.manifest.onnx.bytes },
    parity: parity.maxDifference, cosine: lowestCosine(manifest), thresholds,
    measured: comparison ? summarizeComparison(comparison, sourceOf(manifest)) : null,
  };
}

/** The same for people, line by line. */
export function describeConversion(out: string, { bundle: { manifest }, parent, comparison }: Converted): string[] {
  const { name, onnx, spaceId, thresholds } = manifest;
  return [
    `${out}: ${name}, ${megabytes(manifest)} as ${onnx.precision} (${megabytes(parent.manifest)} as float32), in the space ${spaceId}`,
    `  cosine to float32 on the golden pictures: at least ${lowestCosine(manifest).toFixed(6)}`,
    ...(comparison ? measuredLines(summarizeComparison(comparison, sourceOf(manifest))) : []),
    ...thresholdLines(manifest),
    ...(thresholds.length === 0 ? ['  no thresholds: --images DIR measures them, --keep-thresholds takes over those of the float32 model'] : []),
  ];
}

function measuredLines({ val, accuracy, rank1, images, identities, dataset, notes }: ComparisonSummary): string[] {
  const row = (what: string, { gallery, query, cross }: Readonly<Record<'gallery' | 'query' | 'cross', number>>): string =>
    `  ${what}: ${percent(gallery)} float32, ${percent(query)} alone, ${percent(cross)} across`;
  return [
    ...notes,
    `  ${dataset}: ${images} images of ${identities} people`,
    row(`VAL at FAR ${val.far}`, val),
    row('rank 1', rank1),
    ...(accuracy ? [row(`accuracy on ${accuracy.pairs} pairs`, { gallery: accuracy.gallery.accuracy, query: accuracy.query.accuracy, cross: accuracy.cross.accuracy })] : []),
  ];
}

function thresholdLines({ modelId, thresholds }: Manifest): string[] {
  return thresholds.filter(({ queryModelId, galleryModelId }) => queryModelId === modelId && galleryModelId === modelId).map(
    ({ far, threshold, val, pairsDifferent, measuredWith }) => `  FAR ${far}: threshold ${threshold.toFixed(4)}, ${measuredWith === undefined
      ? `VAL ${percent(val)}, from ${pairsDifferent} pairs of different people` : 'taken over from the float32 model'}`,
  );
}

function lowestCosine({ name, derived }: Manifest): number {
  if (derived === undefined) throw new Error(`internal: ${name} was converted and is derived from nothing`);
  return derived.parity.lowest;
}

function sourceOf({ evaluation }: Manifest): string {
  return evaluation[0]?.dataset ?? 'the images';
}

function megabytes({ onnx: { bytes } }: Bundle['manifest']): string {
  return `${(bytes / 1e6).toFixed(1)} MB`;
}
