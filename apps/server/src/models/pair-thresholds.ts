import { BundleError, decide, type Manifest, type ModelPair, type Threshold, thresholdsOf, type Verdict } from '@facenet/export';
import { ThresholdError } from './model-registry.ts';

type Thresholds = Pick<Manifest, 'thresholds'>;

/** The verdict by the first bundle that has a threshold of the pair at this rate. */
export function decideByAny(manifests: readonly Thresholds[], pair: ModelPair, distance: number, far: number): Verdict {
  for (const manifest of manifests) {
    const verdict = verdictOf(manifest, pair, distance, far);
    if (verdict !== undefined) return verdict;
  }
  const known = [...new Set(manifests.flatMap((manifest) => farsOf(manifest, pair)))].sort((a, b) => a - b);
  const whose = pair.query === pair.gallery
    ? `vectors of the model ${shortId(pair.query)}`
    : `vectors of the models ${shortId(pair.query)} and ${shortId(pair.gallery)} together`;
  throw new ThresholdError(
    `no threshold for a false-accept rate of ${far} of ${whose}; ` +
    (known.length === 0 ? 'no loaded bundle has measured any' : `expected one of ${known.join(', ')}`),
    known,
  );
}

/** The rates that a pair of models can be judged at, the smallest first: `ambiguous` needs the threshold of ten times the rate, too. */
export function farsOf(manifest: Thresholds, pair: ModelPair): number[] {
  return thresholdsOf(manifest, pair).map(({ far }) => far).filter((far) => verdictOf(manifest, pair, 0, far) !== undefined);
}

/** Every threshold, once: of a pair and rate in several bundles that of the first, which `decideByAny` would take. */
export function thresholdsOfAll(manifests: readonly Thresholds[]): Threshold[] {
  const first = new Map<string, Threshold>();
  for (const each of manifests.flatMap(({ thresholds }) => thresholds)) {
    const key = `${each.queryModelId} ${each.galleryModelId} ${each.far}`;
    if (!first.has(key)) first.set(key, each);
  }
  return [...first.values()];
}

function verdictOf(manifest: Thresholds, pair: ModelPair, distance: number, far: number): Verdict | undefined {
  try {
    return decide(manifest, pair, distance, far);
  } catch (error) {
    if (error instanceof BundleError) return undefined;
    throw error;
  }
}

function shortId(modelId: string): string {
  return modelId.slice(0, 8);
}
