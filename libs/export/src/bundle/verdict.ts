import { BundleError } from './bundle-error.ts';
import type { Manifest, Threshold } from './manifest.ts';

/** Whether two faces are of one person; `ambiguous` is too close to say no and too far to say yes. */
export type Decision = 'match' | 'ambiguous' | 'unknown';

/** What distances between the embeddings of two models are judged by. */
export interface Scale {
  /** `match` below it. */
  readonly threshold: number;
  /** `ambiguous` from `threshold` up to here: the threshold of ten times the false-accept rate. */
  readonly ambiguousBelow: number;
  readonly far: number;
}

export interface Verdict extends Scale {
  readonly decision: Decision;
  /** Squared Euclidean distance, 0 to 4. */
  readonly distance: number;
}

/** The models, by modelId, of the two embeddings that are compared. */
export interface ModelPair {
  readonly query: string;
  readonly gallery: string;
}

type Thresholds = Pick<Manifest, 'thresholds'>;

const largestDistance = 4;

/** Both embeddings by one model. */
export function ownPair({ modelId }: Pick<Manifest, 'modelId'>): ModelPair {
  return { query: modelId, gallery: modelId };
}

/** The verdict on a distance, at a false-accept rate that there is a threshold for. */
export function decide(manifest: Thresholds, pair: ModelPair, distance: number, far: number): Verdict {
  return verdictOn(distance, scaleFor(manifest, pair, far));
}

/** What a pair of models is judged by at a false-accept rate; a BundleError lists the rates there are. */
export function scaleFor(manifest: Thresholds, pair: ModelPair, far: number): Scale {
  const { threshold } = thresholdFor(manifest, pair, far);
  // With every pair accepted, all distances are below.
  const ambiguousBelow = 10 * far < 1 ? thresholdFor(manifest, pair, 10 * far).threshold : largestDistance;
  return { threshold, ambiguousBelow, far };
}

export function verdictOn(distance: number, { threshold, ambiguousBelow, far }: Scale): Verdict {
  const decision = distance < threshold ? 'match' : distance < ambiguousBelow ? 'ambiguous' : 'unknown';
  return { decision, distance, threshold, ambiguousBelow, far };
}

/** The threshold of a pair of models at a rate; a BundleError lists those there are. */
export function thresholdFor(manifest: Thresholds, pair: ModelPair, far: number): Threshold {
  const ofPair = thresholdsOf(manifest, pair);
  // 10 × 0.001 need not be 0.01 to the last bit.
  const found = ofPair.find((each) => Math.abs(each.far - far) <= 1e-9 * far);
  if (found !== undefined) return found;
  const whose = pair.query === pair.gallery ? 'the model has' : `the models ${shortId(pair.query)} and ${shortId(pair.gallery)} together have`;
  const known = [...new Set(ofPair.map((each) => String(each.far)))].join(', ');
  throw new BundleError(
    `no threshold for a false-accept rate of ${Number(far.toPrecision(6))}; ` +
    (known === '' ? `${whose} none, since none was measured` : `${whose} those for ${known}`),
  );
}

/** Those of a pair of models, the smallest rate first. A distance is symmetric, so those of the pair in reverse serve too. */
export function thresholdsOf({ thresholds }: Thresholds, { query, gallery }: ModelPair): Threshold[] {
  const of = (a: string, b: string): Threshold[] => thresholds.filter(({ queryModelId, galleryModelId }) => queryModelId === a && galleryModelId === b);
  const exact = of(query, gallery);
  return exact.length > 0 ? exact : of(gallery, query);
}

/** What a threshold rests on. */
export type Grounds = Pick<Threshold, 'source' | 'pairsSame' | 'pairsDifferent' | 'measuredWith'>;

export function groundsOf({ source, pairsSame, pairsDifferent, measuredWith }: Threshold): Grounds {
  return { source, pairsSame, pairsDifferent, ...(measuredWith !== undefined && { measuredWith }) };
}

/** Thresholds measured anew in place of the old ones of the same pair of models. */
export function withThresholds(manifest: Manifest, pair: ModelPair, measured: readonly MeasuredThreshold[]): Manifest {
  const others = manifest.thresholds.filter(({ queryModelId, galleryModelId }) => queryModelId !== pair.query || galleryModelId !== pair.gallery);
  const mine = measured.map((each): Threshold => ({ queryModelId: pair.query, galleryModelId: pair.gallery, ...each }));
  return { ...manifest, thresholds: [...others, ...mine.sort((a, b) => a.far - b.far)] };
}

/** A threshold before it is said whose it is. */
export type MeasuredThreshold = Omit<Threshold, 'queryModelId' | 'galleryModelId'>;

function shortId(modelId: string): string {
  return modelId.slice(0, 8);
}
