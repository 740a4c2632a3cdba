import { checkBatch } from '../batch.ts';
import { TripletError } from '../errors.ts';
import { groupRows } from '../identities.ts';
import { sharedWorkspace } from '../kernels/create-workspace.ts';
import { createLossSink } from '../loss/loss-sink.ts';
import { divisor, type Reduction } from '../loss/reduction.ts';
import { selectionDefaults } from '../selection/selection.ts';
import type { SelectionCounts } from '../selection/sink.ts';
import type { TripletStepOptions } from '../step.ts';
import { mixes, type Mix } from './mix.ts';
import { checkReference, regress } from './regression.ts';
import { summarizeHarmonic, type HarmonicStatistics } from './statistics.ts';
import { viewsOf, type View } from './views.ts';
import { walkViews } from './walk.ts';

/** The options of `tripletStep`, where `embeddings` are those of v2, the network that learns. */
export interface HarmonicStepOptions extends TripletStepOptions {
  /** [n, d], rows of unit length: v1 of the same images, frozen. */
  readonly reference: ArrayLike<number>;
  /** What triplets of v1 and v2 count; by default all alike. */
  readonly mix?: Mix;
  /**
   * Whether v1 and v2 of one image make a pair of anchor and positive: the clearest sign of where v2 should lie, and the
   * only pair for a face that is alone in its identity. On by default.
   */
  readonly sameImage?: boolean;
  /** What the mean squared distance of v2 to v1 of the same image adds to the loss; by default 0. */
  readonly regression?: number;
}

export interface HarmonicStep {
  /** `tripletLoss` + regression · `statistics.referenceDistance`. */
  readonly loss: number;
  /** What a collapse is told by. */
  readonly tripletLoss: number;
  /** [n, d], ∂loss/∂embedding of v2. */
  readonly gradient: Float32Array;
  readonly statistics: HarmonicStatistics;
}

/**
 * What a batch teaches v2 so that it can be compared with v1: anchors, positives and negatives come from both, as the mix
 * says, and a pair's negative is chosen from the union of v2 and v1 (FaceNet, 5.6). With the mix `own` it is `tripletStep`.
 * @example harmonicStep({ reference, embeddings, labels, size: 128, margin: 0.2, mix: parseMix('cross'), regression: 1, random });
 */
export function harmonicStep(options: HarmonicStepOptions): HarmonicStep {
  const { reference, embeddings, labels, size, margin, selection = selectionDefaults['semi-hard'], reduction = 'selected', random } = options;
  const { mix = mixes.union, sameImage = true, regression = 0 } = options;
  const { size: images, dimension, meanNorm } = checkBatch(options);
  if (dimension !== size) {
    throw new TripletError(`embeddings: expected rows of ${size} numbers, got ${embeddings.length} for ${images} labels`);
  }
  checkReference(reference, images, size);
  if (!(regression >= 0 && regression < Infinity)) throw new TripletError(`regression: expected a weight of 0 or more, got ${regression}`);
  const identities = groupRows(labels);
  const views = viewsOf(mix);
  const workspace = (options.workspace ?? sharedWorkspace()).open(stack(embeddings, reference), 2 * images, size);
  workspace.computeDistances();
  const counts = walkViews(workspace, identities, views, { margin, selection, random, sameImage }, ({ parts }) =>
    createLossSink(workspace, margin, parts, parts.length === 1 ? () => 0 : (negative) => (negative < images ? 0 : 1)));
  if (counts.every(({ pairs }) => pairs === 0)) {
    throw new TripletError(`labels: expected an identity with two rows or more, got ${identities.length} identities with one row ` +
      `each: there are no anchor–positive pairs in this mix${sameImage ? '' : ' without those of one image'}`);
  }
  const weight = weightedDivisor(reduction, views, counts);
  const scale = weight === 0 ? 0 : 1 / weight;
  const tripletLoss = scale * sumParts(views, (part) => part.weight * part.sums.loss);
  const gradient = workspace.gradient(scale, images);
  const referenceDistance = regress(reference, embeddings, images, regression, gradient);
  return {
    loss: tripletLoss + regression * referenceDistance,
    tripletLoss,
    gradient,
    statistics: summarizeHarmonic({ views, counts, embeddings, images, meanNorm, referenceDistance }),
  };
}

/** The reduction's count, each triplet as much as its combination; a pair as much as its combinations on average. */
function weightedDivisor(reduction: Reduction, views: readonly View[], counts: readonly SelectionCounts[]): number {
  return views.reduce((sum, { parts }, view) => sum + parts.reduce((subtotal, part) =>
    subtotal + part.weight * divisor(reduction, { ...part.sums, pairs: counts[view]!.pairs / parts.length }), 0), 0);
}

function sumParts(views: readonly View[], value: (part: View['parts'][number]) => number): number {
  return views.reduce((sum, { parts }) => sum + parts.reduce((subtotal, part) => subtotal + value(part), 0), 0);
}

function stack(embeddings: ArrayLike<number>, reference: ArrayLike<number>): Float32Array {
  const union = new Float32Array(embeddings.length + reference.length);
  union.set(embeddings);
  union.set(reference, embeddings.length);
  return union;
}
