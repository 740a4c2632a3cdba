import type { ThresholdOf } from '@facenet/clusters';
import { BundleError, type Manifest, scaleFor } from '@facenet/export';

/** What two faces match by at a rate, and from where on they are two people; of a pair of models that has none undefined. */
export function albumThresholds(manifest: Pick<Manifest, 'thresholds' | 'modelId'>, far: number): { readonly match: ThresholdOf; readonly ambiguous: ThresholdOf } {
  // Without that of the page's own model nothing could be grouped: a BundleError says which rates there are.
  scaleFor(manifest, { query: manifest.modelId, gallery: manifest.modelId }, far);
  const scale = (a: string, b: string) => {
    try {
      return scaleFor(manifest, a < b ? { query: a, gallery: b } : { query: b, gallery: a }, far);
    } catch (error) {
      if (error instanceof BundleError) return undefined;
      throw error;
    }
  };
  return { match: (a, b) => scale(a, b)?.threshold, ambiguous: (a, b) => scale(a, b)?.ambiguousBelow };
}
